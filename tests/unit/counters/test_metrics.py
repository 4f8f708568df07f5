"""Metrics: a port that is taken costs nothing, and a queue that cannot be read hides no other."""

from __future__ import annotations

import logging
import socket

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from bot.counters import metrics
from bot.safety import loading
from bot.safety.loading import Part
from local_servers.ports import free_port


@pytest.fixture
def registry(monkeypatch):
    fresh = CollectorRegistry()
    monkeypatch.setattr(metrics, "_registry", fresh)
    return fresh


def shown(registry):
    text = generate_latest(registry).decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_taken_port_is_reported_and_no_more(caplog):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with caplog.at_level(logging.ERROR):
            metrics.serve("127.0.0.1", taken.getsockname()[1], "model.tar.gz")
    assert "CHAT_METRICS_PORT" in caplog.text


def test_an_address_of_another_machine_is_reported_and_no_more(caplog):
    with caplog.at_level(logging.ERROR):
        metrics.serve("192.0.2.1", 9105, "model.tar.gz")
    assert "CHAT_METRICS_HOST" in caplog.text


def test_they_are_read_at_the_address_that_was_set_and_at_no_other(registry):
    port = free_port()
    metrics.serve("127.0.0.2", port, "model.tar.gz")
    socket.create_connection(("127.0.0.2", port), timeout=10).close()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=10)


def test_the_outbox_is_asked_each_time(registry):
    depths = {"waiting": 2, "dead": 0}
    metrics.watch_outbox(lambda: depths)
    assert shown(registry) == {("chat_outbox", "waiting"): 2, ("chat_outbox", "dead"): 0}
    depths["waiting"] = 0
    assert shown(registry)["chat_outbox", "waiting"] == 0


def test_a_part_of_the_net_that_does_not_work_is_shown(registry, monkeypatch):
    monkeypatch.setattr(loading, "PARTS", {})
    works, fails = Part("encoder", lambda: "loaded", ""), Part("grammar parser", lambda: 1 / 0, "")
    works.get(), fails.get()
    registry.register(metrics._Asked("chat_net", "", "part", metrics._parts))
    assert shown(registry) == {("chat_net", "encoder"): 1, ("chat_net", "grammar_parser"): 0}


def test_an_outbox_that_cannot_be_read_hides_no_other_figure(registry):
    def fail():
        raise OSError

    metrics.watch_outbox(fail)
    registry.register(metrics._Counts())
    found = shown(registry)
    assert ("chat_turns_total", "emergency") in found
    assert not [name for name in found if name[0] == "chat_outbox"]
