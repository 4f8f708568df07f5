"""From the slot to the outbox: with the turn, encrypted, once."""

from __future__ import annotations

import pytest
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.handover.note import Details, one_line
from bot.handover.request import SLOT, Enlist, bound_to, new_request
from bot.storage import outbox
from bot.storage.outbox import State

CHAT = b"c" * 32
REQUEST = new_request("text 07700 900123", "evenings")


@pytest.fixture
def tracker():
    slot = AnySlot(SLOT, mappings=[{"type": "custom"}], influence_conversation=False)
    return DialogueStateTracker("someone", [slot])


@pytest.fixture
def enlist(storage_keys):
    return Enlist(storage_keys)


@pytest.fixture
def entries(database):
    def entries():
        with database.begin() as connection:
            return outbox.everything(connection)

    return entries


def agree(tracker, request=REQUEST):
    tracker.update(UserUttered("yes"))
    tracker.update(ActionExecuted("action_handover_end"))
    tracker.update(SlotSet(SLOT, request))


def test_what_was_agreed_to_is_written_encrypted_and_the_slot_cleared(
    database, tracker, enlist, entries, storage_keys
):
    agree(tracker)
    with database.begin() as connection:
        enlist(connection, tracker, CHAT)
    (entry,) = entries()
    assert (entry.id, entry.state, entry.attempts) == (REQUEST["id"], State.WAITING, 0)
    assert entry.force == "bedfordshire"
    assert b"07700" not in entry.details
    raw = storage_keys.decrypt(entry.details, bound_to(entry.id), entry.key_id)
    assert Details.from_bytes(raw) == Details("text 07700 900123", "evenings")
    assert tracker.get_slot(SLOT) is None


def test_a_turn_without_a_yes_writes_nothing(database, tracker, enlist, entries):
    tracker.update(UserUttered("hello"))
    with database.begin() as connection:
        enlist(connection, tracker, CHAT)
    assert entries() == []


def test_a_turn_that_is_rolled_back_writes_nothing(database, tracker, enlist, entries):
    agree(tracker)
    with pytest.raises(RuntimeError), database.begin() as connection:
        enlist(connection, tracker, CHAT)
        raise RuntimeError
    assert entries() == []


def test_a_transaction_that_is_tried_again_loses_nothing(database, tracker, enlist, entries):
    agree(tracker)
    with pytest.raises(RuntimeError), database.begin() as connection:
        enlist(connection, tracker, CHAT)
        raise RuntimeError
    with database.begin() as connection:
        enlist(connection, tracker, CHAT)
    assert len(entries()) == 1


def test_a_turn_that_is_stored_twice_writes_one_note(database, tracker, enlist, entries):
    agree(tracker)
    for _ in range(2):
        with database.begin() as connection:
            enlist(connection, tracker, CHAT)
    assert len(entries()) == 1


def test_a_later_turn_writes_it_no_more(database, tracker, enlist, entries):
    agree(tracker)
    with database.begin() as connection:
        enlist(connection, tracker, CHAT)
        outbox.delivered(connection, REQUEST["id"], State.CONFIRMED)
    tracker.update(UserUttered("thank you"))
    with database.begin() as connection:
        enlist(connection, tracker, CHAT)
    assert [entry.state for entry in entries()] == [State.CONFIRMED]


def test_two_requests_are_two_notes():
    assert new_request("a", "b")["id"] != new_request("a", "b")["id"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  text   me ", "text me"),
        ("a\r\n\r\nb\tc", "a b c"),
        ("a\x00b\x1b[31mc\u2028d\x85e", "a b [31mc d e"),
        ("<b>{nsh.phone}</b>", "<b>{nsh.phone}</b>"),
    ],
)
def test_a_person_s_text_is_one_line_of_data(typed, kept):
    assert one_line(typed) == kept
