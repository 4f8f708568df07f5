"""A part of the net that cannot be loaded is done without, told, and tried again."""

from __future__ import annotations

import logging

import pytest

from bot.safety import loading
from bot.safety.loading import Part


@pytest.fixture
def part(monkeypatch):
    """A part that fails until its `fails` is empty."""
    monkeypatch.setattr(loading, "PARTS", {})
    fails = [OSError("too many open files")]

    def load():
        if fails:
            raise fails[0]
        return "loaded"

    made = Part("parser", load, "the words are read alone")
    made.fails = fails
    return made


def test_it_is_done_without_and_told_but_not_tried_with_each_message(part, caplog):
    with caplog.at_level(logging.ERROR):
        assert [part.get(), part.get()] == [None, None]
    assert len(caplog.records) == 1
    assert "No parser; the words are read alone: too many open files" in caplog.text
    assert not part.works and {"parser": part} == loading.PARTS


def test_a_fault_that_passes_does_not_weaken_the_net_for_good(part, monkeypatch):
    assert part.get() is None
    part.fails.clear()
    assert part.get() is None, "not yet"
    now = loading.time.monotonic() + loading.AGAIN_SECONDS
    monkeypatch.setattr(loading.time, "monotonic", lambda: now)
    assert part.get() == "loaded" and part.works


def test_it_is_loaded_once(part):
    part.fails.clear()
    assert part.get() is part.get()
