"""Whether a message answers "Is this happening now?", as the conversation store sees it."""

from __future__ import annotations

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered

from bot.storage import record
from bot.storage.stored_tracker import StoredTracker, answers_check

CHECK = SlotSet("asked", "happening_now")
CLOSED = SlotSet("asked", None)
LISTEN = ActionExecuted("action_listen")
DOMAIN = Domain.from_yaml(
    "slots: {asked: {type: any, influence_conversation: false, mappings: [{type: custom}]}}"
)


def heard(*turns):
    """Whether the last of these turns answers the check; between turns only the record is kept."""
    kept = record.Record()
    for events in turns:
        tracker = StoredTracker("someone", DOMAIN.slots)
        kept.fill(tracker)
        for event in events:
            tracker.update(event)
        kept = record.unpacked(record.Record(record.compact(tracker)).packed())
    return answers_check(tracker)


def said(intent, *slots):
    return [UserUttered("typed", {"name": intent}), *slots, LISTEN]


@pytest.mark.parametrize("answer", ["affirm", "deny", "emergency"])
def test_it_answers_the_check_that_was_open_when_it_came(answer):
    assert heard(said("greet", CHECK), said(answer, CLOSED))


def test_it_does_not_answer_the_check_that_it_leads_to():
    assert not heard(said("greet", CLOSED), said("advice", CHECK))


def test_it_does_not_answer_a_check_that_was_closed():
    turns = said("greet", CHECK), said("deny", CLOSED), said("affirm")
    assert not heard(*turns)


def test_a_check_long_ago_is_known_after_many_turns():
    turns = said("greet", CHECK), *[said("greet")] * 30, said("affirm")
    assert heard(*turns)
