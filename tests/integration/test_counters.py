"""Counters through real servers on a real SQLite and a real PostgreSQL, and what they survive."""

from __future__ import annotations

import datetime as dt
import re
import secrets
import signal
import socket
import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select
from sqlalchemy import text as sql

from bot.content.hours import now_in_london
from bot.counters.counting import Buffer, Cell
from bot.counters.names import COUNTERS
from bot.counters.writing import Batch, Writer, write
from bot.storage.schema import count_writers, counts
from local_servers.ports import free_port
from tests.integration.conftest import ROOT
from tests.integration.scripted import running
from tests.integration.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.integration


def stored(database):
    """(counter, value) -> number, over all days and languages."""
    with database.begin() as connection:
        rows = connection.execute(select(counts)).all()
    found = Counter()
    for row in rows:
        assert row.force == "bedfordshire"
        found[row.counter, row.value] += row.count
    return found


def messages(found):
    return sum(number for (counter, _), number in found.items() if counter == "outcome")


@pytest.fixture
def start(tmp_path, database_url):
    """Starts servers on the test's database."""

    def started(name, **settings):
        folder = tmp_path / name
        folder.mkdir()
        return running(
            folder, database_url, STORAGE_KEYS="a storage key of these tests alone", **settings
        )

    return started


def stop(server):
    """As systemd stops it."""
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(PATIENCE)


TEXTS = ("hello", "raise", "nothing")


def test_two_processes_add_up_and_keep_nothing_but_numbers(start, database):
    typed, conversation = f"secret{secrets.token_hex(8)}", secrets.token_hex(16)
    with start("one") as one, start("other") as other:
        turns = [(server, text) for server in (one, other) for text in TEXTS for _ in range(5)]
        with ThreadPoolExecutor(4) as threads:
            answers = list(threads.map(lambda turn: turn[0].say(turn[1]), turns))
        for server in (one, other):
            answers.append(server.say(typed, conversation))
            for body in ({"reason": "exit"}, {}):
                server.ask("end", "POST", json={"conversation": conversation, **body})
        stop(one)
        stop(other)
    found = stored(database)
    # On a busy machine a turn may end in another way than its text says, so each answer is asked.
    outcomes = Counter(answer.json()["outcome"] for answer in answers)
    assert {value: n for (counter, value), n in found.items() if counter == "outcome"} == outcomes
    assert len(outcomes) > 1
    assert (found["end", "exit"], found["end", "unknown"]) == (2, 2)
    assert sum(found["seconds", name] for name in COUNTERS["seconds"]) == len(answers)
    assert sum(found["label", name] for name in COUNTERS["label"]) == len(answers)
    assert all(value in COUNTERS[counter] for counter, value in found)
    for log in (one.log.read_text(), other.log.read_text()):
        assert typed not in log and conversation not in log


@contextmanager
def unusable(database, postgres):
    """The database down, or for SQLite locked by another process."""
    if not database.is_sqlite:
        database.close()
        postgres.stop()
        yield
        postgres.start()
        return
    with closing(sqlite3.connect(database.engine.url.database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


def test_numbers_survive_a_database_that_is_down_and_a_killed_process(start, database, postgres):
    with start("down") as server:
        server.say("hello")
        wait_until(lambda: messages(stored(database)) == 1)
        with unusable(database, postgres):
            assert server.say("hello").status_code == 200
            wait_until(lambda: "counters not written" in server.log.read_text())
            assert server.say("he is outside my house now").json()["outcome"] == "emergency"
        wait_until(lambda: messages(stored(database)) == 3)
        found = stored(database)
        assert found["outcome", "emergency"] == 1
        assert found["error", "storage"] >= 1
        for _ in range(2):
            server.say("hello")
        server.process.kill()
        server.process.wait()
    log = server.log.read_text()
    assert log.count("counters not written") == 1
    assert "counters are written again" in log
    # What came since the last batch is lost, and nothing else.
    assert 3 <= messages(stored(database)) <= 5
    if database.is_sqlite:
        with closing(sqlite3.connect(database.engine.url.database)) as file:
            assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


CELL = Cell(dt.date(2026, 11, 24), "bedfordshire", "en", "outcome", "answered")


@pytest.fixture
def unconfirmed(database, monkeypatch):
    """Says how many of the next commits are done without a word of it reaching us."""
    commit, dialect, lost = database.engine.dialect.do_commit, database.engine.dialect, [0]

    def committed(connection):
        commit(connection)
        if lost[0]:
            lost[0] -= 1
            raise dialect.dbapi.OperationalError("the connection was lost")

    monkeypatch.setattr(dialect, "do_commit", committed)
    return lost


def test_a_batch_whose_confirmation_is_lost_is_counted_once(database, unconfirmed):
    buffer = Buffer()
    writer = Writer(database, buffer)
    for number_lost in (0, 1, 3):
        for _ in range(5):
            buffer.count(CELL)
        unconfirmed[0] = number_lost
        for _ in range(number_lost):
            writer.flush()
            buffer.count(CELL)  # what comes meanwhile is another batch
        writer.flush()
        assert unconfirmed[0] == 0
    assert messages(stored(database)) == buffer.totals["outcome", "answered"] == 3 * 5 + 1 + 3
    with database.begin() as connection:
        (row,) = connection.execute(select(count_writers)).all()
    assert row.day == now_in_london().date(), "and no time finer than the day"


def test_a_batch_that_was_not_stored_is_counted_once(database):
    buffer = Buffer()
    writer = Writer(database, buffer)
    buffer.count(CELL)
    with database.begin() as connection:
        connection.execute(sql("ALTER TABLE counts RENAME TO hidden"))
    writer.flush()
    buffer.count(CELL)
    with database.begin() as connection:
        connection.execute(sql("ALTER TABLE hidden RENAME TO counts"))
    writer.flush()
    assert messages(stored(database)) == 2


def test_names_of_processes_are_forgotten_after_a_week(database):
    old = now_in_london().date() - dt.timedelta(days=8)
    with database.begin() as connection:
        connection.execute(count_writers.insert().values(writer="old", batch=3, day=old))
    write(database, Batch("new", 1, {CELL: 1}))
    with database.begin() as connection:
        assert connection.execute(select(count_writers.c.writer)).scalars().all() == ["new"]


@pytest.fixture(scope="module")
def metrics(tmp_path_factory):
    """A server with metrics, and its metrics' address."""
    port = free_port()
    with running(tmp_path_factory.mktemp("metrics"), METRICS_PORT=str(port)) as server:
        yield server, f"http://127.0.0.1:{port}/metrics"


def samples(address):
    """(name, label values) -> value, as Prometheus' own parser reads it."""
    response = requests.get(address, timeout=PATIENCE)
    assert response.headers["Content-Type"].startswith("text/plain; version=")
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def test_operations_see_turns_times_and_failures(metrics):
    server, address = metrics
    before = samples(address)
    assert before["chat_turns_total", "answered"] == 0, "there from the start"
    for text in ("hello", "hello", "raise"):
        server.say(text)
    with ThreadPoolExecutor(1) as thread:
        slow = thread.submit(server.say, "slow")
        wait_until(lambda: server.running() == 1)
        assert samples(address)["chat_turns_in_flight",] == 1
        slow.result()
    found = samples(address)
    assert found["chat_turns_in_flight",] == 0
    assert found["chat_turns_total", "answered"] == 3
    assert found["chat_turns_total", "safe_reply_error"] == 1
    assert found["chat_reply_seconds_count",] == found["chat_reply_seconds_bucket", "+Inf"] == 4
    assert found["chat_reply_seconds_sum",] >= 0.5
    assert {key[1] for key in found if key[0] == "chat_turns_total"} == set(COUNTERS["outcome"])
    assert any(key[0] == "chat_build_info" for key in found)
    assert not any(key[0].endswith("_created") for key in found)
    page = (ROOT / "docs" / "counters.md").read_text(encoding="utf-8")
    for name in {key[0] for key in found}:
        assert re.sub("_(bucket|count|sum)$", "", name) in page


def test_metrics_are_for_this_machine_and_never_on_the_gateways_port(metrics):
    server, address = metrics
    port = int(address.rpartition(":")[2].partition("/")[0])
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", port), timeout=2)
    for path in ("metrics", "../metrics"):
        answer = server.ask(path)
        assert answer.status_code == 404
        assert "chat_turns" not in answer.text
    answer = requests.get(f"http://127.0.0.1:{server.port}/metrics", timeout=PATIENCE)
    assert answer.status_code == 404
    assert "chat_turns" not in answer.text
