from __future__ import annotations

import pytest

from bot.content.register import Register, load
from tests.unit.content.small_register import SmallRegister


@pytest.fixture
def small(tmp_path) -> SmallRegister:
    """A faultless register of a few items, to break."""
    return SmallRegister(tmp_path)


@pytest.fixture(scope="session")
def register() -> Register:
    """The real register."""
    return load()
