"""Components of the pipeline, policies and the responses that raise, in every state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from bot.serving.training import ROOT
from tests.faults.product import Product
from tests.faults.states import STATES, goes_on
from tests.faults.table import (
    DANGER,
    DESPAIR,
    QUESTION,
    YES,
    ask,
    check_format,
    is_answered,
    words,
)
from tests.integration.conftest import Chat
from tests.integration.words import said, whole

pytestmark = pytest.mark.integration


def named(file: str, key: str) -> Iterator[str]:
    """Names of the classes that a setting of Rasa's names, in order."""
    entries = yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))[key]
    for entry in entries if isinstance(entries, list) else [entries]:
        yield (entry.get("name") or entry["type"]).rpartition(".")[2]


# Read, so that a new one cannot be forgotten; `broken.py` makes any of them raise.
PARTS = [*named("config.yml", "pipeline"), *named("config.yml", "policies")]
(RESPONSES,) = named("endpoints.yml", "nlg")


def is_brief(part: str, state: str) -> bool:
    """Whether `make test` has time for it: every part once, and every state with a policy."""
    return state == "fresh" or part == "EmergencyPolicy"


CASES = [
    pytest.param(part, state, marks=() if is_brief(part, state) else pytest.mark.faults)
    for part in PARTS
    for state in STATES
]


def tell(product: Product, chat: Chat, part: str, state: str, text: str, kind: str) -> dict:
    """Say something on which the part raises."""
    body: dict[str, Any] = {"conversation": chat.id, "text": f"{text} quokka{part}"}
    return ask(product.bot.url, body, f"{part} raises", state, kind)


@pytest.mark.parametrize(("part", "state"), CASES)
def test_a_broken_part_leaves_nobody_without_an_answer(product, part, state):
    chat, other = product.bot.chat(), product.bot.chat()
    STATES[state].reach(chat)
    kind = STATES[state].kind
    text = STATES[state].says if kind == YES else QUESTION
    broken = tell(product, chat, part, state, text, kind)
    crisis = tell(product, chat, part, state, DESPAIR, "crisis")
    danger = tell(product, chat, part, state, DANGER, "danger")
    assert said("advice/spo_what") in other.say(QUESTION), "other conversations go on"
    assert {one["outcome"] for one in (broken, crisis, danger)} == {"safe_reply_error"}
    assert said("crisis") in words(crisis)
    assert words(danger).startswith(whole("safe_reply_emergency"))
    goes_on(chat, f"{part} raises", state)


@pytest.mark.parametrize(
    "state",
    [state if state in ("fresh", "in the form") else pytest.param(state, marks=pytest.mark.faults)
     for state in STATES],
)  # fmt: skip
def test_without_the_responses_danger_and_crisis_are_answered(product, state):
    """Other answers find their words by themselves."""
    chat, other = product.bot.chat(), product.bot.chat()
    STATES[state].reach(chat)
    danger = tell(product, chat, RESPONSES, state, DANGER, "danger")
    crisis = tell(product, chat, RESPONSES, state, DESPAIR, "crisis")
    assert said("advice/spo_what") in other.say(QUESTION), "other conversations go on"
    assert {one["outcome"] for one in (danger, crisis)} == {"safe_reply_action_failed"}
    assert words(danger).startswith(whole("safe_reply_emergency"))
    assert said("crisis") in words(crisis)
    goes_on(chat, f"{RESPONSES} raises", state)


def test_a_form_whose_question_finds_no_words_goes_on_with_the_question_before(product):
    """Nobody says yes to a question that was not shown."""
    chat, state = product.bot.chat(), "in the form"
    STATES[state].reach(chat)
    for text in (QUESTION, "yes"):
        broken = tell(product, chat, RESPONSES, state, text, "question")
        assert broken["outcome"] == "safe_reply_action_failed"
        assert is_answered(broken) == (text == QUESTION)
        assert whole("safe_reply") in words(broken)
    assert said("four/unwanted") in chat.say("yes")


def test_a_form_whose_first_question_finds_no_words_has_not_begun(product):
    chat = product.bot.chat()
    text = "take me through the four questions"
    broken = tell(product, chat, RESPONSES, "fresh", text, "question")
    assert broken["outcome"] == "safe_reply_action_failed" and whole("safe_reply") in words(broken)
    assert said("four/fixated") in chat.say(text)


@pytest.mark.parametrize("part", [*PARTS, RESPONSES])
def test_no_part_writes_what_was_typed_to_the_log(product, part):
    token = "zebra-umbrella-4712"
    answer = check_format(product.bot.chat().post(text=f"quokka{part} {token} {DANGER}"))
    assert answer["outcome"] in ("safe_reply_error", "safe_reply_action_failed"), "it raised"
    assert token not in product.bot.logged
