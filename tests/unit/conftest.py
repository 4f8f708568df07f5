"""Unit tests see the default settings, whatever the machine's environment holds."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from bot.settings import Settings, get_settings, variable


@pytest.fixture(autouse=True)
def default_settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in {variable(name) for name in Settings.model_fields} & os.environ.keys():
        monkeypatch.delenv(name)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()
