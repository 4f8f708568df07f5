from __future__ import annotations

import pytest

from bot.content import layers, register
from tests.unit.content.small_register import SmallRegister


@pytest.fixture
def small(tmp_path) -> SmallRegister:
    """A faultless register of a few items, in a folder of its own."""
    (tmp_path / "content").mkdir()
    return SmallRegister(tmp_path / "content")


@pytest.fixture(autouse=True)
def forces_folder(tmp_path, monkeypatch):
    """Signatures go here; afterwards the process has the register that it had."""
    monkeypatch.setattr(layers, "FORCES_FOLDER", tmp_path / "forces")
    yield tmp_path / "forces"
    register.get_register.cache_clear()
