"""Typed answers to "Is this happening now?" and "Is the danger over?", through the real models."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import Counter

import pytest

from bot.channel.body import MessageIn
from bot.channel.outcomes import Outcome
from bot.channel.turns import Turns
from bot.evaluation.conversations import agent_for
from bot.serving.training import ensure_model
from bot.slots import ASKED, EMERGENCY_MODE, HAPPENING_NOW
from tests.integration.conftest import ROOT

pytestmark = pytest.mark.integration

SET = ROOT / "tests" / "evaluation" / "questions-development.jsonl"
# What is typed before, and the slot `asked` after it.
BEFORE = {
    HAPPENING_NOW: (["his sister follows me round when i leave the room"], HAPPENING_NOW),
    "danger_over": (["he is outside my house now", "ok"], "safe_now"),
}


@pytest.fixture(scope="module")
def held(tmp_path_factory) -> Counter:
    """How often each kind of answer to each question led to what: (outcome, is danger open)."""
    typed = [json.loads(line) for line in SET.read_text(encoding="utf-8").splitlines()]
    return asyncio.run(hold(typed, tmp_path_factory.mktemp("questions")))


async def hold(typed, folder) -> Counter:
    agent = agent_for(ensure_model(), folder)
    turns, found = Turns(agent.handle_message), Counter()
    for one in typed:
        name, (before, asked) = secrets.token_hex(16), BEFORE[one["question"]]
        for text in before:
            await turns.answer(agent, MessageIn(conversation=name, text=text))
        assert (await agent.tracker_store.retrieve(name)).get_slot(ASKED) == asked
        answer = await turns.answer(agent, MessageIn(conversation=name, text=one["text"]))
        is_open = bool((await agent.tracker_store.retrieve(name)).get_slot(EMERGENCY_MODE))
        found[one["question"], one["kind"], answer.outcome, is_open] += 1
    return found


def share(held: Counter, question: str, kinds: tuple[str, ...], **wanted) -> float:
    """The share of answers of these kinds with this outcome, or with the danger open or not."""
    of = {key: count for key, count in held.items() if key[0] == question and key[1] in kinds}
    fits = sum(
        count
        for (_, _, outcome, is_open), count in of.items()
        if wanted.get("outcome", outcome) is outcome and wanted.get("is_open", is_open) is is_open
    )
    return fits / sum(of.values())


def test_whoever_is_not_safe_or_not_sure_stays_in_the_emergency(held):
    assert share(held, "danger_over", ("no", "unsure"), outcome=Outcome.EMERGENCY) >= 0.98
    assert share(held, "danger_over", ("no", "unsure"), is_open=True) == 1.0


def test_whoever_says_that_it_is_happening_is_told_999(held):
    assert share(held, HAPPENING_NOW, ("yes",), outcome=Outcome.EMERGENCY) >= 0.95


def test_most_who_are_safe_are_believed(held):
    assert share(held, "danger_over", ("yes",), is_open=False) >= 0.82


def test_hardly_anybody_who_says_no_is_taken_for_an_emergency(held):
    assert share(held, HAPPENING_NOW, ("no",), is_open=False) >= 0.95
