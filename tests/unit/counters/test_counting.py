"""Counting: a closed list, by day, and nothing lost between threads."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

import pytest
import yaml

from bot.content.hours import LONDON
from bot.content.register import get_register
from bot.counters import counting
from bot.counters.counting import Buffer, Cell
from bot.counters.names import (
    COUNTERS,
    LANGUAGES,
    REPLY_BUCKETS,
    label_name,
    language_name,
    seconds_name,
)
from bot.slots import LOCAL_FORCE
from bot.storage.schema import counts

ROOT = Path(__file__).resolve().parents[3]
CELL = Cell(dt.date(2026, 11, 24), "kent", "en", "outcome", "answered")


@pytest.fixture
def buffer(monkeypatch):
    fresh = Buffer()
    monkeypatch.setattr(counting, "buffer", fresh)
    return fresh


def at(monkeypatch, moment):
    monkeypatch.setattr(counting, "now_in_london", lambda: moment.astimezone(LONDON))


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-11-24T23:59:59+00:00", dt.date(2026, 11, 24)),
        ("2026-11-25T00:00:00+00:00", dt.date(2026, 11, 25)),
        ("2026-06-30T22:59:59+00:00", dt.date(2026, 6, 30)),
        ("2026-06-30T23:00:00+00:00", dt.date(2026, 7, 1)),
    ],
)
def test_the_day_is_that_of_uk_clocks(buffer, monkeypatch, moment, day):
    at(monkeypatch, dt.datetime.fromisoformat(moment))
    counting.count("end", "exit", "en")
    assert buffer.take() == {Cell(day, "bedfordshire", "en", "end", "exit"): 1}


def test_a_number_says_nothing_but_day_force_language_and_name():
    assert Cell._fields == ("day", "force", "language", "counter", "value")
    assert [column.name for column in counts.columns] == [*Cell._fields, "count"]


@pytest.mark.parametrize(
    ("counter", "value"), [("label", "he is here"), ("conversation", "x"), ("end", "")]
)
def test_what_is_not_on_the_list_cannot_be_counted(buffer, counter, value):
    with pytest.raises(ValueError, match=r"names\.py"):
        counting.count(counter, value)
    assert buffer.take() == {}


@pytest.mark.parametrize("tag", ["cy", "zz-Zzzz", "a" * 100, "", "en_GB"])
def test_any_other_language_is_one_language(buffer, tag):
    counting.count("end", "exit", tag)
    assert {cell.language for cell in buffer.take()} == {"other"}
    assert language_name(tag) in LANGUAGES


def test_any_label_is_one_of_the_list():
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    intents = {next(iter(each)) if isinstance(each, dict) else each for each in domain["intents"]}
    for intent in intents:
        assert label_name(f"{intent}/anything") == intent
    for reply_id, _ in get_register().replies:
        assert label_name(reply_id) in COUNTERS["label"]
    assert label_name("what somebody typed") == "other"


def test_no_counter_tells_where_anybody_is():
    told = {LOCAL_FORCE, *get_register().forces}
    for counter, values in COUNTERS.items():
        assert told.isdisjoint((counter, *values))
    assert label_name("local_force/reach") == "other"


@pytest.mark.parametrize(
    ("seconds", "name"),
    [
        (0, "0.05"),
        (0.05, "0.05"),
        (0.0501, "0.1"),
        (1, "1"),
        (8, "8"),
        (8.01, "more"),
        (1e9, "more"),
    ],
)
def test_reply_times_are_put_in_groups(seconds, name):
    assert seconds_name(seconds) == name


def test_every_group_of_reply_times_can_be_met():
    met = [seconds_name(limit) for limit in REPLY_BUCKETS] + [seconds_name(REPLY_BUCKETS[-1] + 1)]
    assert tuple(met) == COUNTERS["seconds"]


def test_the_names_fit_into_the_table():
    for counter, values in COUNTERS.items():
        assert len(counter) <= counts.c.counter.type.length
        assert max(map(len, values)) <= counts.c.value.type.length
        assert len(set(values)) == len(values)
    assert max(map(len, LANGUAGES)) <= counts.c.language.type.length
    assert max(map(len, get_register().forces)) <= counts.c.force.type.length


def test_what_is_taken_is_gone():
    buffer = Buffer()
    for _ in range(2):
        buffer.count(CELL)
    assert buffer.take() == {CELL: 2}
    assert buffer.take() == {}


def test_threads_lose_nothing():
    buffer, taken = Buffer(), []

    def add():
        for _ in range(2_000):
            buffer.count(CELL)

    def take():
        while any(thread.is_alive() for thread in adding):
            taken.append(buffer.take().get(CELL, 0))

    adding = [threading.Thread(target=add) for _ in range(4)]
    taking = threading.Thread(target=take)
    for thread in (*adding, taking):
        thread.start()
    for thread in (*adding, taking):
        thread.join()
    assert sum(taken) + buffer.take().get(CELL, 0) == 8_000
