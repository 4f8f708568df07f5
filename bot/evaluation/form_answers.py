"""What people type where the hand-over asks how and when they can be reached, with the trained bot.

The other sets hold no such messages. What counts here is that danger interrupts the form, that an
answer is taken, and that who takes the yes back is let go.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bot.evaluation.asking import Asking, NotAskedError
from bot.evaluation.conversations import Bot
from bot.evaluation.metrics import Share, share, totals
from bot.evaluation.sets import FormAnswer
from bot.gateway.http.body import MessageIn
from bot.gateway.turns.outcomes import DANGER_ANSWERED, Outcome
from bot.handover.note import TIME, WAY
from bot.settings import get_settings, variable
from bot.slots import DANGER_SEEN, REQUESTED_SLOT

# From the first message to the first question; then an answer to it.
_TO_THE_WAY = ("can i talk to a real person", "yes", "yes")
_TO_THE_TIME = (*_TO_THE_WAY, "07700 900123")
# Nobody agrees to a note, so none is sent there.
_NOWHERE = {"handover_url": "http://127.0.0.1:9/", "handover_secret": secrets.token_hex(32)}


@dataclass(frozen=True)
class TakenAnswer:
    """A message at one of the two questions, and how the bot took it.

    Attributes:
        typed: what was typed and meant.
        outcome: how the turn ended.
        is_open: whether the form still asks.
        is_given: whether the message was taken for the answer.
        has_lead: whether something stands before the form's next question.
    """

    typed: FormAnswer
    outcome: Outcome
    is_open: bool
    is_given: bool
    has_lead: bool

    @property
    def is_right(self) -> bool:
        """Whether the message was taken as meant; what else was asked only may not be an answer."""
        return {
            "danger": self.outcome is Outcome.EMERGENCY,
            "answer": self.is_given,
            "refuse": not self.is_open and not self.is_given,
            "other": not self.is_given,
        }[self.typed.kind]


async def hold(typed: Sequence[FormAnswer], bot: Bot) -> list[TakenAnswer]:
    """Type each message at its question as the first, through the gateway's turns and the form.

    Args:
        typed: the messages.
        bot: answers them.

    Returns:
        The messages in order.

    Raises:
        NotAskedError: the bot did not ask the question, so nothing can be measured.
    """
    with _handover_on():
        asking = Asking(bot)
        return [await _held(bot, asking, one) for one in typed]


@contextmanager
def _handover_on() -> Iterator[None]:
    """Until the block ends this process takes hand-overs, whatever its environment says."""
    before = dict(os.environ)
    os.environ.update({variable(name): value for name, value in _NOWHERE.items()})
    os.environ.pop(variable("handover_email"), None)
    get_settings.cache_clear()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        get_settings.cache_clear()


async def _held(bot: Bot, asking: Asking, typed: FormAnswer) -> TakenAnswer:
    slot = WAY if typed.question == "way" else TIME
    asked = await asking.begin(_TO_THE_WAY if slot == WAY else _TO_THE_TIME)
    before = asked.tracker
    if before.get_slot(REQUESTED_SLOT) != slot or before.get_slot(DANGER_SEEN):
        raise NotAskedError(f"the form does not ask for {slot}, or something went before")
    message = MessageIn(conversation=asked.name, text=typed.text)
    answer = await asked.turns.answer(bot.agent, message)
    after = await asking.stored(asked.name)
    return TakenAnswer(
        typed,
        answer.outcome,
        is_open=bool(after.active_loop_name),
        is_given=bool(after.get_slot(slot)),
        has_lead=bool(after.get_slot(DANGER_SEEN)),
    )


def measure(held: Sequence[TakenAnswer]) -> dict[str, Any]:
    """The totals of a set's answers: how many `messages`, and `figures`."""
    return totals(_shares(held), messages=len(held))


def _shares(held: Sequence[TakenAnswer]) -> dict[str, Share]:
    def of(kind: str, test: Callable[[TakenAnswer], bool]) -> Share:
        return share([one for one in held if one.typed.kind == kind], test)

    return {
        "danger_led_by_999": of("danger", lambda one: one.outcome is Outcome.EMERGENCY),
        "danger_with_any_lead": of(
            "danger", lambda one: one.outcome in DANGER_ANSWERED or one.has_lead
        ),
        "answers_taken": of("answer", lambda one: one.is_given),
        "answers_without_alarm": of("answer", lambda one: one.is_given and not one.has_lead),
        "false_emergencies": of("answer", lambda one: one.outcome is Outcome.EMERGENCY),
        "false_crises": of("answer", lambda one: one.outcome is Outcome.CRISIS),
        "refusals_ended": of("refuse", lambda one: one.is_right),
        "others_not_taken": of("other", lambda one: one.is_right),
    }
