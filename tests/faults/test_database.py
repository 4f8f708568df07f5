"""The database of the whole product: down, frozen, read-only, full."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest
import requests
import yaml

from tests.faults.product import running
from tests.faults.table import DANGER, QUESTION, ask, check_format, words
from tests.faults.test_machine import direct, machine, whole_again  # noqa: F401
from tests.faults.test_one_process import child_of, wait_until
from tests.integration.conftest import ROOT
from tests.integration.words import said

pytestmark = [pytest.mark.integration, pytest.mark.faults]

STORED = "tracker_store" in yaml.safe_load((ROOT / "endpoints.yml").read_text())


def read_only(machine) -> None:  # noqa: F811
    execute(machine, "ALTER SYSTEM SET default_transaction_read_only = on")


def writable(machine) -> None:  # noqa: F811
    execute(machine, "ALTER SYSTEM RESET default_transaction_read_only")


def execute(machine, statement: str) -> None:  # noqa: F811
    connection = psycopg2.connect(machine.postgres.url("postgres"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = off")
        cursor.execute(statement)
        cursor.execute("SELECT pg_reload_conf()")
    connection.close()


FAULTS: dict[str, tuple[Callable, Callable]] = {
    "database down": (lambda m: m.postgres.stop(), lambda m: m.postgres.start()),
    "database frozen": (lambda m: m.postgres.freeze(), lambda m: m.postgres.thaw()),
    "database read-only": (read_only, writable),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_without_the_database_everybody_is_answered(machine, fault):  # noqa: F811
    begin, end = FAULTS[fault]
    chat = os.urandom(16).hex()
    ask(machine.url, {"conversation": chat, "text": "hello"}, fault, "fresh", "before")
    begin(machine)
    try:
        for who, state in ((chat, "begun"), (os.urandom(16).hex(), "fresh")):
            for kind, text in (("question", QUESTION), ("danger", DANGER)):
                ask(machine.url, {"conversation": who, "text": text}, fault, state, kind)
    finally:
        end(machine)
    wait_until(lambda: all(is_stored(direct(machine, number)) for number in (0, 1)))
    body = {"conversation": chat, "text": QUESTION}
    answer = ask(machine.url, body, fault, "begun", "next")
    assert said("advice/spo_what") in words(answer) and "storage" not in answer["outcome"]


def is_stored(url: str) -> bool:
    """Whether a process has found its database again."""
    body = {"conversation": os.urandom(16).hex(), "text": "hello"}
    answer = check_format(requests.post(f"{url}messages", json=body, timeout=10))
    return answer["outcome"] == "answered"


def test_a_full_disk_leaves_nobody_without_an_answer(tmp_path):
    """No file of the process may grow, the SQLite database included."""
    with running(tmp_path) as product:
        pid, chat = child_of(product.bot.process.pid), product.bot.chat()
        chat.say("hello")
        before = resource.prlimit(pid, resource.RLIMIT_FSIZE, (4_096, resource.RLIM_INFINITY))
        try:
            for kind, text in (("question", QUESTION), ("danger", DANGER)):
                body = {"conversation": chat.id, "text": text}
                ask(product.bot.url, body, "disk full", "begun", kind)
        finally:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
        body = {"conversation": chat.id, "text": QUESTION}
        after = ask(product.bot.url, body, "disk full", "begun", "next")
        assert said("advice/spo_what") in words(after)
        assert Path(f"/proc/{pid}").exists(), "the process lives"


@pytest.mark.skipif(not STORED, reason="endpoints.yml names no shared conversation store")
def test_any_process_serves_any_message(machine):  # noqa: F811
    chat = os.urandom(16).hex()
    asked = ("take me through the four questions", "yes", "no", "yes", "no")
    expected = ("fixated", "obsessive", "unwanted", "repeated", "result_some")
    for number, (text, reply) in enumerate(zip(asked, expected, strict=True)):
        body = {"conversation": chat, "text": text}
        answer = ask(direct(machine, number), body, "every message to another process", reply, "")
        assert said(f"four/{reply}") in words(answer)
