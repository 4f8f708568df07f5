"""What people type at the bot's yes-or-no questions instead of pressing a button.

Those are "Is this happening now?", "Is the danger over?" and the four questions. What counts is
that danger interrupts, that no alarm ends by a misunderstanding, and that an answer is not taken
for its opposite.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actions.four_questions import SLOTS as FOUR
from bot.channel.body import MessageIn
from bot.channel.outcomes import DANGER_ANSWERED, Outcome
from bot.channel.turns import Turns
from bot.evaluation.conversations import NotAskedError, agent_for, begin
from bot.evaluation.metrics import Share, share, totals
from bot.evaluation.sets import QuestionAnswer
from bot.slots import ASKED, EMERGENCY_MODE, HAPPENING_NOW

OVER = "danger_over"
# What is typed until the bot asks, and the slot that then tells what it asked.
_BEFORE = {
    # Where the rules ask, whatever the models make of it.
    HAPPENING_NOW: (("he might be outside",), ASKED, HAPPENING_NOW),
    OVER: (("he is outside my house now", "ok"), ASKED, "safe_now"),
    **{
        slot: (("ask me the four questions", *["yes"] * place), "requested_slot", slot)
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


async def hold(typed: Sequence[QuestionAnswer], model: Path) -> list[TakenReply]:
    """Go to the question anew for each message, through the gateway's turns and the policies.

    Args:
        typed: the messages.
        model: the model file.

    Returns:
        The messages in order.

    Raises:
        NotAskedError: the bot did not ask the question, so nothing can be measured.
    """
    with tempfile.TemporaryDirectory() as folder:
        agent = agent_for(model, Path(folder))
        turns = Turns(agent.handle_message)
        return [await _held(turns, agent, one) for one in typed]


async def _held(turns: Turns, agent: Any, typed: QuestionAnswer) -> TakenReply:
    typed_before, slot, value = _BEFORE[typed.question]
    name, before = await begin(turns, agent, typed_before)
    if before.get_slot(slot) != value:
        raise NotAskedError(f"the bot does not ask {typed.question}")
    answer = await turns.answer(agent, MessageIn(conversation=name, text=typed.text))
    after = await agent.tracker_store.retrieve(name)
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
