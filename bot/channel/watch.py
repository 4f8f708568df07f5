"""Sees which custom actions fail, whatever runs them: Rasa itself only logs it and goes on."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import jsonschema
from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import ClientResponseError

from bot.safety import context

# An action that declines to run, as a form does for a message that is no answer. Not a failure.
_REJECTED = 400


class WatchedActions:
    """Stands before Rasa's action endpoint, passes everything on, and reports failures."""

    def __init__(self, endpoint: Any) -> None:
        self._endpoint = endpoint

    def __getattr__(self, name: str) -> Any:
        return getattr(self._endpoint, name)

    async def request(self, *args: Any, **kwargs: Any) -> Any:
        """Call the action; `kwargs["json"]` is Rasa's action call."""
        name = str((kwargs.get("json") or {}).get("next_action", ""))
        try:
            answer = await self._endpoint.request(*args, **kwargs)
        except ClientResponseError as error:
            if error.status != _REJECTED:
                context.action_failed(name)
            raise
        except Exception:
            context.action_failed(name)
            raise
        if not _answer_format().is_valid(answer):
            # Rasa will refuse it, and with it everything the action said.
            context.action_failed(name)
        return answer


def watch(agent: Any) -> None:
    """Watch the agent's actions from now on; doing it twice does no harm."""
    endpoint = agent.action_endpoint
    if endpoint is not None and not isinstance(endpoint, WatchedActions):
        agent.action_endpoint = WatchedActions(endpoint)
        agent.processor.action_endpoint = agent.action_endpoint


@lru_cache(maxsize=1)
def _answer_format() -> Any:
    """What Rasa accepts from an action; compiled once, for compiling takes 20 ms."""
    schema = RemoteAction.action_response_format_spec()
    return jsonschema.validators.validator_for(schema)(schema)
