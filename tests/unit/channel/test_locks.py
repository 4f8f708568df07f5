"""The conversation lock: fair, atomic between processes, free again after a death, never deaf."""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
import time

import pytest

from bot.channel import locks
from bot.channel.locks import LEASE, ConversationLocks, Leases
from bot.settings import get_settings

CONVERSATION = "c" * 32


@pytest.fixture
def store(redis, monkeypatch):
    monkeypatch.setenv("REDIS_URL", redis.url)
    get_settings.cache_clear()
    return ConversationLocks()


async def turn(store, name, order, conversation=CONVERSATION):
    async with store.lock(conversation):
        order.append(f"{name} begins")
        await asyncio.sleep(0.01)
        order.append(f"{name} ends")


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
            await asyncio.wait_for(turn(store, "b", [], "b"), 1)

    asyncio.run(work())


def test_one_who_gives_up_waiting_leaves_the_line(store):
    async def work():
        order = []
        async with store.lock(CONVERSATION):
            impatient = asyncio.create_task(turn(store, "first", order))
            patient = asyncio.create_task(turn(store, "second", order))
            await asyncio.sleep(0)
            impatient.cancel()
        await asyncio.gather(impatient, patient, return_exceptions=True)
        return order

    assert asyncio.run(work()) == ["second begins", "second ends"]


def test_a_failed_turn_frees_the_lock(store):
    async def work():
        with pytest.raises(ValueError):
            async with store.lock(CONVERSATION):
                raise ValueError
        await asyncio.wait_for(turn(store, "next", []), LEASE / 2_000)

    asyncio.run(work())


def test_nothing_is_kept_of_a_conversation_that_rests():
    store = ConversationLocks()
    asyncio.run(turn(store, "only", []))
    assert len(store._here) == 0


def test_redis_learns_no_conversation_id(store, redis):
    async def keys():
        async with store.lock(CONVERSATION):
            return await store._between_processes._redis.keys()

    (key,) = asyncio.run(keys())
    assert CONVERSATION.encode() not in key


def hold_by_turns(url, times, results):
    """In a process of its own: count up a number that only a lock keeps right."""

    async def work():
        leases = Leases(url)
        for _ in range(times):
            async with leases.held(CONVERSATION):
                value = int(await leases._redis.get("number") or 0)
                await asyncio.sleep(0.001)
                await leases._redis.set("number", value + 1)
        return int(await leases._redis.get("number"))

    results.put(asyncio.run(work()))


def test_between_processes_only_one_holds_it(redis):
    spawn = multiprocessing.get_context("spawn")
    results = spawn.Queue()
    workers = [spawn.Process(target=hold_by_turns, args=(redis.url, 40, results)) for _ in range(3)]
    for worker in workers:
        worker.start()
    assert max(results.get(timeout=60) for _ in workers) == 120
    for worker in workers:
        worker.join()


def hold_for_ever(url, held):
    async def work():
        async with Leases(url).held(CONVERSATION):
            held.set()
            await asyncio.sleep(1_000)

    asyncio.run(work())


async def is_held_within(url, seconds):
    async def hold():
        async with Leases(url).held(CONVERSATION):
            return

    task = asyncio.create_task(hold())
    done, _ = await asyncio.wait({task}, timeout=seconds)
    while not task.done():
        # More than once: a call to Redis that ends at this moment can swallow it (Python 3.10).
        task.cancel()
        await asyncio.wait({task}, timeout=0.1)
    return bool(done)


def test_the_lease_of_a_living_process_lasts_and_that_of_a_dead_one_ends(redis):
    spawn = multiprocessing.get_context("spawn")
    held = spawn.Event()
    other = spawn.Process(target=hold_for_ever, args=(redis.url, held))
    other.start()
    assert held.wait(60)

    assert not asyncio.run(is_held_within(redis.url, LEASE / 1_000 * 1.5))
    other.kill()
    other.join()
    assert other.exitcode == -signal.SIGKILL
    assert asyncio.run(is_held_within(redis.url, LEASE / 1_000 * 2))


@pytest.mark.parametrize("fault", ["kill", "freeze"])
def test_without_redis_turns_go_on_in_order_and_soon_without_waiting(store, redis, fault):
    async def work():
        await turn(store, "before", [])
        getattr(redis, fault)()
        assert await in_a_burst(store) == IN_ORDER
        started = time.monotonic()
        assert await in_a_burst(store) == IN_ORDER
        assert time.monotonic() - started < locks._ANSWER_SECONDS, "Redis is left alone"

    asyncio.run(work())


def test_redis_that_was_restarted_is_used_again_at_once(store, redis):
    async def work():
        await turn(store, "before", [])
        redis.kill()
        redis.start()
        async with store.lock(CONVERSATION):
            return await store._between_processes._redis.keys()

    assert len(asyncio.run(work())) == 1


def test_a_lease_that_was_given_back_is_renewed_no_more(redis, monkeypatch):
    """Also when the cancel of the renewing gets lost, which can happen (Python 3.10)."""
    monkeypatch.setattr(locks, "_RENEW_SECONDS", 0.01)

    async def work():
        leases = Leases(redis.url)
        assert await leases._take("lease", "mine")
        renewing = asyncio.create_task(leases._renew("lease", "mine"))
        await asyncio.sleep(0.1)
        assert not renewing.done()
        await leases._redis.delete("lease")
        await asyncio.wait_for(renewing, 10)

    asyncio.run(work())
