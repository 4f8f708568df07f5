"""The conversation lock: fair, atomic between processes, free again after a death, never deaf."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import time

import pytest
from redis.asyncio import Redis

from bot.gateway.coordination import locks, shared_redis
from bot.gateway.coordination.locks import ConversationLocks
from bot.settings import get_settings
from tests.integration.waiting import PATIENCE
from tests.unit.gateway.patience import LONG_ANSWER, LONG_LEASE

pytestmark = pytest.mark.slow

CONVERSATION = "c" * 32
# Seconds until a process of its own has imported all it needs.
START_SECONDS = 5 * PATIENCE


@pytest.fixture
def store(patient_redis, monkeypatch):
    monkeypatch.setenv("REDIS_URL", patient_redis.url)
    get_settings.cache_clear()
    return ConversationLocks()


async def turn(store, name, order, conversation=CONVERSATION):
    async with store.lock(conversation):
        order.append(f"{name} begins")
        await asyncio.sleep(0.01)
        order.append(f"{name} ends")


async def give_up(task):
    while not task.done():
        # More than once: before Python 3.12 a call to Redis that ends now can swallow it.
        task.cancel()
        await asyncio.wait({task}, timeout=0.1)


async def in_a_burst(store):
    order = []
    await asyncio.gather(*(turn(store, number, order) for number in range(10)))
    return order


IN_ORDER = [f"{number} {what}" for number in range(10) for what in ("begins", "ends")]


def test_a_burst_is_served_one_by_one_in_order():
    assert asyncio.run(in_a_burst(ConversationLocks())) == IN_ORDER


def test_a_burst_is_served_one_by_one_in_order_with_redis(store):
    assert asyncio.run(in_a_burst(store)) == IN_ORDER


def test_other_conversations_do_not_wait(store):
    async def work():
        async with store.lock("a"):
            await asyncio.wait_for(turn(store, "b", [], "b"), PATIENCE)

    asyncio.run(work())


def test_one_who_gives_up_waiting_leaves_the_line(store):
    async def work():
        order = []
        async with store.lock(CONVERSATION):
            impatient = asyncio.create_task(turn(store, "first", order))
            patient = asyncio.create_task(turn(store, "second", order))
            await asyncio.sleep(0)
            await give_up(impatient)
        await patient
        return order

    assert asyncio.run(work()) == ["second begins", "second ends"]


def test_a_failed_turn_frees_the_lock(store):
    async def work():
        with pytest.raises(ValueError):
            async with store.lock(CONVERSATION):
                raise ValueError
        await asyncio.wait_for(turn(store, "next", []), LONG_LEASE / 2_000)

    asyncio.run(work())


def test_nothing_is_kept_of_a_conversation_that_rests():
    store = ConversationLocks()
    asyncio.run(turn(store, "only", []))
    assert len(store._here) == 0


def test_redis_learns_no_conversation_id(store, redis):
    async def keys():
        async with store.lock(CONVERSATION):
            return await store._between_processes._shared._redis.keys()

    line, ticket = asyncio.run(keys())
    assert CONVERSATION.encode() not in line + ticket


def locks_of(url):
    """The lock store of a process of its own, as patient as the one here."""
    locks.LEASE, shared_redis.ANSWER_SECONDS = LONG_LEASE, LONG_ANSWER
    os.environ["REDIS_URL"] = url
    get_settings.cache_clear()
    return ConversationLocks()


def hold_by_turns(url, times, together, results):
    """In a process of its own: count up a number that only a lock keeps right."""

    async def work():
        store, client = locks_of(url), Redis.from_url(url)
        together.wait(START_SECONDS)
        for _ in range(times):
            async with store.lock(CONVERSATION):
                value = int(await client.get("number") or 0)
                await asyncio.sleep(0.001)
                await client.set("number", value + 1)
        return int(await client.get("number"))

    results.put(asyncio.run(work()))


def test_between_processes_only_one_holds_it(redis):
    spawn = multiprocessing.get_context("spawn")
    results, together = spawn.Queue(), spawn.Barrier(3)
    given = (redis.url, 40, together, results)
    workers = [spawn.Process(target=hold_by_turns, args=given) for _ in range(3)]
    for worker in workers:
        worker.start()
    assert max(results.get(timeout=START_SECONDS) for _ in workers) == 120
    for worker in workers:
        worker.join()


def hold_when_told(url, told):
    """In a process of its own: a turn for each name that comes, until none comes."""

    async def hold(store, client, name):
        async with store.lock(CONVERSATION):
            await client.rpush("held", name)
            await asyncio.sleep(0.02)

    async def work():
        store, client, turns = locks_of(url), Redis.from_url(url), []
        while name := await asyncio.to_thread(told.get):
            turns.append(asyncio.create_task(hold(store, client, name)))
        await asyncio.gather(*turns)

    asyncio.run(work())


@pytest.fixture
def told(redis):
    """Two other processes, by the queues of names that they hold the lock under."""
    spawn = multiprocessing.get_context("spawn")
    queues = [spawn.Queue() for _ in range(2)]
    workers = [spawn.Process(target=hold_when_told, args=(redis.url, queue)) for queue in queues]
    for worker, queue in zip(workers, queues, strict=True):
        worker.start()
        queue.worker = worker
    yield queues
    for worker, queue in zip(workers, queues, strict=True):
        queue.put("")
        worker.join()


async def told_all(store):
    """Wait until Redis knows who left."""
    await asyncio.gather(*store._between_processes._shared._told)


def line_of(store):
    """The key of the conversation's line."""
    return store._between_processes.ticket(CONVERSATION)._keys[0]


async def in_line(store, number):
    """Wait until so many hold and wait for the conversation; the keys show no more."""
    lines = store._between_processes
    line = line_of(store)
    deadline = time.monotonic() + START_SECONDS
    while await lines._shared._redis.llen(line) != number:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


async def held(store, number):
    """The names of the first turns, in their order."""
    client, deadline = store._between_processes._shared._redis, time.monotonic() + PATIENCE
    while await client.llen("held") < number:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)
    names = await client.lrange("held", 0, -1)
    await client.delete("held")
    return b"".join(names).decode()


def test_the_order_of_arrival_holds_over_processes(store, told):
    async def work():
        async with store.lock(CONVERSATION):
            # Also two in a row in one process, of which the second waits for the first there.
            for number, queue in enumerate((0, 1, 0, 0, 1, 1, 0, 1)):
                told[queue].put("abcdefgh"[number])
                await in_line(store, number + 2)
        return await held(store, 8)

    assert asyncio.run(work()) == "abcdefgh"


async def lease_ends(store, ticket):
    """What Redis does by itself when nobody has renewed a ticket for so long."""
    client = store._between_processes._shared._redis
    assert 0 < await client.pttl(ticket) <= LONG_LEASE, "it does not last for ever"
    await client.delete(ticket)


def test_one_who_dies_while_waiting_keeps_the_others_no_longer_than_a_lease(store, told):
    async def work():
        client = store._between_processes._shared._redis
        async with store.lock(CONVERSATION):
            for number, queue in enumerate((0, 1)):
                told[queue].put("ab"[number])
                await in_line(store, number + 2)
            told[0].worker.kill()
            told[0].worker.join()
            dead = (await client.lrange(line_of(store), 0, -1))[1]
        await asyncio.sleep(0.2)
        assert not await client.llen("held"), "its place is kept as long as its lease lasts"
        await lease_ends(store, dead)
        assert await held(store, 1) == "b"
        await in_line(store, 0)

    asyncio.run(work())


def test_one_who_gave_up_waiting_keeps_no_other_process_waiting(store, told):
    async def work():
        async with store.lock(CONVERSATION):
            impatient = asyncio.create_task(turn(store, "first", []))
            await in_line(store, 2)
            told[0].put("b")
            await in_line(store, 3)
            await give_up(impatient)
            await in_line(store, 2)
        assert await held(store, 1) == "b"

    asyncio.run(work())


def test_who_loses_the_ticket_goes_on_without(store):
    """A process stood still, or Redis was restarted and forgot all."""

    async def work():
        order = []
        async with store.lock(CONVERSATION):
            waiting = [asyncio.create_task(turn(store, number, order)) for number in range(2)]
            await in_line(store, 3)
            await store._between_processes._shared._redis.flushall()
        await asyncio.wait_for(asyncio.gather(*waiting), PATIENCE)
        return order

    assert asyncio.run(work()) == IN_ORDER[:4]


def test_an_uncontended_turn_asks_redis_twice(store, monkeypatch):
    monkeypatch.setattr(locks, "_RENEW_SECONDS", LONG_ANSWER)

    async def calls():
        statistics = await store._between_processes._shared._redis.info("commandstats")
        return statistics.get("cmdstat_eval", {}).get("calls", 0)

    async def work():
        before = await calls()
        await turn(store, "only", [])
        await told_all(store)
        assert await calls() == before + 2

    asyncio.run(work())


def test_a_burst_of_many_people_is_no_failure_of_redis(store, caplog):
    """As many as nginx lets through at once."""
    lines = store._between_processes
    tickets = [lines.ticket(f"conversation {number}") for number in range(300)]

    async def work():
        await asyncio.gather(*(ticket.join() for ticket in tickets))
        for ticket in tickets:
            ticket.leave()
        await told_all(store)
        return await lines._shared._redis.keys()

    assert asyncio.run(work()) == [], "all have left"
    assert [ticket._before for ticket in tickets] == [0] * 300
    assert lines._shared._rests_until == 0 and caplog.text == ""


def hold_for_ever(url, held, conversation=CONVERSATION):
    async def work():
        async with locks_of(url).lock(conversation):
            held.set()
            await asyncio.sleep(1_000)

    asyncio.run(work())


async def is_renewed(client, ticket):
    """Wait until a lease lasts longer than it did a moment before."""
    deadline = time.monotonic() + PATIENCE
    left = await client.pttl(ticket)
    while (now_left := await client.pttl(ticket)) <= left:
        assert time.monotonic() < deadline
        left = now_left
        await asyncio.sleep(0.02)


def test_the_lease_of_a_living_process_lasts_and_that_of_a_dead_one_ends(store, redis):
    spawn = multiprocessing.get_context("spawn")
    held = spawn.Event()
    other = spawn.Process(target=hold_for_ever, args=(redis.url, held))
    other.start()
    assert held.wait(START_SECONDS)

    async def work():
        order, client = [], store._between_processes._shared._redis
        (ticket,) = await client.lrange(line_of(store), 0, -1)
        await is_renewed(client, ticket)
        waiting = asyncio.create_task(turn(store, "mine", order))
        await in_line(store, 2)
        await is_renewed(client, ticket)
        assert order == [], "a living process holds it"
        other.kill()
        other.join()
        await lease_ends(store, ticket)
        await asyncio.wait_for(waiting, PATIENCE)

    asyncio.run(work())
    assert other.exitcode == -signal.SIGKILL


@pytest.mark.parametrize("fault", ["kill", "freeze"])
def test_without_redis_turns_go_on_in_order_and_soon_without_waiting(
    store, redis, fault, monkeypatch
):
    monkeypatch.setattr(shared_redis, "_REST_SECONDS", LONG_ANSWER)

    async def work():
        await turn(store, "before", [])
        await told_all(store)
        getattr(redis, fault)()
        monkeypatch.setattr(shared_redis, "ANSWER_SECONDS", 0.2)
        assert await in_a_burst(store) == IN_ORDER
        await told_all(store)
        asked = []
        store._between_processes._shared._redis.execute_command = asked.append
        assert await in_a_burst(store) == IN_ORDER
        assert not asked, "Redis is left alone"

    asyncio.run(work())


def test_whatever_error_redis_causes_the_turn_goes_on(store, monkeypatch, caplog):
    def fail(*given, **more):
        raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte")

    monkeypatch.setattr(Redis, "execute_command", fail)
    assert asyncio.run(in_a_burst(store)) == IN_ORDER
    assert "no lock between processes: UnicodeDecodeError" in caplog.text


def test_redis_that_was_restarted_is_used_again_at_once(store, redis):
    async def work():
        await turn(store, "before", [])
        redis.kill()
        redis.start()
        async with store.lock(CONVERSATION):
            return await store._between_processes._shared._redis.keys()

    assert len(asyncio.run(work())) == 2, "the line and one ticket"


def test_a_ticket_that_left_is_renewed_no_more(store, monkeypatch):
    """Also when the cancel of the renewing gets lost, which can happen (before Python 3.12)."""
    monkeypatch.setattr(locks, "_RENEW_SECONDS", 0.01)

    async def work():
        ticket = store._between_processes.ticket(CONVERSATION)
        await ticket.join()
        renewing, ticket._renewing = ticket._renewing, None
        await asyncio.sleep(0.1)
        assert not renewing.done()
        ticket.leave()
        await told_all(store)
        await asyncio.wait_for(renewing, PATIENCE)
        assert await store._between_processes._shared._redis.keys() == []

    asyncio.run(work())
