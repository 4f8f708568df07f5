"""What people type at the bot's yes-or-no questions instead of pressing a button.

Those are "Is this happening now?", "Is the danger over?" and the four questions. What counts is
that danger interrupts, that no alarm ends by a misunderstanding, and that an answer is not taken
for its opposite.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from actions.four_questions import SLOTS as FOUR
from bot.evaluation.asking import Asking, NotAskedError
from bot.evaluation.conversations import Bot
from bot.evaluation.metrics import Share, share, totals
from bot.evaluation.sets import QuestionAnswer
from bot.gateway.http.body import MessageIn
from bot.gateway.turns.outcomes import DANGER_ANSWERED, Outcome
from bot.slots import EMERGENCY_MODE, HAPPENING_NOW, OPEN_QUESTION, REQUESTED_SLOT, SAFE_NOW

OVER = "danger_over"
# What is typed until the bot asks, and the slot that then tells what it asked.
_BEFORE = {
    # Where the rules ask, whatever the models make of it.
    HAPPENING_NOW: (("he might be outside",), OPEN_QUESTION, HAPPENING_NOW),
    OVER: (("he is outside my house now", "ok"), OPEN_QUESTION, SAFE_NOW),
    **{
        slot: (("ask me the four questions", *["yes"] * place), REQUESTED_SLOT, slot)
        for place, slot in enumerate(FOUR)
    },
}
_STORED = {"yes": "yes", "no": "no", "unsure": "not_sure"}


@dataclass(frozen=True)
class TakenReply:
    """A message at a yes-or-no question, and how the bot took it.

    Attributes:
        typed: what was typed and meant.
        outcome: how the turn ended.
        is_danger_open: whether an emergency is open afterwards.
        is_form_open: whether the four questions go on.
        stored: of the four questions, the answer that the message was taken for, if any.
    """

    typed: QuestionAnswer
    outcome: Outcome
    is_danger_open: bool
    is_form_open: bool
    stored: str | None = None

    @property
    def is_right(self) -> bool:
        """Whether the message was taken as meant."""
        kind, question = self.typed.kind, self.typed.question
        if kind == "danger" or (kind == "yes" and question == HAPPENING_NOW):
            return self.outcome is Outcome.EMERGENCY
        if question == OVER:
            return self.is_danger_open is (kind != "yes")
        if question == HAPPENING_NOW:
            return self.outcome not in (DANGER_ANSWERED if kind == "no" else {Outcome.EMERGENCY})
        if kind == "stop":
            return not self.is_form_open and self.stored is None
        return self.stored == _STORED.get(kind)


async def hold(typed: Sequence[QuestionAnswer], bot: Bot) -> list[TakenReply]:
    """Type each message at its question as the first, through the gateway's turns and the policies.

    Args:
        typed: the messages.
        bot: answers them.

    Returns:
        The messages in order.

    Raises:
        NotAskedError: the bot did not ask the question, so nothing can be measured.
    """
    asking = Asking(bot)
    return [await _held(bot, asking, one) for one in typed]


async def _held(bot: Bot, asking: Asking, typed: QuestionAnswer) -> TakenReply:
    typed_before, slot, value = _BEFORE[typed.question]
    asked = await asking.begin(typed_before)
    if asked.tracker.get_slot(slot) != value:
        raise NotAskedError(f"the bot does not ask {typed.question}")
    message = MessageIn(conversation=asked.name, text=typed.text)
    answer = await asked.turns.answer(bot.agent, message)
    after = await asking.stored(asked.name)
    return TakenReply(
        typed,
        answer.outcome,
        is_danger_open=bool(after.get_slot(EMERGENCY_MODE)),
        is_form_open=bool(after.active_loop_name),
        stored=_stored(after, typed.question),
    )


def _stored(tracker: Any, slot: str) -> str | None:
    """What the last message put into a slot; the end of the four questions empties them again."""
    value = None
    for event in tracker.applied_events():
        if event.type_name == "user":
            value = None
        elif event.type_name == "action" and event.action_name == "action_four_result":
            break
        elif event.type_name == "slot" and event.key == slot:
            value = event.value
    return value


def measure(held: Sequence[TakenReply]) -> dict[str, Any]:
    """The totals of a set's answers: how many `messages`, and `figures`."""
    return totals(_shares(held), messages=len(held))


def _shares(held: Sequence[TakenReply]) -> dict[str, Share]:
    def of(
        questions: Sequence[str], kinds: Sequence[str], test: Callable[[TakenReply], bool]
    ) -> Share:
        meant = [one for one in held if one.typed.question in questions and one.typed.kind in kinds]
        return share(meant, test)

    def is_right(one: TakenReply) -> bool:
        return one.is_right

    now, over = (HAPPENING_NOW,), (OVER,)
    return {
        "now_led_by_999": of(now, ["yes"], is_right),
        "not_now_without_alarm": of(now, ["no"], is_right),
        "not_now_false_emergencies": of(now, ["no"], lambda one: one.is_danger_open),
        "danger_kept": of(over, ["no", "unsure"], is_right),
        "danger_led_by_999": of(
            over, ["no", "unsure"], lambda one: one.outcome is Outcome.EMERGENCY
        ),
        "danger_ended": of(over, ["yes"], is_right),
        "four_danger_led_by_999": of(FOUR, ["danger"], is_right),
        "four_answers_as_meant": of(FOUR, [*_STORED], is_right),
        "four_answers_mistaken": of(
            FOUR, [*_STORED], lambda one: one.stored is not None and not one.is_right
        ),
        "four_false_alarms": of(
            FOUR, [*_STORED], lambda one: one.outcome in (Outcome.EMERGENCY, Outcome.CRISIS)
        ),
        "four_stops_ended": of(FOUR, ["stop"], is_right),
        "four_others_not_taken": of(FOUR, ["else"], is_right),
    }
