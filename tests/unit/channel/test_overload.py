"""Turns begin one after another, and what would wait too long is known before it begins."""

from __future__ import annotations

import asyncio

from bot.channel.overload import Queue


class Clock:
    """A clock that stands still unless it is moved."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


async def take_turns(queue, clock, count, seconds):
    """As many turns, one at a time, each with this much work."""
    for _ in range(count):
        async with queue.turn():
            clock.now += seconds


def test_nobody_is_refused_for_the_first_slow_turns():
    clock = Clock()
    queue = Queue(2.0, clock)
    asyncio.run(take_turns(queue, clock, 10, 3.0))
    assert not queue.is_too_long(1_000)


def test_the_wait_is_the_usual_cost_times_the_turns_before():
    clock = Clock()
    queue = Queue(2.0, clock)
    asyncio.run(take_turns(queue, clock, 31, 0.125))
    assert not queue.is_too_long(16)
    assert queue.is_too_long(17)


def test_a_single_turn_that_hangs_changes_nothing():
    clock = Clock()
    queue = Queue(2.0, clock)
    asyncio.run(take_turns(queue, clock, 31, 0.125))
    asyncio.run(take_turns(queue, clock, 5, 60.0))
    assert not queue.is_too_long(16)


def test_turns_that_overlap_cost_no_more_than_they_take_together():
    clock = Clock()
    queue = Queue(2.0, clock)
    both = asyncio.Event()

    async def overlap():
        async def first():
            async with queue.turn():
                await both.wait()

        waiting = asyncio.ensure_future(first())
        await asyncio.sleep(0.001)
        await take_turns(queue, clock, 31, 0.125)
        both.set()
        await waiting

    asyncio.run(overlap())
    assert not queue.is_too_long(16)
    assert queue.is_too_long(17)


def test_between_two_beginnings_others_are_heard():
    queue = Queue(2.0)
    happened = []

    async def turn(number):
        async with queue.turn():
            happened.append(number)

    async def others():
        while len(happened) < 6:
            happened.append("other")
            await asyncio.sleep(0)

    async def all_at_once():
        await asyncio.gather(turn(1), turn(2), turn(3), others())

    asyncio.run(all_at_once())
    begun = [happened.index(number) for number in (1, 2, 3)]
    assert begun == sorted(begun)
    assert all("other" in happened[one:two] for one, two in zip(begun, begun[1:], strict=False))


def test_a_turn_given_up_while_it_waits_lets_the_next_begin():
    queue = Queue(2.0)
    begun = []

    async def turn(name):
        async with queue.turn():
            begun.append(name)

    async def give_up():
        first = asyncio.ensure_future(turn("first"))
        second = asyncio.ensure_future(turn("second"))
        third = asyncio.ensure_future(turn("third"))
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.gather(first, second, third, return_exceptions=True)

    asyncio.run(give_up())
    assert begun == ["first", "third"]
