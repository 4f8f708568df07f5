"""One product for all faults that leave the process alive; the table at the end."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import table
from tests.faults.product import Product, running
from tests.faults.states import HANDOVER


@pytest.fixture(scope="session")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """One that waits for no action long: for those that hang."""
    folder = tmp_path_factory.mktemp("hasty")
    with running(folder, CHAT_REPLY_DEADLINE="15", **HANDOVER) as started:
        yield started


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running(tmp_path_factory.mktemp("product"), **HANDOVER) as started:
        yield started


def new_id() -> str:
    return secrets.token_hex(16)


def pytest_sessionfinish() -> None:
    """`make faults` names the file."""
    if table.rows and (file := os.environ.get("FAULTS_REPORT")):
        table.write(Path(file))
