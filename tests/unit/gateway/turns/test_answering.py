"""A turn that has had its time is over, and one that fails costs nobody an answer or the 999."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack

import pytest

from bot.content.render import Button
from bot.gateway.http import buttons
from bot.gateway.http.answer import TurnMetadata
from bot.gateway.http.body import MessageIn
from bot.gateway.overload.queue import PLACES
from bot.gateway.turns import answering, safe_reply
from bot.gateway.turns.answering import Turns
from bot.gateway.turns.fallback_merge import for_failed, merged
from bot.gateway.turns.outcomes import Outcome
from bot.gateway.turns.sanitise import rasa_text
from bot.safety import context, danger
from bot.settings import get_settings
from bot.slots import HAPPENING_NOW, NOW_OR_OVER, SAFE_NOW, SAFE_NOW_OR_ELSE
from tests.integration.waiting import PATIENCE
from tests.unit.gateway.conftest import CRY


def test_a_turn_that_loses_its_cancel_learns_that_it_was_given_up_and_still_ends(monkeypatch):
    short = get_settings().model_copy(update={"reply_deadline": 0.05})
    monkeypatch.setattr(answering, "get_settings", lambda: short)
    monkeypatch.setattr(answering, "_CANCEL_AGAIN_SECONDS", 0.05)
    seen = []

    async def turn():
        try:
            await asyncio.sleep(600)
        except asyncio.CancelledError:  # as asyncio.wait_for does when its future has just ended
            seen.append(context.current().is_given_up)
        try:
            await asyncio.sleep(600)
        finally:
            seen.append("ended")

    async def scene():
        all_turns = Turns(None)
        context.begin(context.InFlightTurn())
        with pytest.raises(asyncio.TimeoutError):
            await all_turns._within_deadline(turn())
        while all_turns._running:
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(scene(), PATIENCE))
    assert seen == [True, "ended"]


def test_a_turn_whose_client_has_gone_away_has_the_rest_of_its_time_and_no_more(monkeypatch):
    short = get_settings().model_copy(update={"reply_deadline": 60.0})
    monkeypatch.setattr(answering, "get_settings", lambda: short)

    async def scene():
        loop, all_turns = asyncio.get_running_loop(), Turns(None)
        waiting = asyncio.ensure_future(all_turns._within_deadline(asyncio.sleep(600)))
        await asyncio.sleep(0)
        began = loop.time()
        at = []
        monkeypatch.setattr(loop, "call_at", lambda moment, *_: at.append(moment))
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert at[0] <= began + 60

    asyncio.run(asyncio.wait_for(scene(), PATIENCE))


def failed(all_turns, conversation="a" * 32, **message):
    """What is said where something of our own is broken."""
    message = MessageIn(conversation=conversation, **message)
    answer = asyncio.run(all_turns.answer(object(), message))
    assert answer.outcome is Outcome.SAFE_REPLY_ERROR
    return answer.said


def button(payload):
    return buttons.issue(payload, "a" * 32, get_settings().secret_key)


def test_a_mistake_of_our_own_costs_no_answer(all_turns):
    assert failed(all_turns, text="hello") == safe_reply.bubbles("safe_reply")
    assert failed(all_turns, button=button("/greet")) == safe_reply.bubbles("safe_reply")


def test_nor_a_pressed_button_its_999(all_turns):
    said = failed(all_turns, button=button('/emergency{"reply": "emergency/cannot_speak"}'))
    assert said == safe_reply.bubbles("safe_reply_emergency")


def test_nor_danger_in_two_messages_its_999(all_turns):
    assert failed(all_turns, "b" * 32, text="downstairs") == safe_reply.bubbles("safe_reply")
    assert failed(all_turns, text="he is") == safe_reply.bubbles("safe_reply")
    assert failed(all_turns, text="downstairs") == safe_reply.bubbles("safe_reply_emergency")


def beside(first):
    """What is said where a failed turn is known to be urgent, though not by its words."""
    return [*safe_reply.bubbles(first), *safe_reply.bubbles("safe_reply")[1:]]


@pytest.mark.parametrize("text", ["yes", "yes he is", "what", "he wont stop ringing"])
def test_nor_a_yes_to_whether_it_is_happening_its_999(all_turns, without_rasa, text):
    for conversation in ("a" * 32, "b" * 32):
        all_turns.recent.opened(conversation, HAPPENING_NOW)
    assert failed(all_turns, text=text) == beside("safe_reply_emergency")
    assert without_rasa(all_turns, text, "b" * 32) == safe_reply.bubbles("safe_reply_emergency")
    assert failed(all_turns, "c" * 32, text=text) == safe_reply.bubbles("safe_reply")


@pytest.mark.parametrize("text", ["no", "n", "not now", "it was last week", "ok", "nah hes gone"])
def test_a_no_to_whether_it_is_happening_is_none(all_turns, without_rasa, text):
    for conversation in ("a" * 32, "b" * 32):
        all_turns.recent.opened(conversation, HAPPENING_NOW)
    assert failed(all_turns, text=text) == safe_reply.bubbles("safe_reply")
    assert without_rasa(all_turns, text, "b" * 32) is None
    assert not all_turns.recent.asked("b" * 32), "it was answered"


@pytest.mark.parametrize(
    "text", ["yes", "yes it is", "still happening", "no", "no it isnt", "it is", "he came back in"]
)
def test_nor_what_may_say_that_it_goes_on_to_whether_it_is_over(all_turns, without_rasa, text):
    for conversation in ("a" * 32, "b" * 32):
        all_turns.recent.opened(conversation, NOW_OR_OVER)
    assert failed(all_turns, text=text) == beside("safe_reply_emergency")
    assert without_rasa(all_turns, text, "b" * 32) == safe_reply.bubbles("safe_reply_emergency")


@pytest.mark.parametrize("asked", [SAFE_NOW, SAFE_NOW_OR_ELSE])
@pytest.mark.parametrize(
    "text", ["no", "nope", "not yet", "it isn't over", "i dont know", "still happening"]
)
def test_nor_a_no_to_whether_the_danger_is_over(all_turns, without_rasa, text, asked):
    for conversation in ("a" * 32, "b" * 32):
        all_turns.recent.opened(conversation, asked)
    assert failed(all_turns, text=text) == beside("safe_reply_emergency")
    assert without_rasa(all_turns, text, "b" * 32) == safe_reply.bubbles("safe_reply_emergency")


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (SAFE_NOW, "yes"),
        (SAFE_NOW, "yes thank you"),
        (SAFE_NOW_OR_ELSE, "ok"),
        (SAFE_NOW, "what is a stalking protection order"),
        (NOW_OR_OVER, "ok"),
    ],
)
def test_what_may_say_that_it_is_over_is_none(all_turns, without_rasa, asked, text):
    for conversation in ("a" * 32, "b" * 32):
        all_turns.recent.opened(conversation, asked)
    assert failed(all_turns, text=text) == safe_reply.bubbles("safe_reply")
    assert without_rasa(all_turns, text, "b" * 32) is None


@pytest.mark.parametrize(
    ("asked", "payload", "is_danger"),
    [
        (HAPPENING_NOW, "/affirm", True),
        (HAPPENING_NOW, '/deny{"reply": "check_denied"}', False),
        (NOW_OR_OVER, "/safe_now", False),
        (SAFE_NOW, "/safe_now", False),
        (NOW_OR_OVER, "/affirm", True),
        (SAFE_NOW, "/affirm", False),
        ("", "/affirm", False),
    ],
)
def test_a_button_answers_too(asked, payload, is_danger):
    assert safe_reply.may_mean_danger(payload, asked) == is_danger


def test_without_a_model_a_flood_is_answered_by_the_words_alone(monkeypatch):
    short = get_settings().model_copy(update={"reply_deadline": 0.6})
    monkeypatch.setattr(answering, "get_settings", lambda: short)

    def slowly(turn, text):
        time.sleep(0.01)
        return for_failed(turn, text)

    monkeypatch.setattr(answering, "for_failed", slowly)

    async def flood():
        all_turns = Turns(None)
        messages = [MessageIn(conversation=f"{n:032x}", text=CRY) for n in range(200)]
        return await asyncio.gather(*(all_turns.answer(None, one) for one in messages))

    answers = asyncio.run(flood())
    assert {answer.outcome for answer in answers} == {
        Outcome.SAFE_REPLY_UNAVAILABLE,
        Outcome.SAFE_REPLY_OVERLOADED,
    }
    assert all(answer.said == safe_reply.bubbles("safe_reply_emergency") for answer in answers)


def test_a_client_that_goes_away_while_it_waits_has_answered_no_question(all_turns):
    all_turns.recent.opened("a" * 32, HAPPENING_NOW)

    async def gone():
        async with AsyncExitStack() as places:
            for _ in range(PLACES):
                await places.enter_async_context(all_turns._queue.turn())
            message = MessageIn(conversation="a" * 32, text="yes")
            waiting = asyncio.ensure_future(all_turns.answer(None, message))
            await asyncio.sleep(0.05)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting

    asyncio.run(gone())
    assert all_turns.recent.asked("a" * 32)


@pytest.mark.parametrize(
    ("danger_tier", "crisis_tier", "first"),
    [
        ("check", "none", ["safe_reply_emergency"]),
        ("emergency", "none", ["safe_reply_emergency"]),
        ("none", "check", ["crisis"]),
        ("emergency", "crisis", ["safe_reply_emergency", "crisis"]),
        ("none", "none", []),
    ],
)
def test_what_the_models_saw_is_not_lost_with_the_turn(danger_tier, crisis_tier, first):
    turn = context.InFlightTurn(danger=danger_tier, crisis=crisis_tier)
    failure = Outcome.SAFE_REPLY_ACTION_FAILED
    answer = merged([], failure, TurnMetadata(), "same car again", turn)
    no_answer = safe_reply.bubbles("safe_reply")[bool(first) :]
    assert answer.said == [line for one in first for line in safe_reply.bubbles(one)] + no_answer
    assert answer.outcome is failure


def test_rules_that_fail_cost_no_answer_either(all_turns, monkeypatch):
    def broken(text):
        raise RuntimeError(text)

    monkeypatch.setattr(danger, "is_danger_seen", broken)
    assert failed(all_turns, text="hello") == safe_reply.bubbles("safe_reply")
    cry = failed(all_turns, "b" * 32, text="he is outside my house now")
    assert cry == safe_reply.bubbles("safe_reply_emergency"), "the words are still read"
    monkeypatch.setattr(danger, "may_be", broken)
    anything = failed(all_turns, "c" * 32, text="hello")
    assert anything[0] == safe_reply.bubbles("safe_reply_emergency")[0]


@pytest.mark.parametrize(
    ("text", "read"), [("/emergency", "emergency"), (" / /x\u200b ", "x"), ("////", "?")]
)
def test_typed_text_is_never_a_payload(text, read):
    assert rasa_text(MessageIn(conversation="a" * 32, text=text)).text == read


def late(reply_id):
    """What is shown when a turn has said this and then runs out of time."""
    said = [*safe_reply.from_register(reply_id), Button("No", "/deny")]
    return said, merged(
        said, Outcome.SAFE_REPLY_TIMEOUT, TurnMetadata(), "no", context.InFlightTurn()
    )


def test_a_question_of_a_turn_that_is_not_stored_is_not_asked():
    _, answer = late("handover/time")
    assert answer.said == safe_reply.bubbles("safe_reply")
    assert answer.outcome is Outcome.SAFE_REPLY_TIMEOUT


@pytest.mark.parametrize("reply_id", ["emergency", "crisis", "emergency_check", "crisis_check"])
def test_what_was_said_to_danger_stands_also_when_time_has_run_out(reply_id):
    said, answer = late(reply_id)
    assert set(said) <= set(answer.said)
