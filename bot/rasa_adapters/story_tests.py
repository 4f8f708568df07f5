"""Makes `rasa test` hold the test stories with the real bot, and fail when one goes otherwise.

Rasa itself only predicts actions and runs none. So it sees neither what they say nor what they
remember, and without `--e2e` it does not even read the messages. It also ends well when it finds no
story, or a wrong one.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rasa.core import test as rasa_test
from rasa.core.agent import Agent, load_agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.test import EvaluationStore, WronglyPredictedAction
from rasa.core.utils import AvailableEndpoints
from rasa.model import get_local_model
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

# Where the test stories are; Rasa would look through the whole folder, or at the training data.
_STORIES, _ELSEWHERE = "tests/test_stories.yml", (".", "data", None)
# Hand-over is on, so that its stories can go; nothing listens there, and a test sends nothing.
_SETTINGS = {"CHAT_HANDOVER_URL": "http://127.0.0.1:9/", "CHAT_HANDOVER_SECRET": "{secret}"}
# Run between turns, and when a chat is deleted. No story names them.
_RASAS_OWN = (ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME)
# A disk takes longer over each turn than the bot.
_MEMORY = Path("/dev/shm")  # noqa: S108 - the folder in it is ours alone
_MEASURE = "How well messages are understood is measured on sets of its own: make eval"


def install(cli: Any) -> None:
    """Replaces what `rasa test`, `rasa test core` and `rasa test nlu` do.

    Args:
        cli: the module `rasa.cli.test`.
    """
    if not hasattr(cli.run_core_test, "__wrapped__"):
        cli.run_core_test = _core_test(cli.run_core_test)
        cli.run_nlu_test = _nlu_test(cli.run_nlu_test)


def _core_test(run: Callable[..., None]) -> Callable[..., None]:
    @wraps(run)
    def run_stories(args: argparse.Namespace) -> None:
        _refuse(args)
        if args.stories in _ELSEWHERE:
            args.stories = _STORIES
        args.e2e = True
        with _own_settings():
            stories = _Stories(args)
            rasa_test._predict_tracker_actions = stories.hold
            run(args)
        if not stories.held:
            sys.exit(f"no model, or no test story in {args.stories} (files called test_*.yml)")
        if stories.wrong:
            sys.exit("\n".join(["these stories went otherwise:", *stories.wrong]))

    return run_stories


def _refuse(args: argparse.Namespace) -> None:
    """Ends the process where Rasa would test another model than the one that was named."""
    models = [args.model] if isinstance(args.model, str) else args.model or []
    if len(models) > 1 or args.evaluate_model_directory:
        sys.exit("stories are held with one model at a time")
    if models and not Path(models[0]).exists():
        sys.exit(f"there is no model {models[0]}")


def _nlu_test(run: Callable[..., None]) -> Callable[..., None]:
    @wraps(run)
    def run_elsewhere(args: argparse.Namespace) -> None:
        if args.nlu != "data" or args.cross_validation or args.config:
            run(args)
        elif getattr(args, "e2e", False):  # `rasa test`, whose stories have just been held
            print(_MEASURE)
        else:
            sys.exit(f"data/ is what the model learnt, so a test on it proves nothing. {_MEASURE}")

    return run_elsewhere


@contextmanager
def _own_settings() -> Iterator[None]:
    """Sets a folder of its own for everything stored, and otherwise the settings as shipped."""
    before = dict(os.environ)
    memory = _MEMORY if _MEMORY.is_dir() else None
    with TemporaryDirectory(prefix="chat-stories-", dir=memory) as folder:
        for name in [name for name in before if name.startswith("CHAT_")]:
            del os.environ[name]
        os.environ.pop("DATABASE_URL", None)
        os.environ.pop("REDIS_URL", None)
        secret = secrets.token_hex(32)
        os.environ.update({name: value.format(secret=secret) for name, value in _SETTINGS.items()})
        os.environ["CHAT_STATE"] = folder
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


class _Stories:
    """Holds stories with the bot that the endpoints file describes.

    Attributes:
        held: how many were held.
        wrong: what went otherwise than written, a line for each story.
    """

    def __init__(self, args: argparse.Namespace) -> None:
        self.held = 0
        self.wrong: list[str] = []
        self._args = args
        self._agent: Agent | None = None
        self._latest: DialogueStateTracker | None = None

    async def hold(
        self, story: DialogueStateTracker, agent: Agent, fail: bool = False, *more: Any
    ) -> tuple[EvaluationStore, DialogueStateTracker, list[dict[str, Any]], list[Any]]:
        """Holds one story; replaces Rasa's own function that predicts its actions."""
        bot = self._agent = self._agent or await self._load()
        found, sender, loop = EvaluationStore(), secrets.token_hex(16), None
        held = DialogueStateTracker.from_events(
            story.sender_id, [*story.events][:1], agent.domain.slots
        )
        apart: list[str] = []
        for said, events in _turns([*story.events]):
            real = await self._answer(bot, said.text or f"/{said.intent_name}", sender)
            heard, _ = _turns(real.events)[-1]
            parsed = {**heard.parse_data, "intent": heard.intent, "entities": heard.entities}
            of_turn = rasa_test._collect_user_uttered_predictions(said, parsed, held, fail)
            loop = next((one.name for one in reversed(events) if isinstance(one, ActiveLoop)), loop)
            wanted, done = _wanted(events, loop), _done(real, events)
            of_turn.add_to_store(done, wanted)
            for one, other in zip(done, wanted, strict=True):
                held.update(
                    ActionExecuted(one) if one == other else WronglyPredictedAction(other, "", one)
                )
            if of_turn.check_prediction_target_mismatch():
                apart.append(_told_apart(said, of_turn))
            found.merge_store(of_turn)
        self.held += 1
        if apart:
            self.wrong.append(f"{story.sender_id}: {'; '.join(apart)}")
            if fail:
                raise rasa_test.WrongPredictionException(self.wrong[-1])
        actions = zip(found.action_targets, found.action_predictions, strict=True)
        taken = [{"action": one, "predicted": other, "policy": None} for one, other in actions]
        return found, held, taken, []

    async def _load(self) -> Agent:
        endpoints = AvailableEndpoints.read_endpoints(self._args.endpoints or "endpoints.yml")
        agent = await load_agent(get_local_model(self._args.model), endpoints=endpoints)
        save = agent.tracker_store.save

        async def seen(tracker: DialogueStateTracker) -> None:
            # What is stored holds no names of actions.
            self._latest = tracker
            await save(tracker)

        agent.tracker_store.save = seen
        return agent

    async def _answer(self, agent: Agent, text: str, sender: str) -> DialogueStateTracker:
        """Returns the conversation after the bot has answered a message."""
        message = UserMessage(text, CollectingOutputChannel(), sender, input_channel="rest")
        await agent.handle_message(message)
        return self._latest


def _turns(events: Iterable[Event]) -> list[tuple[UserUttered, list[Event]]]:
    """Returns each message of a story, with the events up to the next one."""
    turns: list[tuple[UserUttered, list[Event]]] = []
    for event in events:
        if isinstance(event, UserUttered):
            turns.append((event, []))
        elif turns:
            turns[-1][1].append(event)
    return turns


def _actions(events: Iterable[Event]) -> list[str]:
    names = (event.action_name for event in events if isinstance(event, ActionExecuted))
    return [name for name in names if name and name not in _RASAS_OWN]


def _wanted(events: list[Event], loop: str | None) -> list[str]:
    """Returns what a story wants of a turn: its actions, and how it leaves the form and slots."""
    slots = [f"{one.key}: {one.value}" for one in events if isinstance(one, SlotSet)]
    return [" ".join(_actions(events)), f"active_loop: {loop}", *slots]


def _done(real: DialogueStateTracker, events: list[Event]) -> list[str]:
    """Returns the same of what was done."""
    keys = [one.key for one in events if isinstance(one, SlotSet)]
    slots = [f"{key}: {real.get_slot(key)}" for key in keys]
    _, since = _turns(real.events)[-1]
    return [" ".join(_actions(since)), f"active_loop: {real.active_loop_name}", *slots]


def _told_apart(said: UserUttered, found: EvaluationStore) -> str:
    pairs = [
        *zip(found.intent_predictions, found.intent_targets, strict=True),
        *zip(found.action_predictions, found.action_targets, strict=True),
    ]
    wrong = [f"{one} and not {other}" for one, other in pairs if one != other]
    return f"{said.text or said.intent_name!r}: {', '.join(wrong) or 'other entities'}"
