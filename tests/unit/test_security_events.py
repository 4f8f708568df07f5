"""What may be an attack is counted, written as JSON lines that name nobody, and alarmed on."""

from __future__ import annotations

import asyncio
import json

import pytest
import yaml

from bot import audit, security_events
from bot.gateway.http.body import MessageIn
from bot.gateway.turns.counted import count_turn
from bot.gateway.turns.outcomes import Outcome, TurnSummary
from bot.gateway.turns.sanitise import rasa_text
from bot.security_events import Event
from bot.settings import ROOT

RULES = list(yaml.safe_load_all((ROOT / "deploy/siem/chat.yml").read_text(encoding="utf-8")))


@pytest.fixture(autouse=True)
def log(monkeypatch, tmp_path):
    monkeypatch.setenv("CHAT_STATE", str(tmp_path / "state"))
    security_events._seen.clear()
    yield tmp_path / "state" / security_events.FILE
    security_events._seen.clear()


def written(log):
    return [json.loads(line) for line in log.read_text().splitlines()]


def test_a_line_says_when_which_and_how_often_and_nothing_else(log):
    for _ in range(3):
        security_events.seen(Event.TOO_MANY)
    security_events.refused(400)
    security_events.refused(503)
    security_events.write()
    lines = written(log)
    assert {line["event"]: line["count"] for line in lines} == {"too_many": 3, "malformed": 1}
    assert all(line.keys() == {"time", "log", "event", "count", "port"} for line in lines)


def test_nothing_is_written_where_nothing_was_seen_and_nothing_twice(log):
    security_events.write()
    assert not log.exists()
    security_events.seen(Event.FAILED)
    security_events.write()
    security_events.write()
    assert len(written(log)) == 1


def test_what_a_disk_does_not_take_is_written_later(log):
    log.mkdir(parents=True)
    security_events.seen(Event.MALFORMED)
    security_events.write()
    log.rmdir()
    security_events.seen(Event.MALFORMED)
    security_events.write()
    assert written(log)[0]["count"] == 2


def test_a_long_file_is_put_aside_so_that_no_flood_fills_the_disk(log, monkeypatch):
    monkeypatch.setattr(security_events, "MOST_BYTES", 1_000)
    for _ in range(100):
        security_events.seen(Event.MALFORMED)
        security_events.write()
    assert sum(path.stat().st_size for path in log.parent.iterdir()) < 2_500
    assert {path.name for path in log.parent.iterdir()} <= {log.name, f"{log.name}.old"}


def test_a_button_of_another_conversation_and_an_overload_are_counted(log):
    rasa_text(MessageIn(conversation="0" * 32, button="L2FmZmlybQ." + "0" * 32))
    count_turn(TurnSummary(Outcome.SAFE_REPLY_OVERLOADED))
    count_turn(TurnSummary(Outcome.ANSWERED))
    asyncio.run(asyncio.to_thread(security_events.write))
    assert {line["event"] for line in written(log)} == {"foreign_button", "overloaded"}


def matches(rule, line):
    """What Sigma's `selection` means, of the little that these rules use."""
    found = True
    for field, wanted in rule["detection"]["selection"].items():
        name, _, compared = field.partition("|")
        if compared == "gte":
            found &= line.get(name, 0) >= wanted
        else:
            found &= line.get(name) in (wanted if isinstance(wanted, list) else [wanted])
    return found


def test_each_kind_of_line_has_a_rule_and_each_rule_a_line_that_it_finds():
    lines = [{"event": event.value, "count": 1_000} for event in Event]
    lines += [{"action": action.value} for action in audit.Action]
    for line in lines:
        assert [rule for rule in RULES if matches(rule, line)], line
    for rule in RULES:
        assert [line for line in lines if matches(rule, line)], rule["title"]
        assert rule["detection"]["condition"] == "selection"
        assert rule["level"] in ("low", "medium", "high", "critical")
    assert len({rule["id"] for rule in RULES}) == len(RULES)


def test_a_few_odd_requests_raise_no_alarm():
    few = {"event": "malformed", "count": 3}
    assert not [rule for rule in RULES if matches(rule, few)]
