"""One product for all faults that leave the process alive; the table at the end."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults import table
from tests.faults.product import Product, running
from tests.integration.conftest import Chat
from tests.integration.words import said


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running(tmp_path_factory.mktemp("product")) as started:
        yield started


def fresh(chat: Chat) -> None:
    """A conversation that has not begun."""


def in_the_form(chat: Chat) -> None:
    """Two of the four questions are answered."""
    chat.say("take me through the four questions")
    assert said("four/obsessive") in chat.say("yes")


def in_emergency(chat: Chat) -> None:
    """The emergency reply was given, and the person has not said that they are safe."""
    assert chat.say(table.DANGER).startswith("Call 999 now")


STATES: dict[str, Callable[[Chat], None]] = {
    "fresh": fresh, "in the form": in_the_form, "in emergency": in_emergency,
}  # fmt: skip


def new_id() -> str:
    return secrets.token_hex(16)


def pytest_sessionfinish() -> None:
    """`make faults` names the file."""
    if table.rows and (file := os.environ.get("FAULTS_REPORT")):
        table.write(Path(file))
