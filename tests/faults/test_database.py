"""The database of the whole product: down, frozen, read-only, full."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest

from bot.storage.database import SECONDS
from tests.faults.product import running
from tests.faults.states import HANDOVER, Everybody, is_stored, was_not_stored
from tests.faults.table import QUESTION, ask, is_answered, words
from tests.faults.test_machine import direct, faults, front, machine, one, whole_again  # noqa: F401
from tests.faults.test_one_process import child_of
from tests.integration.checked import to_the_check
from tests.integration.waiting import wait_until
from tests.integration.words import said

pytestmark = [pytest.mark.integration, pytest.mark.faults]


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
    people = Everybody(front(machine))
    begin(machine)
    try:
        answers = people.ask(fault, "question")
        assert was_not_stored(answers)
        assert said("safe_reply", bubble=1) not in str(answers), "all are answered"
        assert is_answered(answers["fresh"])
        time.sleep(SECONDS)  # a database that failed is left alone
        people.ask(fault, "danger")
        people.ask(fault, "crisis")
    finally:
        end(machine)
    wait_until(lambda: all(is_stored(one(machine, number).chat()) for number in (0, 1)))
    people.go_on(fault)


@pytest.mark.parametrize(
    ("answer", "reply"),
    [("yes", "emergency"), ("no", "check_denied"), (QUESTION, "advice/spo_what")],
)
def test_the_check_is_answered_without_the_database(machine, answer, reply):  # noqa: F811
    chat = one(machine, 0).chat()
    to_the_check(chat)
    machine.postgres.stop()
    try:
        assert said(reply) in chat.say(answer)
    finally:
        machine.postgres.start()


def test_a_full_disk_leaves_nobody_without_an_answer(tmp_path):
    """No file of the process may grow, the SQLite database included."""
    with running(tmp_path, **HANDOVER) as product:
        pid, people = child_of(product.bot.process.pid), Everybody(product.bot)
        before = resource.prlimit(pid, resource.RLIMIT_FSIZE, (4_096, resource.RLIM_INFINITY))
        try:
            assert was_not_stored(people.ask("disk full", "question"))
            time.sleep(SECONDS)
            people.ask("disk full", "danger")
        finally:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
        wait_until(lambda: is_stored(product.bot.chat()))
        people.go_on("disk full")
        assert Path(f"/proc/{pid}").exists(), "the process lives"


def test_any_process_serves_any_message(machine):  # noqa: F811
    chat = os.urandom(16).hex()
    asked = ("take me through the four questions", "yes", "no", "yes", "no")
    expected = ("fixated", "obsessive", "unwanted", "repeated", "result_some")
    for number, (text, reply) in enumerate(zip(asked, expected, strict=True)):
        body = {"conversation": chat, "text": text}
        answer = ask(direct(machine, number), body, "every message to another process", reply, "")
        assert said(f"four/{reply}") in words(answer)
