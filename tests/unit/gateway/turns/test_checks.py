"""A text that is no message is looked through for danger, whatever fails, and not remembered."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from bot.gateway.http.answer import bubbles_of
from bot.gateway.http.body import CheckIn
from bot.gateway.turns import safe_reply
from bot.gateway.turns.answering import Turns
from bot.gateway.turns.outcomes import offers_account
from bot.safety import context
from tests.integration.waiting import REPLY_DEADLINE
from tests.unit.gateway.conftest import CRY

CALM = "since last march"


class Agent:
    """Reads a text as a test wants it read."""

    def __init__(self, parse_message):
        self.parse_message = parse_message
        self.domain = SimpleNamespace(responses={})

    def is_ready(self):
        return True


@pytest.fixture
def turns():
    return Turns(None)


def check(turns, agent, text):
    body = CheckIn(conversation="a" * 32, text=text)
    return turns.checks.check(agent, body, REPLY_DEADLINE)


def test_danger_that_only_the_models_saw_is_not_lost_when_something_fails(turns):
    async def fails_late(text):
        context.current().danger = "emergency"
        raise RuntimeError(text)

    checked = asyncio.run(check(turns, Agent(fails_late), CALM))
    assert checked.tier == "emergency"
    assert checked.said == safe_reply.bubbles("safe_reply_emergency")


def test_it_is_read_by_itself_and_leaves_nothing_with_the_connection(turns):
    """A connection has one context for all its requests."""
    seen = []

    async def reads(text):
        seen.append((text, context.previous_text.get(), context.current().previous))
        return {}

    async def on_one_connection():
        context.begin(context.InFlightTurn(previous="typed before"))
        before = context.current()
        checked = await check(turns, Agent(reads), CALM)
        assert context.current() is before and context.previous_text.get() == "typed before"
        return checked

    checked = asyncio.run(on_one_connection())
    assert (checked.tier, checked.said) == ("none", [])
    assert seen == [(CALM, "", "")]
    assert len(turns.recent) == 0


@pytest.mark.parametrize(("text", "tier"), [(CRY, "emergency"), (CALM, "none")])
def test_when_too_many_wait_the_words_alone_judge(turns, text, tier):
    async def never(text):
        pytest.fail("there is no place")

    async def in_a_flood():
        queue = turns._queue
        queue._free = 0
        queue._paces.extend([REPLY_DEADLINE] * queue._paces.maxlen)
        waiting = asyncio.create_task(queue.turn().__aenter__())
        await asyncio.sleep(0)
        checked = await check(turns, Agent(never), text)
        waiting.cancel()
        return checked

    checked = asyncio.run(in_a_flood())
    assert checked.tier == tier
    assert "999" in bubbles_of(checked.said)[0]
    assert len(turns.recent) == 0


def test_only_the_reply_that_leads_to_the_questions_offers_them():
    assert offers_account(["case/in_order"])
    assert not offers_account(["case/keep_diary"])
