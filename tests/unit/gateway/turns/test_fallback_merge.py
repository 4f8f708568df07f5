"""An answer that only the database failed is whole, and 999 comes before it where it may count."""

from __future__ import annotations

import pytest

from bot.content.render import Button
from bot.gateway.http.answer import TurnMetadata, joined, replies_said
from bot.gateway.turns import safe_reply
from bot.gateway.turns.fallback_merge import unstored
from bot.gateway.turns.outcomes import Outcome, of_replies
from bot.safety import context
from bot.slots import HAPPENING_NOW, NOW_OR_OVER

CALM = "what is an order"
FAILED = Outcome.SAFE_REPLY_STORAGE_FAILED
LINE = safe_reply.bubbles("cannot_look_back")


def answered(*replies, text=CALM, **known):
    """What the bot said by itself, and the answer that the person gets."""
    said = joined(*(safe_reply.from_register(reply) for reply in replies), [Button("No", "/deny")])
    return said, unstored(said, TurnMetadata(), text, context.InFlightTurn(**known))


def test_a_calm_answer_is_whole_after_one_line():
    said, answer = answered("advice/spo_what")
    assert answer.said == [*LINE, *said]
    assert answer.outcome is FAILED


def test_the_line_names_999_first_for_danger_may_be_open():
    assert LINE[0].startswith("If you're in danger, call 999.") and len(LINE) == 1


@pytest.mark.parametrize(
    "replies",
    [
        ["emergency"],
        ["crisis"],
        ["emergency_check"],
        ["crisis_check", "advice/spo_what"],
        ["emergency_line", "advice/spo_what"],
    ],
)
def test_what_is_said_to_danger_stands_as_it_is(replies):
    said, answer = answered(*replies)
    assert answer.said == said
    assert answer.outcome is of_replies(replies) is not FAILED


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("he is outside my house now", {}),
        ("downstairs", {"previous": "he is"}),
        (CALM, {"danger": "check"}),
        ("yes", {"asked": HAPPENING_NOW}),
    ],
)
def test_danger_that_the_bot_does_not_answer_has_its_999_first(text, known):
    said, answer = answered("advice/spo_what", text=text, **known)
    bubbles = [part for part in said if part not in answer.said[-1:]]
    assert answer.said[:2] == safe_reply.bubbles("safe_reply_emergency")
    assert set(bubbles) <= set(answer.said), "and the whole answer after it"
    assert answer.outcome is FAILED


def test_a_question_about_danger_that_the_bot_has_answered_is_not_answered_again():
    said = safe_reply.from_register("check_denied")
    turn = context.InFlightTurn(asked=NOW_OR_OVER)
    answer = unstored(said, TurnMetadata(), "no it stopped", turn, NOW_OR_OVER)
    assert answer.said == [*LINE, *said]


@pytest.mark.parametrize("lead", [[], ["emergency_line"]])
def test_no_chat_is_said_to_be_erased_that_may_not_be(lead):
    _, answer = answered(*lead, "delete_chat")
    assert "delete_chat" not in replies_said(answer.said)
    assert replies_said(answer.said) == [*lead, "delete_chat_failed"]
