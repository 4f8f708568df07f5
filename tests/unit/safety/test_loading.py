"""A part of the net that cannot be loaded is done without, told, and tried again."""

from __future__ import annotations

import logging
import math
import threading
import time
from types import SimpleNamespace

import pytest

from bot.safety import loading
from bot.safety.loading import Part
from tests.integration.waiting import PATIENCE, wait_until


@pytest.fixture
def part(monkeypatch):
    """A part that fails until its `fails` is empty."""
    monkeypatch.setattr(loading, "PARTS", {})
    fails, tries, may_end = [OSError("too many open files")], [], threading.Event()
    may_end.set()

    def load():
        tries.append(threading.current_thread())
        assert may_end.wait(5 * PATIENCE)
        if fails:
            raise fails[0]
        return "loaded"

    made = Part("parser", load, "the words are read alone")
    made.fails, made.tries, made.may_end = fails, tries, may_end
    return made


def test_it_is_done_without_and_told_but_not_tried_with_each_message(part, caplog):
    with caplog.at_level(logging.ERROR):
        assert [part.get(), part.get()] == [None, None]
    assert len(caplog.records) == 1
    assert "No parser; the words are read alone: too many open files" in caplog.text
    assert not part.works and {"parser": part} == loading.PARTS


@pytest.fixture
def later(monkeypatch):
    """Goes to the moment of the next try."""
    offset = [0.0]
    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + offset[0])
    monkeypatch.setattr(loading, "time", clock)

    def go():
        offset[0] += loading.AGAIN_SECONDS

    return go


def ended(part):
    """Whether no try goes on any more."""
    return part._next_try < math.inf


def test_a_fault_that_passes_does_not_weaken_the_net_for_good(part, later):
    assert part.get() is None
    part.fails.clear()
    assert part.get() is None, "not yet"
    later()
    part.get()
    wait_until(lambda: part.works)
    assert part.get() == "loaded"


def test_nobody_waits_while_it_is_tried_again(part, later):
    assert part.get() is None
    part.fails.clear()
    part.may_end.clear()
    part.tries.clear()
    later()
    assert [part.get() for _ in range(3)] == [None] * 3 and not part.works
    wait_until(lambda: part.tries)
    assert part.get() is None
    part.may_end.set()
    wait_until(lambda: part.works)
    assert part.get() == "loaded"
    (thread,) = part.tries
    assert thread is not threading.current_thread() and thread.daemon


def test_each_try_that_fails_is_told_and_followed_by_a_pause(part, later, caplog):
    for tries in (1, 2, 3):
        assert part.get() is None
        wait_until(lambda: len(part.tries) == tries and ended(part))  # noqa: B023
        assert part.get() is None
        assert len(caplog.records) == tries
        later()


def test_a_thread_that_cannot_start_is_tried_again(part, later, monkeypatch, caplog):
    """No memory for it, say."""
    assert part.get() is None

    def fail(self):
        raise RuntimeError("can't start new thread")

    later()
    with monkeypatch.context() as without:
        without.setattr(threading.Thread, "start", fail)
        assert [part.get(), part.get()] == [None, None]
    assert "can't start new thread" in caplog.text and len(caplog.records) == 2
    part.fails.clear()
    later()
    part.get()
    wait_until(lambda: part.works)


def test_it_is_loaded_once(part):
    part.fails.clear()
    assert part.get() is part.get()
    assert len(part.tries) == 1
