""" "Yes" to "Is this happening now?" leads to 999 also in a process that did not ask it."""

from __future__ import annotations

import asyncio

import pytest
from rasa.shared.core.domain import Domain

from bot.gateway.coordination import open_questions, shared_redis
from bot.gateway.coordination.open_questions import OpenQuestions
from bot.gateway.http.answer import bubbles_of
from bot.gateway.http.body import MessageIn
from bot.gateway.http.refused import Refused
from bot.gateway.turns import safe_reply
from bot.gateway.turns.answering import Turns
from bot.safety import context
from bot.safety.recent import SECONDS
from bot.settings import get_settings
from bot.slots import HAPPENING_NOW
from bot.storage.conversations import ConversationStore
from bot.storage.database import Database
from bot.storage.keys import Keys
from tests.integration.scripted_server import say_reply
from tests.unit.gateway.patience import LONG_ANSWER

ME = "a" * 32
# Replies that ask about danger, and what says that there is some.
ASKING = {
    "emergency_check": "yes",
    "check_unsure": "yes",
    "emergency_denied": "yes it is",
    "emergency_yes": "still happening",
    "emergency_reminder": "no",
}


class Process:
    """The gateway of one process, with a bot that says the register's reply of that name."""

    action_endpoint = None

    def __init__(self):
        self.turns = Turns(self.on_new_message)
        self.is_there = True

    def is_ready(self):
        return self.is_there

    async def on_new_message(self, message):
        text = message.text
        await say_reply(message, text if text in ASKING else "clarify")

    async def say(self, text):
        answer = await self.turns.answer(self, MessageIn(conversation=ME, text=text))
        await told(self.turns._open_questions)
        return answer


async def told(some):
    """Wait until Redis knows."""
    await asyncio.gather(*(some._shared._told if some._shared else ()))


async def in_an_overload(process, text):
    process.turns._queue.is_too_long = lambda *_: True
    return await process.say(text)


async def without_a_model(process, text):
    process.is_there = False
    return await process.say(text)


async def over_the_limit(process, text):
    return await process.turns.answer_over_limit(MessageIn(conversation=ME, text=text), 3)


async def switched_off(process, text):
    return await process.turns.answer_switched_off(MessageIn(conversation=ME, text=text))


@pytest.fixture(params=[in_an_overload, without_a_model, over_the_limit, switched_off])
def refusing(request):
    return request.param


@pytest.fixture
def over_redis(patient_redis, monkeypatch):
    monkeypatch.setenv("REDIS_URL", patient_redis.url)
    get_settings.cache_clear()


def leads_to_999(answer):
    return bubbles_of(answer.said)[:1] == safe_reply.bubbles("safe_reply_emergency")[:1]


def asked_here_and_answered_there(refusing, text="yes", between=(), asking="emergency_check"):
    async def scene():
        here, other = Process(), Process()
        await here.say(asking)
        for message in between:
            await here.say(message)
        try:
            return leads_to_999(await refusing(other, text))
        except Refused:
            return False

    return asyncio.run(scene())


@pytest.mark.parametrize(("asking", "text"), ASKING.items())
def test_danger_that_another_process_refuses_leads_to_999(over_redis, refusing, asking, text):
    assert asked_here_and_answered_there(refusing, text, asking=asking)


def test_a_no_does_not(over_redis, refusing):
    assert not asked_here_and_answered_there(refusing, "no")


def test_what_another_process_asked_since_counts(over_redis, refusing):
    async def scene():
        here, other = Process(), Process()
        await here.say("emergency_reminder")
        await other.say("emergency_denied")
        return leads_to_999(await refusing(here, "yes"))

    assert asyncio.run(scene())


def test_nor_does_a_yes_to_something_else(over_redis, refusing):
    assert not asked_here_and_answered_there(refusing, between=["no"])


def test_without_redis_a_process_knows_what_it_asked_itself(refusing):
    assert not asked_here_and_answered_there(refusing)

    async def scene():
        process = Process()
        await process.say("emergency_check")
        return leads_to_999(await refusing(process, "yes"))

    assert asyncio.run(scene())


def test_who_cannot_read_the_store_learns_it_too(over_redis, tmp_path):
    async def scene():
        asking = Process()
        await asking.say("emergency_check")
        nowhere = Database("sqlite:////dev/null/chat.db", tmp_path)
        keys = Keys(["a storage key that only these tests know"])
        store = ConversationStore(Domain.empty(), database=nowhere, storage_keys=keys)
        turn = context.InFlightTurn(
            asked_elsewhere=lambda: Process().turns._open_questions.asked(ME)
        )
        context.begin(turn)
        await store.retrieve(ME)
        return turn.asked

    assert asyncio.run(scene()) == HAPPENING_NOW


def test_an_ended_conversation_has_no_mark(over_redis, monkeypatch):
    async def scene():
        process = Process()
        await process.say("emergency_check")
        assert await process.turns._open_questions.asked(ME)
        process.turns.end_later(ME)
        await told(process.turns._open_questions)
        return await process.turns._open_questions.asked(ME)

    assert not asyncio.run(scene())


def test_redis_learns_no_id_and_forgets_in_two_minutes(patient_redis):
    async def scene():
        some = OpenQuestions(patient_redis.url)
        some.put(ME, HAPPENING_NOW)
        await told(some)
        (key,) = await some._shared._redis.keys()
        return key, await some._shared._redis.get(key), await some._shared._redis.ttl(key)

    key, value, seconds = asyncio.run(scene())
    assert ME.encode() not in key and value == b"happening_now"
    assert 0 < seconds <= SECONDS


def test_a_burst_of_many_people_is_no_failure_of_redis(patient_redis, caplog):
    """As many as nginx lets through at once."""
    people = [f"conversation {number}" for number in range(300)]

    async def scene():
        some = OpenQuestions(patient_redis.url)
        for person in people:
            some.put(person, HAPPENING_NOW)
        await told(some)
        asked = await asyncio.gather(*map(some.asked, people))
        return asked, some._shared._rests_until

    assert asyncio.run(scene()) == ([HAPPENING_NOW] * 300, 0)
    assert caplog.text == ""


@pytest.mark.parametrize("fault", ["kill", "freeze"])
def test_a_redis_that_fails_keeps_nobody_waiting(patient_redis, fault, monkeypatch):
    async def scene():
        some, loop = OpenQuestions(patient_redis.url), asyncio.get_running_loop()
        some.put(ME, HAPPENING_NOW)
        await told(some)
        getattr(patient_redis, fault)()
        # The person's patience ends the wait, and not the time that Redis has.
        monkeypatch.setattr(open_questions, "_PATIENCE", 0.2)
        began = loop.time()
        assert not await some.asked(ME)
        assert loop.time() - began < LONG_ANSWER / 2
        monkeypatch.setattr(shared_redis, "ANSWER_SECONDS", 0.2)
        monkeypatch.setattr(shared_redis, "_REST_SECONDS", LONG_ANSWER)
        some.put(ME, HAPPENING_NOW)
        await told(some)
        asked = []
        some._shared._redis.execute_command = asked.append
        assert not await some.asked(ME)
        assert not asked, "it is left alone for a while"

    asyncio.run(scene())
