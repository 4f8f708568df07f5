"""The short memory of what was typed: short, bounded, per conversation, and it forgets."""

from __future__ import annotations

import pytest

from bot.safety import recent
from bot.safety.recent import Recent


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def memory(clock):
    return Recent(clock)


def test_it_joins_what_one_conversation_typed(memory):
    memory.add("a", "hes")
    memory.add("b", "other")
    memory.add("a", "right")
    assert memory.text("a") == "hes right"
    assert memory.text("b") == "other"
    assert memory.text("c") == ""


def test_it_keeps_two_minutes(memory, clock):
    memory.add("a", "old")
    clock.now = 100
    memory.add("a", "new")
    clock.now = 121
    assert memory.text("a") == "new"
    clock.now = 221
    assert memory.text("a") == ""


def test_it_keeps_the_last_five_hundred_characters_and_reads_two_hundred_for_danger(memory):
    memory.add("a", "x" * 5_000)
    memory.add("a", "y" * 150)
    assert memory.text("a") == "x" * 49 + " " + "y" * 150
    for _ in range(500):
        memory.add("a", "z")
    assert len(memory.text("a")) <= 200
    kept = memory.typed("a")
    assert sum(len(text) for _, text in kept) <= 2 * 500
    assert len(recent.joined(kept, memory.clock(), 500)) == 500


def test_forgetting_and_sweeping_leave_nothing(memory, clock):
    memory.add("a", "one")
    memory.add("b", "two")
    memory.forget("a")
    memory.forget("a")
    assert memory.text("a") == ""
    clock.now = 60
    memory.add("c", "three")
    clock.now = 121
    memory.sweep()
    assert len(memory) == 1 and memory.text("c") == "three"


def test_memory_is_bounded(memory, monkeypatch):
    monkeypatch.setattr(recent, "MAX_CONVERSATIONS", 2)
    for name in "abc":
        memory.add(name, "text")
    assert len(memory) == 2 and memory.text("a") == ""


def test_messages_over_a_limit_push_nobody_out(memory, monkeypatch):
    """Each may come in a conversation of its own, as many as somebody likes to make up."""
    monkeypatch.setattr(recent, "MAX_CONVERSATIONS", 2)
    memory.add("a", "hes")
    memory.add("b", "other")
    for number in range(10):
        memory.add(f"flood {number}", "text", is_over_limit=True)
    assert (memory.text("a"), memory.text("b")) == ("hes", "other")
    assert len(memory) == 4, "the flood is bounded too"


def test_a_message_over_a_limit_is_remembered_with_its_conversation(memory, clock):
    memory.add("known", "hes")
    clock.now = 0.5
    memory.add("known", "here", is_over_limit=True)
    assert memory.text("known") == "hes here"
    memory.add("new", "hes", is_over_limit=True)
    assert memory.text("new") == "hes"
    clock.now = 1
    memory.add("new", "here")
    assert memory.text("new") == "hes here" and len(memory) == 2
    memory.add("other", "text", is_over_limit=True)
    memory.forget("other")
    assert memory.text("other") == ""
    clock.now = 122
    memory.sweep()
    assert len(memory) == 0


def test_a_message_that_came_twice_is_taken_back(memory, clock):
    memory.add("a", "he is")
    clock.now = 1
    memory.take_back("a", memory.add("a", "he is"))
    assert memory.text("a") == "he is"
    memory.take_back("a", (0.0, "he is"))
    assert len(memory) == 0


def test_a_check_is_open_until_something_is_said(memory, clock):
    memory.opened("a", "happening_now")
    assert not memory.asked("b")
    assert memory.asked("a") == "happening_now"
    memory.answered("a")
    assert not memory.asked("a")


def test_a_check_is_open_for_two_minutes_and_not_after_the_end(memory, clock):
    memory.opened("old", "happening_now")
    clock.now = 121
    assert not memory.asked("old")
    memory.opened("ended", "happening_now")
    memory.forget("ended")
    assert not memory.asked("ended")


def test_whether_the_store_knows_of_a_check_is_remembered_with_it(memory, clock):
    memory.opened("a", "happening_now", is_stored=False)
    memory.opened("b", "happening_now")
    assert memory.is_asked_unstored("a")
    assert not memory.is_asked_unstored("b") and not memory.is_asked_unstored("c")
    memory.answered("a")
    assert not memory.is_asked_unstored("a")
    memory.opened("a", "happening_now", is_stored=False)
    clock.now = 121
    assert not memory.is_asked_unstored("a")


def test_open_checks_are_swept_and_bounded(memory, clock, monkeypatch):
    monkeypatch.setattr(recent, "MAX_CONVERSATIONS", 2)
    for name in "abc":
        memory.opened(name, "happening_now")
    assert list(memory._asked) == ["b", "c"]
    clock.now = 121
    memory.sweep()
    assert not memory._asked


def test_a_clock_that_is_set_back_keeps_nothing_for_longer(memory, clock):
    clock.now = 10_000
    memory.add("a", "one")
    memory.opened("a", "happening_now")
    clock.now = 0
    memory.sweep()
    assert not memory._typed and not memory._asked
