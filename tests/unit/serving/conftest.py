"""A disk that takes nothing."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import pytest


@pytest.fixture
def disk_is_full(monkeypatch):
    """A context in which nothing can be printed."""

    @contextlib.contextmanager
    def disk_is_full():
        full = Path("/dev/full").open("w")  # noqa: SIM115 - its close fails
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", full)
            yield
        with contextlib.suppress(OSError):
            full.close()

    return disk_is_full
