"""Guards Rasa's actions and responses: reports those that fail, and sets actions a deadline.

Rasa itself only logs a failure and carries on, and waits five minutes for an action that hangs.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import lru_cache, wraps
from typing import Any

import jsonschema
from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.utils.endpoints import ClientResponseError

from bot.content.messages import BUBBLES
from bot.errors import reason_of
from bot.rasa_adapters.lean_rasa import lean
from bot.safety import context
from bot.settings import get_settings

logger = logging.getLogger(__name__)

# The status of an action that declines to run, as a form does when a message is not an answer.
# That is not a failure.
_REJECTED = 400
# The share of the reply deadline that one action may take. The rest is for the pipeline and store.
ACTION_SHARE = 0.6
_VALIDATE = "validate_"


class ActionFailed(Exception):
    """An action did not do its work, or a response found no words.

    It holds only a name, because Rasa logs the whole exception.
    """


class GuardedActions:
    """Passes calls on to an action endpoint, local or remote, and reports every failure."""

    def __init__(self, endpoint: Any) -> None:
        self._endpoint = endpoint

    def __getattr__(self, name: str) -> Any:
        return getattr(self._endpoint, name)

    async def request(self, *args: Any, **kwargs: Any) -> Any:
        """Calls the action; `kwargs["json"]` is Rasa's action call.

        Raises:
            ClientResponseError: the action declined to run (status 400).
            ActionFailed: the action failed, took too long, or gave an answer in a wrong format.
        """
        call = kwargs.get("json") or {}
        name = str(call.get("next_action", ""))
        seconds = get_settings().reply_deadline * ACTION_SHARE
        kwargs["timeout"] = seconds
        try:
            answer = await asyncio.wait_for(self._endpoint.request(*args, **kwargs), seconds)
            _check(answer)
            _note(answer.get("responses", ()))
            return answer
        except Exception as error:
            if isinstance(error, ClientResponseError) and error.status == _REJECTED:
                raise
            context.action_failed(name)
            # Only its type and place, because its text may hold what a person typed.
            logger.error("action %s failed: %s", name, reason_of(error))
        if name.startswith(_VALIDATE):
            return _ask_again(call)
        raise ActionFailed(name)


class GuardedResponses(NaturalLanguageGenerator):
    """Passes calls on to the response generator, and reports every failure.

    Otherwise a form whose question found no words would seem to have asked it.
    """

    def __init__(self, responses: NaturalLanguageGenerator) -> None:
        self._responses = responses

    async def generate(self, utter_action: str, *args: Any, **kwargs: Any) -> dict | None:
        """Returns the words and buttons of a response.

        Returns:
            None if the domain does not name the response, as for some of Rasa's own. It says
            nothing then.

        Raises:
            ActionFailed: the words could not be found.
        """
        try:
            message = await self._responses.generate(utter_action, *args, **kwargs)
            _note([message] if message else [])
            return message
        except Exception as error:
            context.action_failed(utter_action)
            logger.error("response %s failed: %s", utter_action, reason_of(error))
        raise ActionFailed(utter_action)


def _note(messages: Iterable[dict[str, Any]]) -> None:
    """Notes which of the register's replies were said in this turn."""
    bubbles = (bubble for message in messages for bubble in message.get(BUBBLES) or ())
    context.current().replies += filter(None, (bubble.get("reply") for bubble in bubbles))


def install(begin: Callable[[UserMessage], None] | None = None) -> None:
    """Guards every agent that Rasa loads from now on; calling it twice does no harm.

    Args:
        begin: begins the turn of each message, whichever channel it comes through.
    """
    if not hasattr(Agent.load_model, "__wrapped__"):
        Agent.load_model = _guarding(Agent.load_model)
    if begin and not hasattr(Agent.handle_message, "__wrapped__"):
        Agent.handle_message = _beginning(Agent.handle_message, begin)


def _beginning(
    handle_message: Callable[..., Awaitable[Any]], begin: Callable[[UserMessage], None]
) -> Callable[..., Awaitable[Any]]:
    @wraps(handle_message)
    async def handle(agent: Agent, message: UserMessage) -> Any:
        begin(message)
        return await handle_message(agent, message)

    return handle


def _guarding(load_model: Callable[..., None]) -> Callable[..., None]:
    @wraps(load_model)
    def load_guarded(agent: Agent, *args: Any, **kwargs: Any) -> None:
        load_model(agent, *args, **kwargs)
        guard(agent)

    return load_guarded


def guard(agent: Any) -> None:
    """Guards an agent's actions and responses, and makes it lean; calling it twice does no harm.

    It switches off Rasa's own check of an action's answer in the whole process, because
    `GuardedActions` does that check.
    """
    if agent.action_endpoint is not None:
        if not isinstance(agent.action_endpoint, GuardedActions):
            agent.action_endpoint = GuardedActions(agent.action_endpoint)
        agent.processor.action_endpoint = agent.action_endpoint
        if not isinstance(agent.nlg, GuardedResponses):
            agent.nlg = GuardedResponses(agent.nlg)
        agent.processor.nlg = agent.nlg
        # Rasa would also check its own schema each time. The cost is in docs/decisions/
        # 0018-actions-in-the-serving-process.md.
        RemoteAction._validate_action_result = _is_checked
        lean(agent)


def _is_checked(action: RemoteAction, result: dict[str, Any]) -> bool:
    return True


def _ask_again(call: dict[str, Any]) -> dict[str, Any]:
    """Returns the answer for a form's check that failed: the form asks its question again.

    Otherwise Rasa would keep the unchecked answer, or take the form as finished.
    """
    open_question = call["tracker"]["slots"].get("requested_slot")
    events = [{"event": "slot", "name": open_question, "value": None}] if open_question else []
    return {"events": events, "responses": []}


def _check(answer: Any) -> None:
    """Checks an answer against the format that Rasa accepts.

    Raises:
        jsonschema.ValidationError: the answer has another format.
    """
    whole, one_event = _formats()
    whole.validate(answer)
    for event in answer.get("events", ()):
        name = event.get("event") if isinstance(event, dict) else None
        one_event.get(name if isinstance(name, str) else "", _NOTHING).validate(event)


@lru_cache(maxsize=1)
def _formats() -> tuple[Any, Mapping[str, Any]]:
    """Returns Rasa's format of an answer without its events, and the format of each kind of event.

    It is compiled once because that takes 20 ms. It is split because Rasa's own format tries all 23
    kinds on each event. The same answers pass.
    """
    schema = RemoteAction.action_response_format_spec()
    events = schema["properties"]["events"]
    any_event = {name: value for name, value in events["items"].items() if name != "oneOf"}
    no_event = {**events, "items": {}}
    whole = {**schema, "properties": {**schema["properties"], "events": no_event}}
    kinds = {
        kind["properties"]["event"]["const"]: _compiled({"allOf": [any_event, kind]})
        for kind in events["items"]["oneOf"]
    }
    return _compiled(whole), kinds


def _compiled(schema: dict[str, Any]) -> Any:
    return jsonschema.validators.validator_for(schema)(schema)


# The format for events of an unknown kind. Nothing passes it.
_NOTHING = _compiled({"not": {}})
