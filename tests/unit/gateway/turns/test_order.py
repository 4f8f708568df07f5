"""Messages of one conversation are answered in the order in which they came, also under load."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.gateway.coordination.locks import ConversationLocks
from bot.gateway.http.body import MessageIn
from bot.gateway.overload import queue
from bot.gateway.overload.queue import PLACES
from bot.gateway.turns import answering
from bot.gateway.turns.answering import Turns
from bot.gateway.turns.outcomes import Outcome
from bot.settings import get_settings
from tests.integration.waiting import PATIENCE

ME, OTHER = "a" * 32, "b" * 32


class Process:
    """The gateway of one process, with a bot that takes Rasa's lock and says who had it."""

    action_endpoint = None

    def __init__(self, begun):
        self.lock_store = ConversationLocks()
        self.turns = Turns(self.on_new_message)
        self.go_on = asyncio.Event()
        self._begun = begun

    def is_ready(self):
        return True

    async def on_new_message(self, message):
        if message.text.startswith("holds"):
            await self.go_on.wait()
            return
        async with self.lock_store.lock(message.sender_id):
            self._begun.append(message.text)
            if message.text.startswith("waits"):
                await self.go_on.wait()
            await message.output_channel.send_text_message(message.sender_id, message.text)

    def say(self, text, conversation=ME):
        message = MessageIn(conversation=conversation, text=text)
        return asyncio.ensure_future(self.turns.answer(self, message))

    async def hold_all_places(self):
        held = [self.say("holds a place", f"{number:032x}") for number in range(PLACES)]
        await until(lambda: not self.turns._queue.has_place())
        return held

    async def stand(self, number, conversation=ME):
        """Wait until so many of a conversation stand in its line."""
        lines = self.lock_store._between_processes
        line = lines.ticket(conversation)._keys[0]
        deadline = time.monotonic() + PATIENCE
        while await lines._shared._redis.llen(line) != number:
            assert time.monotonic() < deadline, "not so many stand in line"
            await asyncio.sleep(0.01)


async def until(is_true):
    deadline = time.monotonic() + PATIENCE
    while not is_true():
        assert time.monotonic() < deadline, "it did not come about"
        await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def long_places(monkeypatch):
    """A turn under way keeps its place, however slow this machine is."""
    monkeypatch.setattr(queue, "ONLY_WAITS_AFTER", 600)


@pytest.fixture
def over_redis(patient_redis, monkeypatch):
    monkeypatch.setenv("REDIS_URL", patient_redis.url)
    get_settings.cache_clear()


def test_a_message_that_waits_for_a_place_is_not_overtaken_in_another_process(over_redis):
    async def scene():
        begun = []
        full, idle = Process(begun), Process(begun)
        held = await full.hold_all_places()
        first = full.say("first")
        await full.stand(1)
        second = idle.say("second")
        await full.stand(2)
        await asyncio.sleep(0.1)
        assert begun == []
        full.go_on.set()
        await asyncio.wait_for(asyncio.gather(first, second, *held), PATIENCE)
        assert begun == ["first", "second"]
        await full.stand(0)

    asyncio.run(scene())


def test_one_who_gives_up_waiting_for_a_place_leaves_the_line(over_redis):
    async def scene():
        begun = []
        full, idle = Process(begun), Process(begun)
        full.turns._queue._longest_wait = 1.0
        held = await full.hold_all_places()
        first = full.say("first")
        await full.stand(1)
        second = idle.say("second")
        # It is refused when it has waited too long, and the next one begins.
        assert (await first).outcome is Outcome.SAFE_REPLY_OVERLOADED
        assert (await second).outcome is Outcome.ANSWERED
        assert begun == ["second"]
        await full.stand(0)
        full.go_on.set()
        await asyncio.gather(*held)

    asyncio.run(scene())


def test_one_who_is_cancelled_while_it_waits_for_a_place_leaves_the_line(over_redis):
    async def scene():
        full = Process([])
        held = await full.hold_all_places()
        before = set(full.turns._running)
        full.say("first")
        await full.stand(1)
        (task,) = full.turns._running - before
        answering._cancel(task)
        await full.stand(0)
        assert not full.turns._queue._is_anybody_waiting()
        full.go_on.set()
        await asyncio.gather(*held)

    asyncio.run(scene())


def test_what_is_refused_at_once_stands_in_no_line(over_redis, monkeypatch):
    async def scene():
        process = Process([])
        monkeypatch.setattr(process.turns._queue, "is_too_long", lambda sender: True)
        monkeypatch.setattr(process.lock_store, "line", None)  # a mistake for whoever asks for it
        assert (await process.say("first")).outcome is Outcome.SAFE_REPLY_OVERLOADED

    asyncio.run(scene())


@pytest.mark.parametrize("is_over_redis", [True, False])
def test_a_conversation_that_waits_for_its_turn_leaves_the_places_to_others(is_over_redis, request):
    if is_over_redis:
        request.getfixturevalue("over_redis")

    async def scene():
        begun = []
        process = Process(begun)
        burst = [process.say("waits first")]
        await until(lambda: begun)
        burst += [process.say(f"of the burst {number}") for number in range(2 * PLACES)]
        await asyncio.wait_for(process.say("another", OTHER), PATIENCE)
        assert begun == ["waits first", "another"]
        process.go_on.set()
        await asyncio.wait_for(asyncio.gather(*burst), PATIENCE)
        assert begun[2:] == [f"of the burst {number}" for number in range(2 * PLACES)]
        assert process.turns._queue._free == PLACES

    asyncio.run(scene())


def test_without_redis_the_order_holds_as_it_did(redis, over_redis):
    async def scene():
        begun = []
        process = Process(begun)
        redis.kill()
        held = await process.hold_all_places()
        asked = [process.say(f"{number}") for number in range(3)]
        process.go_on.set()
        await asyncio.wait_for(asyncio.gather(*asked, *held), PATIENCE)
        assert begun == ["0", "1", "2"]

    asyncio.run(scene())
