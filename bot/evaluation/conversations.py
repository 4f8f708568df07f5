"""Whole conversations, held with the trained bot: what each turn was answered with.

The sets of single messages cannot tell how the bot takes what people type in the middle of a chat:
pieces that lean on what was said before, and an alarm that stays where nothing happens.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.evaluation.metrics import Share, share, totals
from bot.evaluation.sets import Conversation, Expected, Turn
from bot.gateway.http.answer import replies_said
from bot.gateway.http.body import MessageIn
from bot.gateway.turns.answering import Turns
from bot.gateway.turns.outcomes import DANGER_ANSWERED, Outcome, tells_of_crisis_help

_DATABASE = "conversations.db"
_RIGHT: dict[Expected, frozenset[Outcome]] = {
    "now": frozenset({Outcome.EMERGENCY}),
    "crisis": frozenset({Outcome.CRISIS}),
    "unsure": DANGER_ANSWERED,
}


@dataclass(frozen=True)
class Taken:
    """A turn, and how the bot took it.

    Attributes:
        turn: what was typed and meant.
        outcome: how the turn ended.
        label: the full label the bot understood, if any.
        told: whether the answer says whom to talk to in a crisis, perhaps after 999.
    """

    turn: Turn
    outcome: Outcome
    label: str | None
    told: bool = False

    @property
    def is_led_right(self) -> bool:
        """Whether the answer led with 999 or a helpline exactly where it has to."""
        if self.turn.danger == "open":
            return True
        right = _RIGHT.get(self.turn.danger)
        return self.outcome in right if right else self.outcome not in DANGER_ANSWERED

    @property
    def is_understood(self) -> bool:
        """Whether the label is one that would do; in danger the lead is what counts."""
        return self.turn.danger in _RIGHT or self.label in (self.turn.label, *self.turn.also)

    @property
    def is_fine(self) -> bool:
        """Whether the turn was answered as meant."""
        return self.is_led_right and self.is_understood


@dataclass(frozen=True)
class Bot:
    """The trained bot in this process.

    Attributes:
        agent: Rasa's.
        database: the file in which its conversations are.
    """

    agent: Any
    database: Path


@contextmanager
def open_bot(model: Path) -> Iterator[Bot]:
    """Load a model, with a database that is there until the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        yield Bot(agent_for(model, Path(folder)), Path(folder) / _DATABASE)


async def hold(conversations: Sequence[Conversation], bot: Bot) -> list[list[Taken]]:
    """Hold each conversation through the gateway's turns, the policies and the actions.

    Args:
        conversations: what is typed.
        bot: answers it.

    Returns:
        For each conversation its turns, in order.
    """
    turns = Turns(bot.agent.handle_message)
    return [await _held(turns, bot.agent, one) for one in conversations]


async def _held(turns: Turns, agent: object, conversation: Conversation) -> list[Taken]:
    name = secrets.token_hex(16)
    taken = []
    for turn in conversation.turns:
        answer = await turns.answer(agent, MessageIn(conversation=name, text=turn.text))
        told = tells_of_crisis_help(replies_said(answer.said))
        taken.append(Taken(turn, answer.outcome, answer.metadata.label, told))
    return taken


def agent_for(model: Path, folder: Path) -> object:
    """The model with this process' actions, and a store of its own.

    Args:
        model: the model file.
        folder: where the store lies.
    """
    # Imported here because it takes two seconds.
    from rasa.core.agent import Agent  # noqa: PLC0415
    from rasa.utils.endpoints import EndpointConfig  # noqa: PLC0415

    from bot.rasa_adapters import turn_guards  # noqa: PLC0415
    from bot.rasa_adapters.own_actions import OwnActions  # noqa: PLC0415
    from bot.rasa_adapters.responses import RegisterResponses  # noqa: PLC0415
    from bot.storage.conversations import ConversationStore  # noqa: PLC0415
    from bot.storage.database import Database  # noqa: PLC0415
    from bot.storage.keys import Keys  # noqa: PLC0415

    turn_guards.install()
    words = f"{RegisterResponses.__module__}.{RegisterResponses.__name__}"
    store = ConversationStore(
        None,
        database=Database(f"sqlite:///{_DATABASE}", folder),
        storage_keys=Keys([secrets.token_hex(32)]),
    )
    return Agent.load(
        str(model),
        generator=EndpointConfig(type=words),
        action_endpoint=OwnActions(),
        tracker_store=store,
    )


def measure(held: Sequence[Sequence[Taken]]) -> dict[str, Any]:
    """The totals of a set's conversations: how many `conversations` and `turns`, and `figures`."""
    return totals(_shares(held), conversations=len(held), turns=sum(map(len, held)))


def _shares(held: Sequence[Sequence[Taken]]) -> dict[str, Share]:
    taken = [turn for conversation in held for turn in conversation]

    def of(*kinds: Expected) -> list[Taken]:
        return [one for one in taken if one.turn.danger in kinds]

    def led_to(*outcomes: Outcome) -> Callable[[Taken], bool]:
        return lambda one: one.outcome in outcomes

    calm = of("no", "over", "open")
    return {
        "danger_led_by_999": share(of("now"), led_to(Outcome.EMERGENCY)),
        "danger_with_any_lead": share(of("now"), led_to(*DANGER_ANSWERED)),
        "crisis_answered": share(of("crisis"), led_to(Outcome.CRISIS)),
        "crisis_told": share(of("crisis"), lambda one: one.told),
        "crisis_with_any_lead": share(of("crisis"), led_to(*DANGER_ANSWERED)),
        "doubt_with_any_lead": share(of("unsure"), led_to(*DANGER_ANSWERED)),
        "danger_ended": share(of("over"), lambda one: one.outcome not in DANGER_ANSWERED),
        "false_emergencies": share(of("no"), led_to(Outcome.EMERGENCY)),
        "false_crises": share(of("no"), led_to(Outcome.CRISIS)),
        "needless_checks": share(of("no"), led_to(Outcome.CHECKED)),
        "understood": share(calm, lambda one: one.is_understood),
        "fine": share(taken, lambda one: one.is_fine),
    }
