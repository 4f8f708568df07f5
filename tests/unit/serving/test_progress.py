"""A long step goes on though nobody can be told how long it takes."""

from __future__ import annotations

import sys

import pytest

from bot.serving.progress import Progress


@pytest.mark.parametrize("is_terminal", [False, True])
def test_a_disk_that_takes_no_line_fails_no_step(disk_is_full, is_terminal, monkeypatch):
    is_done = False
    with disk_is_full():
        monkeypatch.setattr(sys.stdout, "isatty", lambda: is_terminal)
        with Progress("A step"):
            is_done = True
    assert is_done
