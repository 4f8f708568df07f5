"""Which question about danger is open when a message comes, as the conversation store sees it."""

from __future__ import annotations

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet

from bot.slots import DANGER_OPEN, HAPPENING_NOW, NOW_OR_OVER, SAFE_NOW, SAFE_NOW_OR_ELSE
from bot.storage.stored_tracker import StoredTracker, asked_last

SLOTS = "asked", "last_leads", "last_reply", "emergency_mode"
KIND = "{type: any, influence_conversation: false, mappings: [{type: custom}]}"
DOMAIN = Domain.from_yaml(f"slots: {{{', '.join(f'{slot}: {KIND}' for slot in SLOTS)}}}")


def tracked(**slots):
    tracker = StoredTracker("someone", DOMAIN.slots)
    for slot, value in slots.items():
        tracker.update(SlotSet(slot, value))
    return tracker


@pytest.mark.parametrize("asked", [NOW_OR_OVER, SAFE_NOW, SAFE_NOW_OR_ELSE])
def test_in_an_emergency_it_is_what_was_asked(asked):
    assert asked_last(tracked(asked=asked)) == asked


def test_the_check_is_where_it_was_said_last():
    assert asked_last(tracked(asked=HAPPENING_NOW, last_leads=["emergency_check"]))
    assert asked_last(tracked(asked=HAPPENING_NOW, last_reply="check_unsure"))
    assert not asked_last(tracked(asked=HAPPENING_NOW, last_reply="capabilities"))


@pytest.mark.parametrize("asked", [None, "screen", "crisis"])
def test_another_question_is_none(asked):
    assert asked_last(tracked(asked=asked, last_leads=["emergency_check"])) == ""


@pytest.mark.parametrize("asked", [HAPPENING_NOW, NOW_OR_OVER, SAFE_NOW])
def test_it_is_opened_again_with_its_emergency_and_none_of_it_is_stored(asked):
    tracker = tracked()
    tracker.reopen(asked)
    assert tracker.get_slot("asked") == asked
    assert tracker.get_slot("emergency_mode") == (asked != HAPPENING_NOW)
    assert tracker.new_events() == []


def test_an_emergency_that_could_not_be_stored_is_opened_again_and_asks_nothing():
    tracker = tracked(asked=HAPPENING_NOW)
    tracker.reopen(DANGER_OPEN)
    assert tracker.get_slot("asked") is None
    assert tracker.get_slot("emergency_mode")
