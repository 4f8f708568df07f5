"""Faults of a real SQLite and a real PostgreSQL: the turn goes on, and says that it forgot."""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import signal
import sqlite3
import time
from contextlib import contextmanager

import pytest
import sqlalchemy

from bot.safety import context
from bot.storage import database as database_module
from bot.storage.conversations import ConversationStore
from bot.storage.database import Database, DatabaseFailed
from bot.storage.keys import Keys
from tests.integration.test_conversation_store import (
    DOMAIN,
    ME,
    OLD,
    OTHER,
    Clock,
    begin,
    last,
    make,
    rows_of,
    run,
    say,
    speak,
    turns,
)
from tests.integration.waiting import PATIENCE
from tests.services.slow_road import SlowRoad

pytestmark = pytest.mark.integration


@pytest.fixture
def sqlite(tmp_path):
    opened = Database("sqlite:///chat.db", tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def served(postgres, tmp_path):
    opened = Database(postgres.create(), tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def road(postgres):
    built = SlowRoad(postgres.port)
    yield built
    built.close()


def fails(store, text="lost", who=ME):
    """Whether a turn reports that storage failed; it must come to its end and not raise."""
    turn = context.InFlightTurn()
    run(asyncio.wait_for(say(store, text, who), PATIENCE), turn)
    return turn.has_storage_failed


def rest(store):
    """Let the moment pass in which a failed database is left alone."""
    store.database._rests_until = 0


@contextmanager
def locked(database):
    other = sqlite3.connect(database.engine.url.database, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.close()


def test_a_locked_sqlite_costs_one_turn_its_past_and_no_more(sqlite):
    store = make(sqlite, Clock())
    run(say(store, "before"))
    with locked(sqlite):
        assert fails(store)
    rest(store)
    assert last(store) == "before"
    assert not fails(store, "after")
    assert (last(store), turns(store)) == ("after", 2)


def test_a_conversation_is_read_while_another_process_writes(sqlite):
    """One that waited for the writer would give up, and read nothing."""
    store = make(sqlite, Clock())
    run(say(store, "before"))
    writer = sqlite3.connect(sqlite.engine.url.database, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert last(store) == "before"
    writer.close()


def test_on_a_slow_disk_all_who_write_get_their_turn(sqlite, monkeypatch):
    """SQLite alone would let some of many who wait starve until they fail."""
    # So long may the line of this process be; SQLite itself still gives up after two seconds.
    monkeypatch.setattr(database_module, "SECONDS", PATIENCE)
    store = make(sqlite, Clock())
    sqlalchemy.event.listen(sqlite.engine, "commit", lambda connection: time.sleep(0.01))

    async def one(number):
        await asyncio.sleep(number * 0.01)
        turn = context.InFlightTurn()
        context.begin(turn)
        await say(store, "x", f"{number:032x}")
        return turn.has_storage_failed

    async def many():
        return await asyncio.gather(*(one(number) for number in range(150)))

    assert not any(asyncio.run(many()))
    assert len(rows_of(sqlite)) == 150


def test_a_full_disk_fails_and_recovers(sqlite):
    store = make(sqlite, Clock())
    run(say(store, "before"))
    with sqlite.begin() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()

    def limit(connection, record):
        connection.execute(f"PRAGMA max_page_count = {pages}")

    sqlalchemy.event.listen(sqlite.engine, "connect", limit)
    sqlite.close()
    assert any(fails(store, "x" * 500, f"{number:032x}") for number in range(60)), "it is full"
    rest(store)
    assert last(store) == "before"
    sqlalchemy.event.remove(sqlite.engine, "connect", limit)
    sqlite.close()
    rest(store)
    assert not fails(store, "after")
    assert last(store) == "after"


def test_a_read_only_database_is_still_read_and_recovers(sqlite, monkeypatch):
    # It refuses at once, also on a busy machine.
    monkeypatch.setattr(database_module, "_AT_ONCE", PATIENCE)
    store = make(sqlite, Clock())
    run(say(store, "before"))

    def read_only(connection, record):
        connection.execute("PRAGMA query_only = ON")

    sqlalchemy.event.listen(sqlite.engine, "connect", read_only)
    sqlite.close()
    assert fails(store)
    assert last(store) == "before", "it is not left alone"
    sqlalchemy.event.remove(sqlite.engine, "connect", read_only)
    sqlite.close()
    assert not fails(store, "after")
    assert last(store) == "after"


def test_a_file_that_is_no_database_fails(tmp_path):
    (tmp_path / "chat.db").write_bytes(b"something else" * 1_000)
    store = make(Database("sqlite:///chat.db", tmp_path), Clock())
    rest(store)
    assert fails(store)


def test_a_server_that_is_down_at_the_start_is_found_later(postgres, served):
    postgres.stop()
    store = make(served, Clock())
    assert fails(store)
    postgres.start()
    rest(store)
    assert not fails(store, "first"), "and it makes its tables"
    assert last(store) == "first"


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_a_server_that_goes_away_and_comes_back(postgres, served, how):
    store = make(served, Clock())
    run(say(store, "before"))
    getattr(postgres, how)()
    assert fails(store)
    assert fails(store), "also when it is left alone for a moment"
    postgres.start()
    rest(store)
    assert last(store) == "before"
    assert not fails(store, "after")
    assert (last(store), turns(store)) == ("after", 2)


def test_a_server_that_goes_away_between_reading_and_writing(postgres, served):
    store = make(served, Clock())
    run(say(store, "before"))

    async def half():
        tracker = await begin(store)
        speak(tracker, "after")
        postgres.stop()
        await store.save(tracker)
        return tracker

    turn = context.InFlightTurn()
    run(half(), turn)
    assert turn.has_storage_failed
    postgres.start()
    rest(store)
    assert last(store) == "before"


def test_a_server_that_does_not_answer_costs_seconds_and_not_the_event_loop(postgres, served):
    store = make(served, Clock())
    run(say(store, "before"))
    ticks = []

    async def tick():
        while True:
            ticks.append("others are served")
            await asyncio.sleep(0.05)

    async def turn_while_frozen():
        ticking = asyncio.ensure_future(tick())
        await say(store, "lost")
        ticking.cancel()

    postgres.freeze()
    try:
        turn = context.InFlightTurn()
        run(turn_while_frozen(), turn)
    finally:
        postgres.thaw()
    assert turn.has_storage_failed
    assert len(ticks) > 3, "the event loop stood still"
    assert store.database._rests_until > 0, "nobody else loses the same seconds"
    rest(store)
    assert last(store) == "before"


def test_a_row_that_somebody_holds_costs_no_other_conversation(postgres, served):
    store = make(served, Clock())
    run(say(store, "before"))
    with served.engine.connect() as other:
        other.execute(sqlalchemy.text("SELECT * FROM conversations FOR UPDATE"))
        assert fails(store)
        assert not fails(store, "of another", OTHER), "the database was left alone for it"
        other.rollback()
    assert not fails(store, "after")
    assert last(store) == "after"


def test_erasing_with_the_database_down_says_so(postgres, served):
    store = make(served, Clock())
    run(say(store, "before"))
    postgres.stop()
    with pytest.raises(DatabaseFailed):
        run(store.erase(ME))
    postgres.start()
    rest(store)
    run(store.erase(ME))
    assert last(store) is None


def test_not_even_the_encrypted_record_remains_in_a_file_of_sqlite(sqlite, tmp_path):
    store = make(sqlite, Clock())
    erased = []
    for number in range(40):
        who = f"{number:032x}"
        for text in ("zebra-4711 " * 3, "x" * 3_000 if number % 7 == 0 else "short"):
            run(say(store, text, who))
        row = next(r for r in rows_of(sqlite) if bytes(r.conversation) == _hash(who))
        erased.append(bytes(row.record))
    files = _bytes_of(tmp_path)
    assert all(record[:64] in files for record in erased), "the search finds what is there"
    for number in range(40):
        run(store.erase(f"{number:032x}", for_good=number % 2 == 0))
    files = _bytes_of(tmp_path)
    for record in erased:
        pieces = [record[at : at + 8] for at in range(0, len(record) - 8, 8)]
        assert not any(piece in files for piece in pieces)
    assert b"zebra" not in files


def test_the_plain_text_is_in_no_file_of_postgresql(postgres, served):
    store = make(served, Clock())
    # Of this test alone: others use the same cluster.
    me, text = secrets.token_hex(16), secrets.token_hex(16)
    run(say(store, text, me))
    record = bytes(rows_of(served)[0].record)
    with served.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CHECKPOINT")
    assert record[:64] in _bytes_of(postgres.data), "the search finds what is there"
    run(store.erase(me))
    postgres.stop()
    files = _bytes_of(postgres.data) + postgres.log.read_bytes()
    found = [text.encode() in files, me.encode() in files]
    assert not any(found)


def _hash(who):
    return Keys([OLD]).hashes(who)[0]


def _bytes_of(folder):
    return b"\n".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


# --- Killed between any two writes


def _talk_until_killed(url, folder, acknowledge):
    """In a process of its own: turns of two conversations, each told once it is stored."""
    database = Database(url, folder)
    store = ConversationStore(DOMAIN, database=database, storage_keys=Keys([OLD]))
    for number in range(10_000):
        who = (ME, OTHER)[number % 2]
        turn = context.InFlightTurn()
        run(say(store, str(number), who), turn)
        if number % 10 == 9:
            run(store.erase(who, for_good=False), turn)
            acknowledge(f"{who} erased\n")
        elif not turn.has_storage_failed:
            acknowledge(f"{who} {number}\n")


def _killed_once(url, folder, seconds):
    """What a process told before it was killed, as (conversation, text)."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            _talk_until_killed(url, folder, lambda line: os.write(writing, line.encode()))
        finally:
            os._exit(1)
    os.close(writing)
    told = os.read(reading, 100)  # from its first turn on
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while more := os.read(reading, 65_536):
        told += more
    os.close(reading)
    return [line.split() for line in told.decode().splitlines(keepends=True) if line[-1] == "\n"]


@pytest.mark.parametrize("times", [10, pytest.param(100, marks=pytest.mark.faults)])
def test_a_process_killed_at_any_moment_loses_no_stored_turn(database, tmp_path, times):
    url = database.engine.url.render_as_string(hide_password=False)
    choose = random.Random(4)
    for _ in range(times):
        told = _killed_once(url, tmp_path, choose.uniform(0.0, 0.3))
        assert told
        store = make(Database(url, tmp_path), time.time)
        for who in (ME, OTHER):
            known = [text for name, text in told if name == who]
            turn = context.InFlightTurn()
            found = run(store.retrieve(who), turn).get_slot("last")
            assert not turn.has_storage_failed, "every row can be read"
            if known and known[-1] == "erased":
                # Erased, or one more turn was stored and not told.
                assert found is None or int(found) > 0
                assert found not in known
            elif known:
                # The last one told, or the one after it, which may have been an erased one.
                assert found is None or int(found) >= int(known[-1])
        store.database.close()


def test_a_turn_waits_for_no_more_statements_than_it_needs(road, postgres, tmp_path):
    """Each is a way to the server and back, and on a slow network time for which a person waits."""
    name = postgres.create().rpartition("/")[2]
    database = Database(f"postgresql://chat@127.0.0.1:{road.port}/{name}", tmp_path)
    store = make(database, Clock())
    run(say(store, "the first"))
    run(say(store, "the second"))
    before = road.pieces
    run(say(store, "the third"))
    # Is it there? and the reading; is it there? begin, read, write, commit.
    assert road.pieces - before == 2 + 5
    assert last(store) == "the third"
    database.close()
