"""Custom actions that fail, in every state of a conversation."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.safety import danger
from tests.faults.conftest import new_id
from tests.faults.states import STATES, goes_on, say
from tests.faults.table import QUESTION, YES, ask, check_format, is_answered, words
from tests.integration.checked import UNCLEAR_DANGER, to_the_check
from tests.integration.waiting import wait_until
from tests.integration.words import said, whole

pytestmark = pytest.mark.integration

FAULTS = {
    "raises": "action_failed",
    "says_half": "action_failed",
    "wrong_event": "action_failed",
    "not_a_list": "action_failed",
    "wrong_slot": "silent",
    "unknown_response": "silent",
    "says_nothing": "silent",
    "hangs": "action_failed",
    "blocks": "action_failed",
}
SLOW = ("hangs", "blocks")


def is_brief(fault: str, state: str) -> bool:
    """Whether `make test` has time for it."""
    if fault in SLOW:
        return False
    return state in ("fresh", "in the form", "in emergency") or (
        fault == "raises" and STATES[state].kind == YES
    )


CASES = [
    pytest.param(fault, state, marks=() if is_brief(fault, state) else pytest.mark.faults)
    for fault in FAULTS
    for state in STATES
]


@pytest.mark.parametrize(("fault", "state"), CASES)
def test_a_broken_action_leaves_nobody_without_an_answer(request, fault, state):
    product = request.getfixturevalue("hasty" if fault in SLOW else "product")
    chat, other = product.bot.chat(), product.bot.chat()
    STATES[state].reach(chat)
    name = f"action {fault}"
    with product.broken(fault, chat.id), ThreadPoolExecutor(1) as person:
        asked = person.submit(say, chat, name, state, "question")
        wait_until(lambda: product.is_breaking(chat.id) or asked.done())
        goes_on(other, f"{name} for another", "fresh")
        was_kept_waiting = asked.done()
        broken = asked.result()
        danger = say(chat, name, state, "danger")
    if state == "asked whether now":
        assert broken["outcome"] == "emergency", "it needs no action"
    elif not (state == "in the form" and FAULTS[fault] == "silent"):
        # Two actions that hang, one after the other, take all the time there is.
        in_time = fault not in SLOW or not state.startswith("hand-over")
        outcome = broken["outcome"].removeprefix("safe_reply_")
        assert outcome == FAULTS[fault] or (outcome == "timeout" and not in_time)
        safe = "safe_reply_emergency" if STATES[state].kind == YES else "safe_reply"
        assert whole(safe) in words(broken)
    if fault in SLOW and state != "asked whether now":
        assert not was_kept_waiting, "other conversations go on meanwhile"
    assert danger["outcome"] == "emergency" and "18000" in words(danger)
    after = say(chat, name, state, "next")
    assert is_answered(after), "the next message works"
    # Nothing is stored any more of what is said after an end (docs/storage.md).
    is_known = after["outcome"] in ("emergency", "checked")
    assert state == "ended" or is_known, "and the danger is not forgotten"


@pytest.mark.parametrize(
    "fault", [fault if fault == "raises" else pytest.param(fault, marks=pytest.mark.faults)
              for fault in FAULTS]
)  # fmt: skip
def test_danger_that_only_the_models_see_is_not_lost_with_the_action(request, fault):
    """The action would have asked whether it is happening now."""
    product = request.getfixturevalue("hasty" if fault in SLOW else "product")
    unseen = [text for text in UNCLEAR_DANGER if not danger.is_danger_seen(text)]
    text = to_the_check(product.bot.chat(), unseen)
    chat = product.bot.chat()
    with product.broken(fault, chat.id):
        ask(product.bot.url, {"conversation": chat.id, "text": text}, fault, "fresh", "danger")


@pytest.mark.parametrize("fault", ["raises", "wrong_event"])
def test_a_form_whose_check_fails_asks_again_and_claims_nothing(product, fault):
    chat = product.bot.chat()
    STATES["in the form"].reach(chat)
    with product.broken(fault, chat.id):
        answer = chat.say("yes")
    assert said("four/obsessive") in answer and whole("safe_reply") in answer
    assert said("four/unwanted") in chat.say("yes")
    chat.say("no")
    assert said("four/result_some") in chat.say("no")


def test_a_form_that_cannot_begin_gives_no_verdict(product):
    chat = product.bot.chat()
    with product.broken("raises", chat.id):
        answer = chat.say("take me through the four questions")
    assert said("four/result_none") not in answer and said("four/result_some") not in answer
    assert whole("safe_reply") in answer


def test_no_failure_writes_what_was_typed_to_the_log(product):
    token = "zebra-umbrella-4711"
    for fault in ("raises", "says_half", "wrong_event", "not_a_list", "unknown_response"):
        chat = product.bot.chat()
        with product.broken(fault, chat.id):
            check_format(chat.post(text=f"{token} {QUESTION}"))
    assert "action action_answer failed: RuntimeError" in product.bot.logged
    assert token not in product.bot.logged


@pytest.mark.faults
def test_a_burst_while_an_action_hangs_is_answered_in_time(hasty):
    """The second waits for the first, and the wait is part of its deadline."""
    chat = new_id()
    with hasty.broken("hangs", chat), ThreadPoolExecutor(3) as people:
        asked = [
            people.submit(
                ask, hasty.bot.url, {"conversation": chat, "text": QUESTION},
                "action hangs, burst of three", "fresh", "question",
            )
            for _ in range(3)
        ]  # fmt: skip
        outcomes = sorted(answer.result()["outcome"] for answer in asked)
    assert outcomes == ["safe_reply_action_failed", "safe_reply_timeout", "safe_reply_timeout"]
