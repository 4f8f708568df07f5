"""Killed at any moment: no hand-over is lost after the yes, and none is sent without it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import select

from bot.handover.https import HttpsDelivery
from bot.handover.worker import Worker
from bot.storage import outbox
from bot.storage.keys import Keys
from bot.storage.outbox import LEASE, State
from bot.storage.schema import conversations, handovers
from tests.integration.waiting import PATIENCE
from tests.services.handing_over import STORAGE_KEY
from tests.services.receiver import ROOT, SECRET

pytestmark = pytest.mark.integration


class Processes:
    """Begins one after the other, and kills it in the middle of its work."""

    def __init__(self, *arguments):
        self.said = {"agreed": [], "stored": [], "refused": []}
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.services.handing_over", *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, chance):
        """One process, killed a random moment after its first turns."""
        self._nursery.stdin.write("go\n")
        self._nursery.stdin.flush()
        pid = int(self._line("pid"))
        for _ in range(chance.randrange(1, 6)):
            self._line("stored")
        time.sleep(chance.uniform(0, 0.05))
        os.kill(pid, signal.SIGKILL)
        self._line("ended")

    def end(self):
        self._nursery.stdin.close()
        self._nursery.wait(PATIENCE)
        self._nursery.stdout.close()

    def _line(self, wanted):
        while line := self._nursery.stdout.readline():
            kind, _, value = line.strip().partition(" ")
            if kind in self.said:
                self.said[kind].append(value)
            if kind == wanted:
                return value
            assert kind != "ended", "a process ended by itself"
        raise AssertionError("the processes ended")


def killed(times, database, receiver, road, url):
    chance = random.Random(5)
    processes = Processes(url, str(receiver.file.parent), road.url)
    try:
        for number in range(times):
            # Some receive nothing, and some of the answers get lost.
            road.trouble = ("", "503", "answer lost")[number % 3]
            processes.run(chance)
    finally:
        processes.end()
    road.trouble = ""
    drain(database, road)
    return processes.said


def drain(database, road):
    """What is left is delivered once leases and waits have run out."""
    ahead = [0]
    worker = Worker(
        database,
        Keys([STORAGE_KEY]),
        HttpsDelivery(road.url, SECRET),
        lambda: time.time() + ahead[0],
    )
    for _ in range(4):
        ahead[0] += LEASE
        while worker.step():
            pass


def check(said, database, receiver):
    received = [note["id"] for note in receiver.notes()]
    assert len(received) == len(set(received)), "each once, however often it was sent"
    assert set(said["stored"]) <= set(received), "none is lost after the yes"
    assert set(received) <= set(said["agreed"]), "none is sent without consent"
    assert not set(received) & set(said["refused"])
    assert len(said["stored"]) > 10
    with database.begin() as connection:
        states = {entry.state for entry in outbox.everything(connection)}
        noted = set(connection.execute(select(handovers.c.conversation)).scalars())
        kept = set(connection.execute(select(conversations.c.conversation)).scalars())
    assert states == {State.CONFIRMED}
    hashed = {name: Keys([STORAGE_KEY]).hashes(name)[0] for name in said["agreed"]}
    agreed = {bytes(key) for key in kept} & set(hashed.values())
    assert {bytes(key) for key in noted} == agreed, "note and conversation: both or neither"


def test_ten_kills_lose_nothing_and_send_nothing_unasked(database, database_url, receiver, road):
    check(killed(10, database, receiver, road, database_url), database, receiver)


@pytest.mark.faults
def test_a_hundred_kills_lose_nothing_and_send_nothing_unasked(
    database, database_url, receiver, road
):
    check(killed(100, database, receiver, road, database_url), database, receiver)
