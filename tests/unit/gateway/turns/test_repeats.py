"""A message that is sent again gets its first answer."""

from __future__ import annotations

import asyncio

import pytest

from bot.gateway.http.answer import Answer
from bot.gateway.http.body import MessageIn
from bot.gateway.turns import repeats
from bot.gateway.turns.outcomes import Outcome
from bot.gateway.turns.repeats import Repeats

ONE, OTHER = "1" * 32, "2" * 32


def said(text: str = "yes", message: str | None = ONE, conversation: str = ONE) -> MessageIn:
    return MessageIn(conversation=conversation, message=message, text=text)


class Turn:
    """Counts how often a turn begins."""

    def __init__(self, fails: bool = False) -> None:
        self.begun = 0
        self.fails = fails
        self.outcome = Outcome.ANSWERED
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def __call__(self) -> Answer:
        self.begun += 1
        number = self.begun
        await self.go_on.wait()
        if self.fails:
            raise ValueError
        return Answer([f"answer {number}"], self.outcome)


async def told(answer) -> str:
    (words,) = (await answer).said
    return words


def run(test):
    """As a coroutine function of a fresh memory and a fresh turn."""

    async def go():
        now = [0.0]
        memory = Repeats(lambda: now[0])
        await test(memory, Turn(), now)

    asyncio.run(go())


@pytest.mark.parametrize(
    ("again", "answer"),
    [
        (said(), "answer 1"),
        (said(message=OTHER), "answer 2"),
        (said(message=None), "answer 2"),
        (said(conversation=OTHER), "answer 2"),
        (said(text="he is here"), "answer 2"),
        (MessageIn(conversation=ONE, message=ONE, button="yes"), "answer 2"),
    ],
    ids=["the same", "another id", "no id", "another conversation", "another text", "a button"],
)
def test_only_the_same_message_gets_the_first_answer(again, answer):
    async def test(memory, turn, now):
        assert await told(memory.answer(said(), turn)) == "answer 1"
        assert await told(memory.answer(again, turn)) == answer

    run(test)


def test_a_turn_that_still_runs_is_waited_for_and_not_begun_again():
    async def test(memory, turn, now):
        turn.go_on.clear()
        first = asyncio.ensure_future(memory.answer(said(), turn))
        await asyncio.sleep(0)
        first.cancel()  # the client goes away
        second = asyncio.ensure_future(memory.answer(said(), turn))
        await asyncio.sleep(0)
        turn.go_on.set()
        assert await told(second) == "answer 1"
        assert turn.begun == 1 and first.cancelled()

    run(test)


def test_a_turn_that_failed_is_tried_anew():
    async def test(memory, turn, now):
        turn.fails = True
        with pytest.raises(ValueError):
            await memory.answer(said(), turn)
        turn.fails = False
        assert await told(memory.answer(said(), turn)) == "answer 2"

    run(test)


@pytest.mark.parametrize(
    ("outcome", "answer"),
    [
        (Outcome.SAFE_REPLY_TIMEOUT, "answer 2"),
        (Outcome.SAFE_REPLY_OVERLOADED, "answer 2"),
        (Outcome.SAFE_REPLY_ERROR, "answer 2"),
        (Outcome.SAFE_REPLY_STORAGE_FAILED, "answer 1"),
        (Outcome.EMERGENCY, "answer 1"),
    ],
)
def test_who_was_asked_to_send_it_again_is_answered_anew(outcome, answer):
    """By the store, where the turn was stored after all; so it must be the same message."""

    async def test(memory, turn, now):
        turn.outcome = outcome
        turn.go_on.clear()
        waiting = [asyncio.ensure_future(memory.answer(said(), turn)) for _ in range(2)]
        await asyncio.sleep(0)
        turn.go_on.set()
        assert [await told(one) for one in waiting] == ["answer 1"] * 2
        turn.outcome = Outcome.ANSWERED
        assert await told(memory.answer(said(), turn)) == answer

    run(test)


def test_nothing_is_remembered_for_long_or_after_the_end():
    async def test(memory, turn, now):
        await memory.answer(said(), turn)
        memory.forget(ONE)
        assert await told(memory.answer(said(), turn)) == "answer 2"
        now[0] += repeats.SECONDS + 1
        memory.sweep()
        assert len(memory) == 0

    run(test)


def test_the_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(repeats, "MAX_CONVERSATIONS", 2)

    async def test(memory, turn, now):
        for number in range(4):
            await memory.answer(said(conversation=f"{number:032x}"), turn)
        assert len(memory) == 2

    run(test)


def test_what_was_typed_is_not_kept():
    async def test(memory, turn, now):
        await memory.answer(said(text="secret words"), turn)
        assert "secret" not in repr(memory._turns)

    run(test)


@pytest.mark.parametrize("outcome", [Outcome.EMERGENCY_RATE_LIMITED, Outcome.SWITCHED_OFF])
def test_what_is_answered_without_a_turn_takes_no_place_in_the_memory(outcome, monkeypatch):
    """Somebody over a limit may send many such messages, each in a conversation of its own."""
    monkeypatch.setattr(repeats, "MAX_CONVERSATIONS", 2)

    async def test(memory, turn, now):
        assert await told(memory.answer(said(), turn)) == "answer 1"
        flood = Turn()
        flood.outcome = outcome
        for number in range(10):
            await memory.answer(said(conversation=f"{number:032d}"), flood)
        assert len(memory) == 1
        assert await told(memory.answer(said(), turn)) == "answer 1"

    run(test)
