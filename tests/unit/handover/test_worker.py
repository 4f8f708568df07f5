"""The worker: real outbox on both databases, real receiver, roads of every kind."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing

import pytest

from bot.counters import counting
from bot.handover import backoff, https
from bot.handover.delivery import Attempt, Result
from bot.handover.https import HttpsDelivery
from bot.handover.request import bound_to
from bot.handover.worker import Worker
from bot.storage import outbox
from bot.storage.keys import Keys
from bot.storage.outbox import HOLD, LEASE, State
from tests.integration.waiting import PATIENCE, wait_until
from tests.services.receiver import SECRET
from tests.unit.handover.conftest import DETAILS, NOTE

pytestmark = pytest.mark.slow

CHAT = b"c" * 32


class Clock:
    """A time that tests move; it begins at the real one, for signatures are checked against it."""

    def __init__(self):
        self.now = time.time()

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def worker(database, storage_keys, road, clock):
    return Worker(database, storage_keys, HttpsDelivery(road.url, SECRET), clock)


@pytest.fixture
def add(database, storage_keys, clock):
    def add(note_id=NOTE.id):
        encrypted = storage_keys.encrypt(DETAILS.to_bytes(), bound_to(note_id))
        now = int(clock())
        with database.begin() as connection:
            outbox.add(connection, CHAT, note_id, "kent", now, storage_keys.newest, encrypted)

    return add


@pytest.fixture
def entry(database):
    def entry(note_id=NOTE.id):
        with database.begin() as connection:
            return outbox.get(connection, note_id)

    return entry


@pytest.fixture
def counted(monkeypatch):
    """How hand-overs ended, as it was counted: value -> number."""
    fresh = counting.Buffer()
    monkeypatch.setattr(counting, "buffer", fresh)
    return lambda: {value: number for (_, value), number in fresh.totals.items()}


@pytest.fixture(autouse=True)
def only_ends_are_counted(counted):
    yield
    assert counted().keys() <= {"confirmed", "failed"}


def test_an_empty_outbox_is_no_work(worker, road):
    assert not worker.step()
    assert road.requests == 0


def test_a_note_is_delivered_confirmed_and_its_details_erased(worker, add, entry, receiver):
    add()
    assert worker.step()
    assert (entry().state, entry().details) == (State.CONFIRMED, None)
    assert [(note["id"], note["way"], note["time"]) for note in receiver.notes()] == [
        (NOTE.id, DETAILS.way, DETAILS.time)
    ]
    assert not worker.step()


def test_what_failed_is_tried_again_when_it_is_due(
    worker, add, entry, road, receiver, clock, counted
):
    add()
    road.trouble = "503"
    worker.step()
    assert (entry().state, entry().reason, entry().attempts) == (State.WAITING, "http_503", 1)
    assert clock() < entry().due_at <= clock() + backoff.FIRST + 1
    assert not worker.step(), "not yet"
    assert counted() == {}
    road.trouble = ""
    clock.now = entry().due_at
    assert worker.step()
    assert entry().state is State.CONFIRMED
    assert len(receiver.notes()) == 1
    assert counted() == {"confirmed": 1}


def test_after_the_last_attempt_it_is_a_dead_letter(worker, add, entry, road, receiver, clock):
    add()
    road.trouble = "500"
    for _ in range(backoff.MAX_ATTEMPTS):
        assert worker.step()
        clock.now = max(clock.now, entry().due_at)
    assert (entry().state, entry().reason) == (State.DEAD, "http_500")
    assert entry().details, "an operator can still send it"
    road.trouble = ""
    assert not worker.step()
    assert receiver.notes() == []


def test_what_is_refused_is_a_dead_letter_at_once(worker, add, entry, road, counted):
    add()
    road.trouble = "404"
    worker.step()
    assert (entry().state, entry().reason) == (State.DEAD, "http_404")
    assert counted() == {"failed": 1}


class RefusedAfter:
    """A delivery that is refused, after something else has happened."""

    def __init__(self, happens):
        self._happens = happens

    def send(self, note):
        self._happens()
        return Attempt(Result.REFUSED, "http_404")


def test_what_an_operator_dropped_meanwhile_is_not_counted_twice(
    database, storage_keys, add, entry, clock, counted
):
    def drop():
        with database.begin() as connection:
            assert outbox.drop(connection, NOTE.id) is State.WAITING

    add()
    Worker(database, storage_keys, RefusedAfter(drop), clock).step()
    assert (entry().state, entry().reason) == (State.DEAD, "dropped")
    assert counted() == {}, "the command counts it"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_when_it_goes_on_is_read_while_another_process_writes(worker, add, database):
    add()
    with closing(sqlite3.connect(database.engine.url.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert worker._pause() < 1


def test_an_answer_that_got_lost_makes_no_second_note(worker, add, entry, road, receiver, clock):
    add()
    road.trouble = "answer lost"
    worker.step()
    assert entry().state is State.WAITING
    road.trouble = ""
    clock.now = entry().due_at
    worker.step()
    assert entry().state is State.CONFIRMED
    assert len(receiver.notes()) == 1 and road.requests == 2


def test_one_that_hangs_does_not_keep_the_next_from_going(
    worker, add, entry, road, clock, monkeypatch
):
    monkeypatch.setattr(https, "SECONDS", 0.4)
    add("a" * 32)
    add("b" * 32)
    road.trouble = "hang"
    worker.step()
    road.trouble = ""
    monkeypatch.setattr(https, "SECONDS", PATIENCE)
    worker.step()
    assert [entry(letter * 32).state for letter in "ab"] == [State.WAITING, State.CONFIRMED]


def test_a_note_whose_workers_die_each_time_is_a_dead_letter(
    worker, add, entry, database, road, clock
):
    add()
    for _ in range(backoff.MAX_ATTEMPTS):
        with database.begin() as connection:
            assert outbox.take(connection, int(clock()))
        clock.now += LEASE
    worker.step()
    assert (entry().state, entry().reason) == (State.DEAD, "interrupted")
    assert road.requests == 0


def test_details_that_cannot_be_read_any_more_are_not_sent(database, add, entry, road, clock):
    add()
    other = Keys(["another storage key that only these tests know"])
    Worker(database, other, HttpsDelivery(road.url, SECRET), clock).step()
    assert (entry().state, entry().reason) == (State.DEAD, "wrong_key")
    assert road.requests == 0


def test_a_rotated_key_still_reads_them(database, storage_keys, add, entry, road, clock):
    add()
    rotated = Keys(
        [
            "another storage key that only these tests know",
            "a storage key that only these tests know",
        ]
    )
    Worker(database, rotated, HttpsDelivery(road.url, SECRET), clock).step()
    assert entry().state is State.CONFIRMED


def test_what_is_too_old_is_not_sent(worker, add, road, clock):
    add()
    clock.now += HOLD
    assert not worker.step()
    assert road.requests == 0


def test_no_log_line_holds_anything_of_it(worker, add, road, caplog):
    add()
    with caplog.at_level("DEBUG"):
        for trouble in ("500", "404"):
            road.trouble = trouble
            worker.step()
    assert "http_500" in caplog.text
    assert "07700" not in caplog.text and NOTE.id not in caplog.text


class Counting:
    """A delivery that notes what it was given; slow enough for others to come by."""

    def __init__(self):
        self.sent = []

    def send(self, note):
        self.sent.append(note.id)
        time.sleep(0.01)
        return Attempt(Result.CONFIRMED)


def test_of_several_workers_each_note_goes_to_one(database, storage_keys, add):
    ids = [f"{number:032x}" for number in range(12)]
    for note_id in ids:
        add(note_id)
    delivery = Counting()
    workers = [Worker(database, storage_keys, delivery) for _ in range(3)]
    for each in workers:
        each.start()

    def is_empty():
        with database.begin() as connection:
            return outbox.next_due(connection, int(time.time())) is None

    try:
        wait_until(is_empty)
    finally:
        for each in workers:
            each.stop()
    assert sorted(delivery.sent) == ids


def assert_it_delivers(worker, entry):
    """What is in the outbox arrives, by the worker's own thread, which is then ended."""
    worker.wake()
    try:
        wait_until(lambda: entry().state is State.CONFIRMED)
    finally:
        worker.stop()


def test_the_thread_outlives_a_mistake_of_ours_at_any_step(
    database, storage_keys, add, entry, monkeypatch, caplog
):
    failed = threading.Event()
    next_due = outbox.next_due

    def fail_once(*arguments):
        if failed.is_set():
            return next_due(*arguments)
        failed.set()
        raise RuntimeError("zebra-4711")

    monkeypatch.setattr(outbox, "next_due", fail_once)
    worker = Worker(database, storage_keys, Counting())
    worker.start()
    assert failed.wait(PATIENCE)
    time.sleep(0.1)
    add()
    assert_it_delivers(worker, entry)
    assert "RuntimeError" in caplog.text and "zebra" not in caplog.text


def test_the_thread_outlives_a_database_that_does_not_answer(database, storage_keys, add, entry):
    # Not a broken one, for there is one class for both: one whose tables are not there yet.
    from bot.storage.schema import metadata

    with database.begin() as connection:
        metadata.tables["handovers"].drop(connection)
    worker = Worker(database, storage_keys, Counting())
    worker.start()
    time.sleep(0.2)
    with database.begin() as connection:
        metadata.tables["handovers"].create(connection)
    add()
    assert_it_delivers(worker, entry)
