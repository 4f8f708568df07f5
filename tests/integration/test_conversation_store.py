"""The conversation store on a real SQLite and a real PostgreSQL: nothing lost, nothing left."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import zlib

import pytest
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SessionStarted, SlotSet, UserUttered
from sqlalchemy import insert, select, update

from bot.cli import main
from bot.handover import commands
from bot.safety import context
from bot.storage import expiry, record, rows
from bot.storage.conversations import AlreadyAnswered, ConversationStore
from bot.storage.database import DatabaseFailed
from bot.storage.keys import Keys
from bot.storage.participants import participants
from bot.storage.schema import conversations
from tests.integration.waiting import PATIENCE

pytestmark = pytest.mark.integration

ME, OTHER = "a" * 32, "b" * 32
OLD, NEW = "old-key-" * 4, "new-key-" * 4
DOMAIN = Domain.from_yaml(
    """
    version: "3.1"
    intents: [said]
    slots:
      last:
        type: any
        influence_conversation: false
        mappings: [{type: custom}]
    """
)


class Clock:
    now = 1_800_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(database, clock):
    return make(database, clock)


def make(database, clock, storage_keys=(OLD,)):
    return ConversationStore(
        DOMAIN, database=database, storage_keys=Keys(storage_keys), clock=clock
    )


def run(coroutine, turn=None):
    async def in_turn():
        context.begin(turn or context.InFlightTurn())
        return await coroutine

    return asyncio.run(in_turn())


async def begin(store, who=ME):
    """As Rasa does: through its wrapper, with a session for a new conversation."""
    tracker = await FailSafeTrackerStore(store).get_or_create_tracker(who)
    if not tracker.events:
        for event in (ActionExecuted("action_session_start"), SessionStarted()):
            tracker.update(event)
        tracker.update(ActionExecuted("action_listen"))
    return tracker


def speak(tracker, text):
    parse_data = {"intent": {"name": "said"}, "entities": []}
    tracker.update(UserUttered(text, parse_data["intent"], [], parse_data))
    tracker.update(SlotSet("last", text))
    tracker.update(ActionExecuted("action_listen"))


async def say(store, text, who=ME):
    tracker = await begin(store, who)
    speak(tracker, text)
    await FailSafeTrackerStore(store).save(tracker)


def last(store, who=ME):
    return run(store.retrieve(who)).get_slot("last")


def turns(store, who=ME):
    events = run(store.retrieve(who)).events
    return sum(isinstance(event, UserUttered) for event in events)


def read(store):
    """What is stored, as another process reads it."""
    return run(store.retrieve(ME)).record


def rows_of(database):
    with database.begin() as connection:
        return connection.execute(select(conversations)).all()


def test_a_conversation_goes_on_where_it_was(store, database):
    for text in ("one", "two"):
        run(say(store, text))
    run(say(store, "mine", OTHER))
    assert (last(store), turns(store)) == ("two", 2)
    assert (last(store, OTHER), turns(store, OTHER)) == ("mine", 1)
    assert len(rows_of(database)) == 2


def test_asking_stores_nothing(store, database):
    run(begin(store))
    assert rows_of(database) == []


def test_a_turn_that_was_given_up_is_not_stored(store, database):
    """The person was told to send it again, and a second "yes" would answer the next question."""
    run(say(store, "one"))
    run(say(store, "two"), context.InFlightTurn(is_given_up=True))
    assert (last(store), turns(store)) == ("one", 1)


def test_a_turn_that_is_given_up_while_it_is_written_is_undone(store, monkeypatch):
    run(say(store, "one"))
    turn = context.InFlightTurn()

    def meanwhile(connection, tracker, conversation):
        turn.is_given_up = True

    monkeypatch.setattr("bot.storage.conversations.participants", [meanwhile])
    run(say(store, "two"), turn)
    monkeypatch.undo()
    assert (last(store), turns(store)) == ("one", 1)


def test_a_turn_that_is_written_for_too_long_is_undone(store, monkeypatch):
    """The person was told that something went wrong and to send it again."""
    run(say(store, "one"))

    def slow(connection, tracker, conversation):
        time.sleep(1)

    monkeypatch.setattr("bot.storage.conversations.participants", [slow])
    monkeypatch.setattr("bot.storage.database.SECONDS", 0.5)
    turn = context.InFlightTurn()
    run(say(store, "two"), turn)
    monkeypatch.undo()
    assert turn.has_storage_failed
    time.sleep(1.5)  # until its thread has come to the end
    store.database._rests_until = 0
    assert (last(store), turns(store)) == ("one", 1)


def sent(message, *said):
    """A turn of a message with an id, and its answer."""
    return context.InFlightTurn(message=message, said=lambda: list(said))


def test_a_message_that_was_answered_gets_its_answer_and_no_second_turn(store):
    answer = ["It lasts two years.", ["What can it ban?", "/advice"]]
    run(say(store, "yes"), sent("first", *answer))
    with pytest.raises(AlreadyAnswered) as again:
        run(say(store, "yes"), sent("first", "never said"))
    assert again.value.answer == answer
    assert turns(store) == 1


def test_a_message_that_is_in_two_processes_at_once_is_stored_once(store):
    run(say(store, "before"))

    async def both():
        first, second = await begin(store), await begin(store)
        speak(first, "yes")
        speak(second, "yes")
        await FailSafeTrackerStore(store).save(first)
        with pytest.raises(AlreadyAnswered) as again:
            await FailSafeTrackerStore(store).save(second)
        return again.value.answer

    assert run(both(), sent("first", "answer")) == ["answer"]
    assert turns(store) == 2


@pytest.mark.parametrize("message", ["second", None])
def test_any_other_message_is_a_new_turn(store, message):
    run(say(store, "yes"), sent("first", "answer"))
    run(say(store, "yes"), sent(message, "next answer"))
    assert turns(store) == 2
    # Only the last answer is kept.
    run(say(store, "yes"), sent("first", "answer"))
    assert turns(store) == 3


def test_an_answer_with_a_hole_is_not_given_again(store):
    run(say(store, "yes"), sent("first"))
    run(say(store, "yes"), sent("first", "whole"))
    assert turns(store) == 2


def test_what_was_answered_is_erased_with_the_chat(store):
    run(say(store, "yes"), sent("first", "answer"))
    run(store.erase(ME, for_good=False))
    run(say(store, "yes"), sent("first", "answer"))
    assert turns(store) == 1


@pytest.mark.parametrize(
    ("more", "answered"),
    [([], None), ([None], None), ([["first", ["answer"]]], ("first", ["answer"]))],
)
def test_a_record_of_a_release_before_is_read(more, answered):
    """At first it kept no answer, and then no moment of erasure."""
    content = [[], [[1.0, "hello"]], 2.0, *more]
    data = record.zlib.compress(record.json.dumps(content).encode())
    assert record.unpacked(data) == record.Record([], [(1.0, "hello")], 2.0, answered)


def test_neither_words_nor_ids_are_readable(store, database):
    run(say(store, "zebra-4711"))
    row = rows_of(database)[0]
    assert b"zebra" not in bytes(row.record) and ME.encode() not in bytes(row.conversation)
    assert len(bytes(row.conversation)) == 32 and row.key_id == Keys([OLD]).newest


def test_no_event_holds_what_was_typed(store):
    run(say(store, "zebra-4711"))
    events = run(store.retrieve(ME)).events
    assert [event.text for event in events if isinstance(event, UserUttered)] == [""]


def test_what_was_typed_just_before_the_last_message_stays_until_the_record_expires(store, clock):
    """Each turn drops what is older than two minutes; after the last one nothing does."""
    for text, seconds in (("long ago", 100), ("just before", 100), ("last", 1790)):
        run(say(store, text), context.InFlightTurn(typed=(clock.now, text)))
        clock.now += seconds
    assert [text for _, text in read(store).typed] == ["just before", "last"]
    later = context.InFlightTurn()
    run(begin(store), later)
    assert later.previous == "", "it is there, and counts no more"
    clock.now += 10
    assert read(store).typed == []


def test_the_record_does_not_grow(store, database):
    sizes = []
    for number in range(30):
        run(say(store, f"text {number:04}"))
        sizes.append(len(rows_of(database)[0].record))
    assert sizes[-1] <= 1.2 * sizes[4]
    assert len(run(store.retrieve(ME)).events) < 40


def test_two_writers_lose_nothing(store):
    run(say(store, "before"))

    async def both():
        first, second = await begin(store), await begin(store)
        speak(first, "first")
        speak(second, "second")
        await asyncio.gather(store.save(first), store.save(second))

    run(both())
    assert turns(store) == 3
    assert last(store) in ("first", "second")


def test_two_first_messages_at_once_lose_nothing(store):
    async def both():
        trackers = [await begin(store) for _ in range(4)]
        for number, tracker in enumerate(trackers):
            speak(tracker, f"number {number}")
        await asyncio.gather(*map(store.save, trackers))

    turn = context.InFlightTurn()
    run(both(), turn)
    assert not turn.has_storage_failed
    assert turns(store) == 4


def test_a_conversation_expires_half_an_hour_after_its_last_message(store, clock, database):
    run(say(store, "one"))
    clock.now += 29 * 60
    run(say(store, "two"))
    clock.now += 30 * 60 - 1
    assert last(store) == "two"
    assert run(store.purge()).rows == 0
    clock.now += 1
    assert last(store) is None, "before any purge"
    run(say(store, "anew"))
    assert turns(store) == 1
    clock.now += 31 * 60
    assert run(store.purge()).rows == 1
    assert rows_of(database) == []


def test_the_command_deletes_what_has_expired_and_nothing_else(
    store, clock, database, monkeypatch, capsys
):
    monkeypatch.setattr(commands, "get_database", lambda: database)
    clock.now = time.time() - 31 * 60
    run(say(store, "old"))
    clock.now = time.time()
    run(say(store, "new", OTHER))
    assert main(["purge"]) == 0
    assert "1 rows deleted" in capsys.readouterr().out
    assert len(rows_of(database)) == 1
    assert last(store, OTHER) == "new"


@pytest.fixture
def many(database):
    """Fills the table with more rows than one portion holds; all expire at the same time."""

    def many(expires_at, number=2 * rows.PORTION + 1):
        values = {"version": 1, "ended": False, "expires_at": int(expires_at)}
        filled = [values | {"conversation": b"%032d" % place} for place in range(number)]
        with database.begin() as connection:
            connection.execute(insert(conversations), filled)
        return number

    return many


def test_a_purge_goes_on_until_nothing_is_left(store, clock, database, many):
    run(say(store, "this one stays"))
    number = many(clock.now)
    run(say(store, "this one stays, too", OTHER))
    assert run(store.purge()) == (number, 0, False)
    assert len(rows_of(database)) == 2
    assert run(store.purge()).rows == 0


def test_a_purge_deletes_no_more_at_once_than_it_can_in_time(clock, database, many):
    number = many(clock.now)
    with database.begin() as connection:
        purged = expiry.purge(connection, clock.now, expiry.Purged())
    assert purged == (rows.PORTION, 0, True)
    assert len(rows_of(database)) == number - rows.PORTION


def test_the_command_deletes_more_than_one_portion(database, many, monkeypatch, capsys):
    monkeypatch.setattr(commands, "get_database", lambda: database)
    number = many(time.time() - 1)
    assert main(["purge"]) == 0
    assert f"{number} rows deleted" in capsys.readouterr().out
    assert rows_of(database) == []


def test_a_clock_that_is_set_back_shortens_all_rows(store, clock, database, many):
    many(clock.now + 50 * 60)
    run(store.purge())
    assert {row.expires_at for row in rows_of(database)} == {int(clock.now) + 30 * 60}


def test_a_clock_that_jumps_never_keeps_a_conversation_for_ever(store, clock):
    clock.now += 86_400
    run(say(store, "tomorrow"))
    clock.now -= 60
    assert last(store) == "tomorrow", "a small step back changes nothing"
    clock.now -= 86_400
    assert last(store) is None
    run(say(store, "today"))
    assert last(store) == "today"
    clock.now += 3 * 86_400
    assert last(store) is None


def test_a_clock_that_is_set_back_keeps_no_conversation_for_longer(store, clock):
    run(say(store, "one"))
    clock.now -= 20 * 60
    run(say(store, "two", OTHER))
    run(store.purge())
    clock.now += 30 * 60 - 1
    assert (last(store), last(store, OTHER)) == ("one", "two")
    clock.now += 1
    assert (last(store), last(store, OTHER)) == (None, None)
    assert run(store.purge()).rows == 2


def test_clocks_that_differ_a_little_shorten_no_conversation(store, clock):
    run(say(store, "one"))
    clock.now -= 59
    run(store.purge())
    clock.now += 59 + 30 * 60 - 1
    assert last(store) == "one"


def test_an_ended_chat_is_never_written_back(store, database, clock):
    run(say(store, "one"))

    async def end_meanwhile():
        tracker = await begin(store)
        speak(tracker, "late")
        await make(database, clock).erase(ME)
        await store.save(tracker)

    run(end_meanwhile())
    assert last(store) is None
    run(say(store, "after the end"))
    assert last(store) is None
    assert [row.record for row in rows_of(database)] == [None]


def test_a_chat_that_ends_before_its_first_turn_is_stored_leaves_nothing(store, database):
    async def end_meanwhile():
        tracker = await begin(store)
        speak(tracker, "late")
        await store.erase(ME)
        await store.save(tracker)

    run(end_meanwhile())
    assert [row.record for row in rows_of(database)] == [None]


def test_the_end_of_an_id_that_nobody_knows_takes_a_row_for_two_minutes_only(
    store, database, clock
):
    """Whoever makes up ids could fill the table; a turn under way must still find the end."""
    for _ in range(3):
        run(store.erase(ME))
        clock.now += 30
    assert [row.record for row in rows_of(database)] == [None]
    clock.now += 119
    run(store.purge())
    assert rows_of(database) == []


def test_the_end_of_a_known_chat_holds_however_often_it_is_ended(store, database, clock):
    run(say(store, "one"))
    run(store.erase(ME))
    clock.now += 25 * 60
    run(store.erase(ME))
    run(say(store, "after the end"))
    assert last(store) is None
    clock.now += 5 * 60
    run(store.purge())
    assert rows_of(database) == []


def test_a_second_end_still_holds_up_a_turn_that_began_before(store, database, clock):
    """Even where the row of the first has all but expired."""
    run(store.erase(ME))
    clock.now += 119
    run(store.erase(ME))
    clock.now += 60
    run(say(store, "late"))
    assert [row.record for row in rows_of(database)] == [None]


def test_a_deleted_chat_can_begin_anew_but_an_old_turn_cannot(store, database):
    run(say(store, "one"))

    async def delete_meanwhile():
        old = await begin(store)
        speak(old, "old")
        await store.erase(ME, for_good=False)
        await store.save(old)
        assert rows_of(database)[0].record is None
        await say(store, "new")

    run(delete_meanwhile())
    assert (last(store), turns(store)) == ("new", 1)


def test_erasing_twice_and_what_never_was_does_no_harm(store):
    for _ in range(2):
        run(store.erase(ME))
    run(store.erase(OTHER, for_good=False))
    assert last(store) is None


def test_what_another_process_remembers_of_an_erased_chat_does_not_come_back(store, clock):
    """It answered the cry and keeps it for two minutes; it did not hear that it was erased."""
    cry = (clock.now, "he is here")
    cried = context.InFlightTurn(typed=cry, is_danger_answered=lambda: True)
    run(say(store, "he is here"), cried)
    clock.now += 5.5
    run(store.erase(ME, for_good=False))
    clock.now += 5
    hello = (clock.now, "hello")
    turn = context.InFlightTurn(pending=[cry], typed=hello)
    run(say(store, "hello"), turn)
    assert turn.previous == ""
    assert read(store).typed == [hello]
    # And so with a third one, which hears of it only now.
    clock.now += 5
    turn = context.InFlightTurn(pending=[cry], typed=(clock.now, "well"))
    run(say(store, "well"), turn)
    assert turn.previous == "hello"
    assert read(store).typed == [hello, turn.typed]


def test_what_waited_while_its_chat_was_erased_brings_back_nothing_older(store, clock):
    """It learnt what was typed before when it came; it is answered after the erasing."""
    old = (clock.now, "zebra-4711")
    run(say(store, "zebra-4711"), context.InFlightTurn(typed=old))
    clock.now += 5
    waited = context.InFlightTurn(pending=[old], typed=(clock.now, "hes"))
    clock.now += 1
    run(store.erase(ME, for_good=False))
    run(say(store, "hes"), waited)
    assert waited.previous == ""
    assert read(store).typed == [waited.typed], "itself it is kept, for the half that follows"


def test_what_is_typed_after_an_erasing_counts_though_it_could_not_be_stored(store, clock):
    run(say(store, "before"))
    run(store.erase(ME, for_good=False))
    clock.now += 1
    turn = context.InFlightTurn(pending=[(clock.now, "hes")], typed=(clock.now, "here"))
    run(begin(store), turn)
    assert turn.previous == "hes"


def test_an_old_key_reads_and_the_new_one_writes(store, database, clock):
    run(say(store, "one"))
    both = make(database, clock, (NEW, OLD))
    assert last(both) == "one"
    run(say(both, "two"))
    assert [row.key_id for row in rows_of(database)] == [Keys([NEW]).newest]
    assert last(make(database, clock, (NEW,))) == "two"


def test_a_chat_under_an_old_key_is_erased_too(store, database, clock):
    run(say(store, "one"))
    run(make(database, clock, (NEW, OLD)).erase(ME))
    assert [row.record for row in rows_of(database)] == [None]


def test_another_key_finds_nothing(store, database, clock):
    run(say(store, "one"))
    assert last(make(database, clock, (NEW,))) is None
    assert last(store) == "one"


def test_a_row_moved_to_another_conversation_is_not_read(store, database, caplog):
    run(say(store, "mine"))
    run(say(store, "other", OTHER))
    mine = next(
        bytes(row.record)
        for row in rows_of(database)
        if bytes(row.conversation) == Keys([OLD]).hashes(ME)[0]
    )
    with database.begin() as connection:
        where = conversations.c.conversation == Keys([OLD]).hashes(OTHER)[0]
        connection.execute(update(conversations).where(where).values(record=mine))
    turn = context.InFlightTurn()
    assert run(store.retrieve(OTHER), turn).get_slot("last") is None
    assert turn.has_storage_failed, "the person is told"
    assert last(store) == "mine", "that conversation only"


def put(database, **values):
    with database.begin() as connection:
        connection.execute(update(conversations).values(**values))


def check_refused(store, caplog):
    turn = context.InFlightTurn()
    assert run(store.retrieve(ME), turn).get_slot("last") is None
    assert turn.has_storage_failed, "the person is told"
    assert "cannot be read" in caplog.text and ME not in caplog.text


def test_an_older_record_put_back_into_its_row_is_not_believed(store, database, caplog):
    """Nor the newest one in a row of another version."""
    run(say(store, "one"))
    (older,) = rows_of(database)
    run(say(store, "two"))
    (newer,) = rows_of(database)
    put(database, record=older.record)
    check_refused(store, caplog)
    put(database, version=newer.version + 1, record=newer.record)
    check_refused(store, caplog)
    put(database, version=newer.version)
    assert last(store) == "two"


def test_a_record_cannot_be_kept_for_longer_or_brought_back(store, database, clock, caplog):
    run(say(store, "one"))
    (row,) = rows_of(database)
    put(database, expires_at=row.expires_at + 1)
    check_refused(store, caplog)
    put(database, expires_at=row.expires_at)
    assert last(store) == "one"
    run(store.erase(ME, for_good=False))
    put(database, record=row.record, key_id=row.key_id)
    check_refused(store, caplog)
    run(say(store, "anew"))
    assert last(store) == "anew", "the conversation goes on"


def test_a_record_of_an_earlier_release_is_read_until_none_can_be_left(store, database, clock):
    """They do not say for which row they are."""
    run(say(store, "one"))
    (row,) = rows_of(database)
    whole = Keys([OLD]).decrypt(row.record, row.conversation, row.key_id)
    content = json.loads(zlib.decompress(whole))[:5]
    before = Keys([OLD]).encrypt(zlib.compress(json.dumps(content).encode()), row.conversation)
    put(database, record=before)
    assert last(store) == "one"
    clock.now += 30 * 60
    put(database, expires_at=row.expires_at + 60)
    turn = context.InFlightTurn()
    assert run(store.retrieve(ME), turn).get_slot("last") is None
    assert turn.has_storage_failed


@pytest.mark.parametrize("change", [b"", b"short", b"x" * 200, None])
def test_a_corrupt_row_begins_that_conversation_anew(store, database, caplog, change):
    run(say(store, "one"))
    run(say(store, "two", OTHER))
    record = bytes(rows_of(database)[0].record)
    broken = record[:-1] + bytes([record[-1] ^ 1]) if change is None else change
    with database.begin() as connection:
        where = conversations.c.conversation == Keys([OLD]).hashes(ME)[0]
        connection.execute(update(conversations).where(where).values(record=broken))
    turn = context.InFlightTurn()
    assert run(store.retrieve(ME), turn).get_slot("last") is None
    assert turn.has_storage_failed
    assert "cannot be read" in caplog.text and ME not in caplog.text
    run(say(store, "anew"))
    assert (last(store), turns(store)) == ("anew", 1)
    assert last(store, OTHER) == "two"


@pytest.mark.parametrize("event", [{"event": "of a later version"}, {}, 7])
def test_a_record_of_another_version_begins_that_conversation_anew(
    store, database, monkeypatch, event
):
    monkeypatch.setattr("bot.storage.record.compact", lambda tracker: [event])
    run(say(store, "one"))
    monkeypatch.undo()
    turn = context.InFlightTurn()
    assert run(store.retrieve(ME), turn).get_slot("last") is None
    assert turn.has_storage_failed
    run(say(store, "anew"))
    assert (last(store), turns(store)) == ("anew", 1)


def test_participants_write_in_the_same_transaction(store, database, monkeypatch):
    seen = []

    def participate(connection, tracker, conversation):
        seen.append((connection.in_transaction(), conversation))
        tracker.update(SlotSet("last", "cleared"))

    monkeypatch.setattr("bot.storage.conversations.participants", [*participants, participate])
    run(say(store, "contact details"))
    assert seen == [(True, Keys([OLD]).hashes(ME)[0])]
    assert last(store) == "cleared"


def test_a_participant_that_fails_undoes_the_turn_and_is_reported(store, monkeypatch, caplog):
    def fail(connection, tracker, conversation):
        raise RuntimeError("zebra-4711")

    run(say(store, "one"))
    monkeypatch.setattr("bot.storage.conversations.participants", [fail])
    turn = context.InFlightTurn()
    run(say(store, "two"), turn)
    assert turn.has_storage_failed
    assert last(store) == "one"
    assert "zebra" not in caplog.text


def too_slow(*_):
    time.sleep(1)


def refused(*_):
    raise DatabaseFailed("no answer to one statement")


@pytest.mark.parametrize("purge", [too_slow, refused])
def test_a_purge_that_fails_keeps_no_turn_from_the_database(store, monkeypatch, purge):
    """It is many statements, each of which may be quick enough for a turn."""
    run(say(store, "one"))
    monkeypatch.setattr("bot.storage.database.SECONDS", 0.5)
    monkeypatch.setattr("bot.storage.conversations.expiry.purge", purge)

    async def purged():
        with pytest.raises(DatabaseFailed, match="no answer"):
            await store.purge()
        monkeypatch.setattr("bot.storage.database.SECONDS", PATIENCE)
        await store.retrieve(ME)

    turn = context.InFlightTurn()
    run(purged(), turn)
    assert not turn.has_storage_failed


@pytest.mark.parametrize("step", ["read", "written"])
def test_whatever_fails_is_reported_as_a_failure_of_storage(store, monkeypatch, caplog, step):
    async def no_thread(work, **kwargs):
        raise RuntimeError("can't start new thread")

    async def half():
        if step == "read":
            monkeypatch.setattr(store.database, "beside", no_thread)
        tracker = await begin(store)
        monkeypatch.setattr(store.database, "beside", no_thread)
        speak(tracker, "lost")
        await FailSafeTrackerStore(store).save(tracker)

    run(say(store, "before"))
    turn = context.InFlightTurn()
    run(half(), turn)
    monkeypatch.undo()
    assert turn.has_storage_failed
    assert f"a conversation was not {step}: RuntimeError" in caplog.text
    assert last(store) == "before"


def test_another_process_knows_what_was_typed_just_before(store, database, clock):
    typed = context.InFlightTurn(typed=(clock.now, "hes"))
    run(say(store, "hes"), typed)
    clock.now += 5
    here = context.InFlightTurn(typed=(clock.now, "here"))
    run(begin(make(database, clock)), here)
    assert here.previous == "hes"
    clock.now += 121
    later = context.InFlightTurn()
    run(begin(store), later)
    assert later.previous == ""


def test_the_net_forgets_everywhere_what_was_typed_when_danger_was_answered(store, clock):
    cry = (clock.now, "he is here")
    run(say(store, "he is here"), context.InFlightTurn(typed=cry, is_danger_answered=lambda: True))
    clock.now += 5
    # A process that did not see the answer still remembers the cry.
    safe = context.InFlightTurn(pending=[cry], typed=(clock.now, "i am safe now"))
    run(begin(store), safe)
    assert safe.previous == ""


def test_a_topic_may_still_come_from_what_was_answered_as_danger(store, clock):
    async def recent():
        await begin(store)
        return context.recent_text.get()

    def seen(turn):
        return run(recent(), turn)

    cry = (clock.now, "he had a knife")
    run(
        say(store, "he had a knife"),
        context.InFlightTurn(typed=cry, is_danger_answered=lambda: True),
    )
    clock.now += 5
    turn = context.InFlightTurn()
    assert (seen(turn), turn.previous) == ("he had a knife", "")
    run(say(store, "last march"), context.InFlightTurn(typed=(clock.now, "last march")))
    turn = context.InFlightTurn()
    assert (seen(turn), turn.previous) == ("he had a knife last march", "last march")
    clock.now += 121
    assert seen(context.InFlightTurn()) == ""


def test_nothing_in_the_log_tells_about_a_conversation(store, caplog):
    caplog.set_level(logging.DEBUG)
    run(say(store, "zebra-4711"))
    run(store.erase(ME))
    assert "zebra" not in caplog.text and ME not in caplog.text
