"""The closed list of outcomes: each is described, and what was said names it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.content import render
from bot.content.register import get_register
from bot.counters.names import SAFE_REPLIES
from bot.gateway.http.answer import given_again, kept, replies_said
from bot.gateway.turns import outcomes, safe_reply
from bot.gateway.turns.outcomes import Outcome, TurnSummary, counted_in, of_replies

DOCS = Path(__file__).resolve().parents[4] / "docs"


def said(*reply_ids):
    """The ids that an answer of these replies carries, also after it was stored."""
    answer = [part for one in reply_ids for part in safe_reply.from_register(one)]
    assert replies_said(given_again(kept(answer))) == replies_said(answer)
    return replies_said(answer)


def test_each_is_described_and_no_other():
    table = re.findall(r"^\| `([a-z_]+)` \|", section("Outcomes"), re.MULTILINE)
    assert table == [outcome.value for outcome in Outcome]


def test_the_safe_replies_are_those_that_the_widget_takes_for_some():
    """It goes by the beginning of the name."""
    named = {outcome for outcome in Outcome if outcome.value.startswith("safe_reply")}
    assert named == SAFE_REPLIES


def section(title):
    text = (DOCS / "gateway.md").read_text(encoding="utf-8")
    return text.split(f"## {title}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        ("emergency", Outcome.EMERGENCY),
        ("emergency/child_taken", Outcome.EMERGENCY),
        ("emergency_denied", Outcome.EMERGENCY),
        ("emergency_yes", Outcome.EMERGENCY),
        ("emergency_unsure", Outcome.EMERGENCY),
        ("crisis", Outcome.CRISIS),
        ("crisis_after/goodbye", Outcome.CRISIS),
        ("emergency_check", Outcome.CHECKED),
        ("clarify", Outcome.CLARIFIED),
        ("out_of_scope", Outcome.OUT_OF_SCOPE),
        ("advice/helplines", Outcome.ANSWERED),
        ("safe_now", Outcome.ANSWERED),
        ("check_denied", Outcome.ANSWERED),
    ],
)
def test_what_was_said_names_the_outcome(reply, outcome):
    assert of_replies(said(reply)) == outcome
    assert of_replies(said("first_support", reply)) == outcome


def test_the_gravest_counts():
    assert of_replies(said("clarify", "emergency_check")) == Outcome.CHECKED
    assert of_replies(said("crisis", "emergency")) == Outcome.EMERGENCY


def test_no_words_name_an_outcome():
    """Another language, or a word changed, leaves it as it is."""
    register = get_register()
    emergency = register.reply("emergency")
    words = {"en": ("Ffoniwch 999 nawr.",)}
    translated = emergency.model_copy(update={"bubbles": words, "id": "emergency/in_home"})
    shown = render.bubbles(register, translated, safe_reply.where())
    assert of_replies(replies_said([*shown])) == Outcome.EMERGENCY
    assert of_replies(replies_said([str(one) for one in shown])) == Outcome.ANSWERED


@pytest.mark.parametrize("simple", [False, True])
@pytest.mark.parametrize("reply_id", ["emergency_check", "emergency_reminder"])
def test_what_leads_is_known_though_its_question_stands_apart(reply_id, simple):
    register = get_register()
    reply = register.reply(reply_id)
    lead = render.statements(register, reply, safe_reply.where(), simple)
    question = render.question(register, reply, safe_reply.where())
    assert len(lead) == len(question) == 1
    ids = replies_said([*lead, *safe_reply.bubbles("advice/tracker"), *question])
    assert of_replies(ids) == of_replies([reply_id]) != Outcome.ANSWERED
    assert (outcomes.CHECK in counted_in(ids)) is (reply_id == outcomes.CHECK)


def test_every_reply_it_goes_by_exists():
    known = {reply_id for reply_id, _ in get_register().replies}
    for _, names in outcomes._BY_REPLY:
        assert set(names) <= known


def test_an_observer_that_fails_does_not_keep_the_others_from_it(monkeypatch):
    told = []

    def fail(turn):
        raise RuntimeError

    monkeypatch.setattr(outcomes, "observers", [fail, told.append])
    turn = TurnSummary(Outcome.ANSWERED, "advice/tracker", 0.1)
    outcomes.notify(turn)
    assert told == [turn]


@pytest.mark.parametrize("reply", sorted(outcomes.COUNTED))
def test_a_few_replies_are_told_by_name(reply):
    assert counted_in(said("advice/tracker", reply)) == {reply}
    assert counted_in(said("emergency")) == set()
