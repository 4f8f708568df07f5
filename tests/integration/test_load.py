"""A short run of the load test against a real server: nobody is left without an answer."""

from __future__ import annotations

import asyncio
import json

import pytest

from benchmarks import client, machine, servers
from benchmarks.client import Gateway
from benchmarks.load import report
from benchmarks.load.conversations import messages
from benchmarks.load.runs import Plan, measure
from benchmarks.load.traffic import Traffic

pytestmark = pytest.mark.integration

PLAN = Plan(capacity=3.0, step=0.5, steady=3.0, overload=6.0)
KNOWN = 60


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("load")

    async def load():
        with servers.product(f"sqlite:///{folder}/chat.db") as server:
            async with client.session() as session:
                await servers.until_ready(server, session)
                traffic = Traffic(Gateway(session, server.base), messages(KNOWN))
                return await measure(server, traffic, PLAN)

    return asyncio.run(load())


def test_every_message_has_an_answer_also_at_twice_the_capacity(run):
    for seen in (*run.curve, run.steady, run.overload, run.after):
        assert not seen.errors
        assert len(seen.times) == seen.sent
    assert run.overload.sent > run.overload.seconds * run.capacity


def test_every_message_with_danger_is_led_by_999(run):
    for seen in (*run.curve, run.steady, run.overload, run.after):
        assert not seen.not_led
    assert run.overload.urgent > run.overload.unseen


def test_the_report_holds_what_was_seen(run, tmp_path):
    report.write(tmp_path, run, machine.described(), "one process on SQLite")
    written = json.loads((tmp_path / "load.json").read_text())
    assert written["served"] == "one process on SQLite"
    assert written["stretches"]["200 %"]["sent"] == str(run.overload.sent)
    assert written["stretches"]["200 %"]["memory_mb"], "watched in the overload too"
    page = (tmp_path / "load.html").read_text()
    assert page.count("<svg") == 3
    assert "Capacity of one process on SQLite: " in page
    assert "http://" not in page.replace("http://www.w3.org", "")
