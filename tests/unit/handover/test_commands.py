"""`python -m bot handover ...` on a real database."""

from __future__ import annotations

import json
import sqlite3
import time
from contextlib import closing

import pytest
from sqlalchemy import update

from bot import audit
from bot.cli import main
from bot.content.hours import now_in_london
from bot.counters import counting, figures
from bot.counters.writing import Writer
from bot.handover.request import bound_to
from bot.settings import get_settings
from bot.storage import keys, migrate, outbox
from bot.storage.database import get_database
from bot.storage.outbox import HOLD, State
from bot.storage.schema import handovers
from tests.unit.handover.conftest import DETAILS, NOTE


@pytest.fixture
def database(monkeypatch, tmp_path):
    monkeypatch.setenv("CHAT_STATE", str(tmp_path))
    monkeypatch.setenv("CHAT_STORAGE_KEYS", "a storage key that only these tests know")
    get_settings.cache_clear()
    get_database.cache_clear()
    migrate.upgrade(get_database())
    yield get_database()
    get_database().close()
    get_database.cache_clear()


def agree(database, note_id):
    storage_keys = keys.load()
    encrypted = storage_keys.encrypt(DETAILS.to_bytes(), bound_to(note_id))
    with database.begin() as connection:
        outbox.add(
            connection, b"c" * 32, note_id, "kent", int(time.time()), storage_keys.newest, encrypted
        )


@pytest.fixture
def add(database):
    agree(database, NOTE.id)


@pytest.fixture
def bury(database, add):
    with database.begin() as connection:
        outbox.bury(connection, outbox.take(connection, int(time.time())), "http_404")


def entry(database):
    with database.begin() as connection:
        return outbox.get(connection, NOTE.id)


@pytest.fixture
def grow_old(database, add):
    with database.begin() as connection:
        connection.execute(update(handovers).values(agreed_at=int(time.time()) - HOLD))


def test_an_empty_list_says_so(database, capsys):
    assert main(["handover", "list"]) == 0
    assert capsys.readouterr().out == "There are no hand-overs.\n"


def test_the_list_holds_no_personal_data_unless_asked(bury, capsys):
    assert main(["handover", "list"]) == 0
    shown = capsys.readouterr().out
    assert NOTE.id in shown and "dead" in shown and "http_404" in shown and "kent" in shown
    assert DETAILS.way not in shown and DETAILS.time not in shown
    assert main(["handover", "list", "--show-personal-data"]) == 0
    shown = capsys.readouterr().out
    assert DETAILS.way in shown and DETAILS.time in shown


def test_the_keys_are_loaded_once_for_the_whole_list(database, add, monkeypatch, capsys):
    agree(database, "another")
    loaded, load = [], keys.load
    monkeypatch.setattr(keys, "load", lambda: loaded.append(load()) or loaded[-1])
    assert main(["handover", "list"]) == 0
    assert not loaded
    assert main(["handover", "list", "--show-personal-data"]) == 0
    assert capsys.readouterr().out.count(DETAILS.way) == 2
    assert len(loaded) == 1


def test_the_list_is_read_while_another_process_writes(database, add, capsys):
    with closing(sqlite3.connect(database.engine.url.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert main(["handover", "list"]) == 0
        assert main(["handover", "retry", "nonsense"]) == 1
    captured = capsys.readouterr()
    assert NOTE.id in captured.out and "python -m bot handover list" in captured.err


def test_details_under_a_key_that_is_gone_are_no_error(add, monkeypatch, capsys):
    monkeypatch.setenv("CHAT_STORAGE_KEYS", "another storage key that only these tests know")
    get_settings.cache_clear()
    assert main(["handover", "list", "--show-personal-data"]) == 0
    shown = capsys.readouterr().out
    assert NOTE.id in shown and DETAILS.way not in shown


def test_retry_puts_a_dead_letter_back(database, bury):
    assert main(["handover", "retry", NOTE.id]) == 0
    assert (entry(database).state, entry(database).attempts) == (State.WAITING, 0)


def test_drop_gives_it_up_and_erases_it(database, add, capsys):
    assert main(["handover", "drop", NOTE.id]) == 0
    assert (entry(database).state, entry(database).details) == (State.DEAD, None)
    assert main(["handover", "retry", NOTE.id]) == 1
    assert "nothing left to send" in capsys.readouterr().err


def counted_as_failed(database):
    """How many hand-overs the database counts as given up; one is counted beside them."""
    counting.count("handover", "offered")
    Writer(database).flush()
    today = now_in_london().date()
    return figures.read(database, today, today)[get_settings().force].headline("Hand-over failed")


@pytest.fixture
def nothing_counted_yet():
    counting.buffer.take()


def test_what_is_dropped_counts_as_given_up(database, nothing_counted_yet, add):
    assert main(["handover", "drop", NOTE.id]) == 0
    assert counted_as_failed(database) == 1
    assert main(["handover", "drop", NOTE.id]) == 0
    assert counted_as_failed(database) == 1, "once"


def test_a_dead_letter_was_counted_before_it_is_dropped(database, nothing_counted_yet, bury):
    assert main(["handover", "drop", NOTE.id]) == 0
    assert entry(database).details is None
    assert counted_as_failed(database) == 0


@pytest.mark.parametrize("action", ["retry", "drop"])
def test_what_was_delivered_stays_so_with_a_clear_error(database, add, action, capsys):
    with database.begin() as connection:
        outbox.delivered(connection, NOTE.id, State.CONFIRMED)
    assert main(["handover", action, NOTE.id]) == 1
    assert "confirmed" in capsys.readouterr().err


@pytest.mark.parametrize("action", ["retry", "drop"])
def test_an_unknown_id_is_a_clear_error(database, action, capsys):
    assert main(["handover", action, "nonsense"]) == 1
    assert "python -m bot handover list" in capsys.readouterr().err


def test_purge_erases_the_details_of_a_bot_that_is_stopped(
    database, nothing_counted_yet, grow_old, capsys
):
    assert main(["purge"]) == 0
    assert (entry(database).state, entry(database).details) == (State.DEAD, None)
    assert "1 hand-overs given up" in capsys.readouterr().out
    assert counted_as_failed(database) == 1


def test_purge_leaves_what_is_still_to_be_sent(database, add):
    assert main(["purge"]) == 0
    assert (entry(database).state, bool(entry(database).details)) == (State.WAITING, True)


def test_a_database_without_tables_is_a_clear_error(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("CHAT_STATE", str(tmp_path))
    get_settings.cache_clear()
    get_database.cache_clear()
    assert main(["handover", "list"]) == 1
    assert "no such table" in capsys.readouterr().err
    get_database.cache_clear()


def test_personal_data_is_shown_only_when_that_is_written_down(bury, capsys):
    assert main(["handover", "list", "--show-personal-data"]) == 0
    assert DETAILS.way in capsys.readouterr().out
    (line,) = audit.file().read_text().splitlines()
    assert json.loads(line)["action"] == "personal_data_shown"
    assert json.loads(line)["handovers"] == [NOTE.id] and DETAILS.way not in line
    audit.file().unlink()
    audit.file().mkdir()
    assert main(["handover", "list", "--show-personal-data"]) == 1
    shown = capsys.readouterr()
    assert DETAILS.way not in shown.out + shown.err and "audit log" in shown.err


def test_what_is_not_shown_is_not_written_down(bury):
    assert main(["handover", "list"]) == 0
    assert not audit.file().exists()


def test_retry_drop_and_purge_are_written_down(bury):
    for words in (["handover", "retry", NOTE.id], ["handover", "drop", NOTE.id], ["purge"]):
        assert main(words) == 0
    written = [json.loads(line) for line in audit.file().read_text().splitlines()]
    assert [(one["action"], one.get("handover")) for one in written] == [
        ("handover_retried", NOTE.id),
        ("handover_dropped", NOTE.id),
        ("purged", None),
    ]
