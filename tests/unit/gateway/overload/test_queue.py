"""Few turns are under way at once, and what would wait too long is refused at once."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.gateway.overload import queue
from bot.gateway.overload.queue import OURS, PLACES, Queue, Sender, Spare, TooMany, only_waiting
from tests.integration.waiting import PATIENCE

# By the clock of the test; by that of the machine nobody waits so long.
LONGEST_WAIT = 200.0


@pytest.fixture(autouse=True)
def long_places(monkeypatch):
    """A turn under way keeps its place, however slow this machine is."""
    monkeypatch.setattr(queue, "ONLY_WAITS_AFTER", 600)


class Clock:
    """A clock that stands still unless it is moved."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


class Turns:
    """Turns of one queue, each of which goes on until it is told to end."""

    def __init__(self, longest_wait=LONGEST_WAIT):
        self.clock = Clock()
        self.queue = Queue(longest_wait, self.clock)
        self.begun = []
        self.under_way = {}
        self.tasks = {}

    async def come(self, *names):
        for name in names:
            self.tasks[name] = asyncio.ensure_future(self._turn(name))
        await rounds()

    async def end(self, name):
        self.under_way.pop(name).set()
        await rounds()

    async def all_end(self):
        while self.under_way:
            await self.end(next(iter(self.under_way)))
        return await asyncio.gather(*self.tasks.values(), return_exceptions=True)

    async def _turn(self, name):
        sender = Sender(name[0], name[2]) if isinstance(name, tuple) else Sender("")
        async with self.queue.turn(sender):
            self.begun.append(name)
            self.under_way[name] = asyncio.Event()
            await self.under_way[name].wait()


async def rounds():
    """Let everything happen that can happen now."""
    for _ in range(10):
        await asyncio.sleep(0)


async def keep_a_pace(turns, seconds, count=40):
    """So many turns begin, one in so many seconds, while one waits; in the end none is left."""
    await turns.come(*(f"pace {number}" for number in range(PLACES + 1)))
    for number in range(PLACES + 1, count):
        turns.clock.now += seconds
        await turns.end(next(iter(turns.under_way)))
        await turns.come(f"pace {number}")
    turns.clock.now += seconds
    await turns.all_end()


def test_few_are_under_way_and_the_others_begin_in_order():
    async def scene():
        turns = Turns()
        await turns.come(*range(PLACES + 3))
        assert turns.begun == list(range(PLACES))
        await turns.end(2)
        assert turns.begun[PLACES:] == [PLACES]
        await turns.all_end()
        assert turns.begun == list(range(PLACES + 3))

    asyncio.run(scene())


def test_nobody_is_refused_while_the_pace_is_not_known():
    async def scene():
        turns = Turns()
        await turns.come(*range(1_000))
        assert all(one is None for one in await turns.all_end())

    asyncio.run(scene())


def test_what_would_wait_too_long_at_this_pace_is_refused_at_once():
    async def scene():
        turns = Turns()
        await keep_a_pace(turns, 12.5)
        under_way, fitting = range(PLACES), range(PLACES, PLACES + 17)
        await turns.come(*under_way, *fitting)
        assert not any(turns.tasks[name].done() for name in (*under_way, *fitting))
        await turns.come("one too many")
        with pytest.raises(TooMany):
            await turns.tasks["one too many"]
        await turns.end(0)
        await turns.come("again")
        assert not turns.tasks["again"].done()
        await turns.all_end()

    asyncio.run(scene())


def test_what_has_waited_too_long_is_refused():
    async def scene():
        turns = Turns(longest_wait=0.02)
        await turns.come(*range(PLACES), "late")
        with pytest.raises(TooMany):
            await turns.tasks["late"]
        await turns.all_end()
        # Nothing of it is left: the next one begins.
        await turns.come("next")
        assert "next" in turns.begun
        await turns.all_end()

    asyncio.run(scene())


def test_turns_that_only_wait_hold_nobody_up(monkeypatch):
    monkeypatch.setattr(queue, "ONLY_WAITS_AFTER", 0.02)

    async def scene():
        turns = Turns()
        await turns.come(*range(PLACES), "following")
        await asyncio.wait_for(until(lambda: "following" in turns.begun), PATIENCE)
        # A place that was left early is not given on a second time.
        await turns.all_end()
        monkeypatch.setattr(queue, "ONLY_WAITS_AFTER", 600)
        await turns.come(*("a", "b", "c", "d", "e", "f"))
        assert len(turns.under_way) == PLACES
        await turns.all_end()

    asyncio.run(scene())


def sent(sender, count, cost=1.0):
    """Names of turns of one sender."""
    return [(sender, number, cost) for number in range(count)]


def test_who_sends_much_waits_for_themselves():
    async def scene():
        turns = Turns()
        await turns.come(*sent("many", 20), *sent("one", 1), *sent("other", 2))
        first = turns.begun[:PLACES]
        assert first == [*sent("many", PLACES - 1), *sent("one", 1)], "a place is left for others"
        await turns.end(("many", 0, 1.0))
        assert turns.begun[PLACES:] == sent("other", 1)
        await turns.end(("many", 1, 1.0))
        await turns.end(("one", 0, 1.0))
        assert ("other", 1, 1.0) in turns.begun
        await turns.all_end()
        assert len(turns.begun) == 23 and turns.queue._free == PLACES
        assert not turns.queue._lines, "nobody is remembered"

    asyncio.run(scene())


def test_what_costs_more_lets_more_of_others_begin_before_the_next():
    async def scene():
        turns = Turns()
        await turns.come(*range(PLACES))
        await turns.come(*sent("long", 5, cost=8.0), *sent("short", 20))
        for number in range(PLACES):
            await turns.end(number)
        while len(turns.begun) < PLACES + 12:
            await turns.end(next(iter(turns.under_way)))
        begun = [name for name, *_ in turns.begun[PLACES : PLACES + 12]]
        assert begun.count("short") >= 8
        await turns.all_end()

    asyncio.run(scene())


def test_somebody_new_is_not_refused_for_those_who_send_much():
    async def scene():
        turns = Turns()
        await keep_a_pace(turns, 12.5)
        await turns.come(*sent("many", PLACES + 25))
        assert turns.queue.is_too_long(Sender("many"))
        await turns.come(*sent("one", 2))
        assert not turns.queue.is_too_long(Sender("one"))
        assert sum(task.done() for name, task in turns.tasks.items() if name[0] == "many")
        assert not any(task.done() for name, task in turns.tasks.items() if name[0] == "one")
        await turns.all_end()

    asyncio.run(scene())


def test_who_gave_a_place_up_for_a_while_stays_in_the_line_of_their_sender():
    """Their sender's later turns wait in the same line, and none of them is forgotten."""

    async def scene():
        turns = Turns()
        waiting = Waiting(turns, Sender("one"))
        await waiting.begin()
        await turns.come(*range(PLACES), *sent("one", 2))
        waiting.may_go_on.set()
        await turns.end(0)
        await turns.all_end()
        assert len(turns.begun) == PLACES + 3 and turns.queue._free == PLACES
        assert not turns.queue._lines

    asyncio.run(scene())


def test_turns_that_starve_for_the_processor_keep_their_places(monkeypatch):
    monkeypatch.setattr(queue, "ONLY_WAITS_AFTER", 0.05)

    async def scene():
        turns = Turns()
        await turns.come(*range(PLACES), "following")
        for _ in range(3):
            until_then = time.monotonic() + 0.1
            while time.monotonic() < until_then:
                pass
            await rounds()
            assert "following" not in turns.begun, "the processor was busy"
        await asyncio.wait_for(until(lambda: "following" in turns.begun), PATIENCE)
        await turns.all_end()

    asyncio.run(scene())


async def until(is_true):
    while not is_true():
        await asyncio.sleep(0.005)


def test_a_turn_given_up_while_it_waits_lets_the_next_begin():
    async def scene():
        turns = Turns()
        await turns.come(*range(PLACES), "given up", "next")
        turns.tasks["given up"].cancel()
        await rounds()
        await turns.end(0)
        assert turns.begun[PLACES:] == ["next"]
        await turns.all_end()

    asyncio.run(scene())


class Waiting:
    """A turn that leaves its place while it waits for something, among others that hold theirs."""

    def __init__(self, turns, sender=OURS):
        self._turns = turns
        self._sender = sender
        self.may_go_on = asyncio.Event()

    async def begin(self):
        self.task = asyncio.ensure_future(self._turn())
        await rounds()

    async def _turn(self):
        async with self._turns.queue.turn(self._sender):
            async with only_waiting():
                await self.may_go_on.wait()
            self._turns.begun.append("again")


def test_a_turn_that_waits_for_another_leaves_its_place_and_then_comes_first():
    async def scene():
        turns = Turns()
        waiting = Waiting(turns)
        await waiting.begin()
        await turns.come(*range(PLACES))
        assert len(turns.begun) == PLACES, "its place too"
        await turns.come("next")
        waiting.may_go_on.set()
        await rounds()
        assert "again" not in turns.begun
        await turns.end(0)
        assert turns.begun[PLACES:] == ["again", "next"]
        await turns.all_end()
        assert turns.queue._free == PLACES

    asyncio.run(scene())


@pytest.mark.parametrize("is_given", [False, True], ids=["before", "as it comes"])
def test_one_that_is_given_up_while_it_waits_for_its_place_keeps_none(is_given):
    async def scene():
        turns = Turns()
        waiting = Waiting(turns)
        await waiting.begin()
        await turns.come(*range(PLACES))
        waiting.may_go_on.set()
        await rounds()
        if is_given:
            turns.under_way.pop(0).set()
            await asyncio.sleep(0)  # the place is given, and not taken yet
        waiting.task.cancel()
        await rounds()
        assert waiting.task.cancelled() and "again" not in turns.begun
        await turns.all_end()
        assert turns.queue._free == PLACES

    asyncio.run(scene())


def test_a_turn_that_fails_leaves_its_place():
    async def scene():
        queue = Queue(LONGEST_WAIT)
        for _ in range(2 * PLACES):
            with pytest.raises(ZeroDivisionError):
                async with queue.turn():
                    raise ZeroDivisionError
        assert await asyncio.wait_for(begins(queue), PATIENCE)

    async def begins(queue):
        async with queue.turn():
            return True

    asyncio.run(scene())


def test_it_says_whether_a_turn_could_begin_at_once():
    async def scene():
        turns = Turns()
        await turns.come(*range(PLACES - 1))
        assert turns.queue.has_place()
        await turns.come("last", "waiting")
        assert not turns.queue.has_place()
        await turns.end(0)
        assert not turns.queue.has_place(), "it is given on"
        await turns.all_end()
        assert turns.queue.has_place()

    asyncio.run(scene())


def work(spare, clock, seconds, until):
    """Seconds of spare time that somebody gets who always wants some, as long as it lasts."""
    got = 0.0
    while clock.now < until:
        if spare.is_left():
            with spare.used():
                clock.now += seconds
            got += seconds
        else:
            clock.now += 0.001
    return got


@pytest.mark.parametrize("seconds", [0.002, 0.01, 0.2])
def test_of_the_time_only_a_small_part_is_spare(seconds):
    clock = Clock()
    spare = Spare(clock)
    for minutes in (1, 2, 3):
        assert work(spare, clock, seconds, 60.0 * minutes) < 0.1 * 60 + 1 + 2 * seconds


def test_spare_time_comes_back():
    clock = Clock()
    spare = Spare(clock)
    work(spare, clock, 0.01, 10.0)
    clock.now += 1
    assert spare.is_left()
    with pytest.raises(ZeroDivisionError), spare.used():
        clock.now += 2
        raise ZeroDivisionError
    assert not spare.is_left(), "what fails takes time too"
