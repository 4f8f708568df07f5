"""The gateway's turns with a grammar that takes its time, and messages that Rasa does not see."""

from __future__ import annotations

import asyncio

import pytest

from bot.gateway.coordination import locks, open_questions, shared_redis
from bot.gateway.http.answer import bubbles_of
from bot.gateway.http.body import MessageIn
from bot.gateway.http.refused import Refused
from bot.gateway.overload.queue import Spare
from bot.gateway.turns import safe_reply
from bot.gateway.turns.answering import Turns
from bot.gateway.turns.outcomes import Outcome
from bot.safety import danger
from bot.settings import get_settings
from tests.integration.waiting import REPLY_DEADLINE
from tests.unit.gateway.patience import LONG_ANSWER, LONG_LEASE

CRY = "he is outside my house now "


@pytest.fixture(autouse=True)
def patient_turns(monkeypatch):
    """A turn has its answer in time, however busy this machine is; some tests set less."""
    monkeypatch.setenv("CHAT_REPLY_DEADLINE", str(REPLY_DEADLINE))
    get_settings.cache_clear()


@pytest.fixture
def patient_redis(redis, monkeypatch):
    """Redis, which no process gives up, or loses its place in, because it gets no processor."""
    monkeypatch.setattr(locks, "LEASE", LONG_LEASE)
    monkeypatch.setattr(shared_redis, "ANSWER_SECONDS", LONG_ANSWER)
    monkeypatch.setattr(open_questions, "_PATIENCE", LONG_ANSWER)
    return redis


class Grammar:
    """Stands before the net's judgement by words and grammar, and makes it take its time."""

    def __init__(self, monkeypatch):
        self.now = 0.0
        self.seconds = 0.0
        self._assess = danger.assess
        monkeypatch.setattr(danger, "assess", self)

    def clock(self):
        return self.now

    def __call__(self, text, *models):
        self.seconds += 0.01
        self.now += 0.01
        return self._assess(text, *models)


@pytest.fixture
def grammar(monkeypatch):
    return Grammar(monkeypatch)


@pytest.fixture
def all_turns(grammar):
    built = Turns(None)
    built._degraded._spare = Spare(grammar.clock)
    return built


def over_limit(all_turns, text, conversation="a" * 32):
    """The answer; None where the message is refused."""
    try:
        message = MessageIn(conversation=conversation, text=text)
        answer = asyncio.run(all_turns.answer_over_limit(message, 3))
    except Refused:
        return None
    assert answer.outcome is Outcome.EMERGENCY_RATE_LIMITED
    return bubbles_of(answer.said)


def switched_off(all_turns, text, conversation="a" * 32):
    message = MessageIn(conversation=conversation, text=text)
    answer = asyncio.run(all_turns.answer_switched_off(message))
    said = bubbles_of(answer.said)
    return None if said == safe_reply.bubbles("switched_off") else said


@pytest.fixture(params=[over_limit, switched_off])
def without_rasa(request):
    return request.param
