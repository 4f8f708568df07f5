"""What of a person's own words a record holds, and for how long."""

from __future__ import annotations

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.handover.request import new_request
from bot.settings import ROOT
from bot.slots import HANDOVER_REQUEST, HANDOVER_TIME, HANDOVER_WAY
from bot.storage import record

SLOTS = Domain.from_path(ROOT / "domain.yml").slots
WAY, TIME = "text 07700 900123", "wednesdays after six"
GIVEN = (SlotSet(HANDOVER_WAY, WAY), SlotSet(HANDOVER_TIME, TIME))
WIPED = (SlotSet(HANDOVER_WAY, None), SlotSet(HANDOVER_TIME, None))
# As the store's participant leaves it: noted and emptied in the same turn.
AGREED = (SlotSet(HANDOVER_REQUEST, new_request(WAY, TIME)), SlotSet(HANDOVER_REQUEST, None))


def stored(*turns, between=lambda tracker: tracker):
    """A conversation with these slots set in its turns, as it is after the last one."""
    tracker = DialogueStateTracker("someone", SLOTS)
    for slots in turns:
        tracker = between(tracker)
        events = (ActionExecuted("action_listen"), UserUttered("typed", {"name": "greet"}), *slots)
        for event in events:
            tracker.update(event)
    return tracker


def read_again(tracker):
    """The tracker that the next turn begins with."""
    following = DialogueStateTracker("someone", SLOTS)
    record.unpacked(record.Record(record.compact(tracker)).packed()).fill(following)
    return following


@pytest.mark.parametrize("between", [lambda tracker: tracker, read_again], ids=["one", "stored"])
@pytest.mark.parametrize("after", range(record.KEPT_TURNS + 1))
@pytest.mark.parametrize("end", [WIPED, (*WIPED, *AGREED)], ids=["dropped", "handed over"])
def test_contact_details_are_not_stored_once_they_are_dropped_or_handed_over(end, after, between):
    tracker = stored(GIVEN, end, *[()] * after, between=between)
    kept = str(record.compact(tracker))
    assert WAY not in kept and TIME not in kept
    assert {read_again(tracker).get_slot(name) for name in (HANDOVER_WAY, HANDOVER_TIME)} == {None}


def test_of_a_corrected_answer_only_the_new_one_is_stored():
    corrected = "ring 01632 960001"
    tracker = stored(GIVEN, [SlotSet(HANDOVER_WAY, corrected)])
    assert WAY not in str(record.compact(tracker))
    assert read_again(tracker).get_slot(HANDOVER_WAY) == corrected


@pytest.mark.parametrize("after", [0, record.KEPT_TURNS + 1])
def test_contact_details_are_kept_while_they_are_asked_for(after):
    following = read_again(stored(GIVEN, *[()] * after))
    assert following.get_slot(HANDOVER_WAY) == WAY and following.get_slot(HANDOVER_TIME) == TIME
