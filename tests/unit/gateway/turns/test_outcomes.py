"""The closed list of outcomes: each is described, and what was said names it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.content import render
from bot.content.register import get_register
from bot.counters.names import SAFE_REPLIES
from bot.gateway.turns import outcomes, safe_reply
from bot.gateway.turns.outcomes import Outcome, TurnSummary, of_words, replies_in

DOCS = Path(__file__).resolve().parents[4] / "docs"


@pytest.fixture(autouse=True)
def fresh():
    outcomes._first_bubbles.cache_clear()
    yield
    outcomes._first_bubbles.cache_clear()


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
    said = safe_reply.bubbles(reply)
    assert of_words(said) == outcome
    assert of_words([*safe_reply.bubbles("first_support"), *said]) == outcome


def test_the_gravest_counts():
    said = safe_reply.bubbles
    assert of_words([*said("clarify"), *said("emergency_check")]) == Outcome.CHECKED
    assert of_words([*said("crisis"), *said("emergency")]) == Outcome.EMERGENCY


@pytest.mark.parametrize("simple", [False, True])
@pytest.mark.parametrize("reply_id", ["emergency_check", "emergency_reminder"])
def test_what_leads_is_known_though_its_question_stands_apart(reply_id, simple):
    register = get_register()
    reply = register.reply(reply_id)
    lead = render.statements(register, reply, safe_reply.where(), simple)
    question = render.question(register, reply, safe_reply.where())
    assert len(lead) == len(question) == 1
    said = [*lead, *safe_reply.bubbles("advice/tracker"), *question]
    assert of_words(said) == of_words(safe_reply.bubbles(reply_id)) != Outcome.ANSWERED
    assert (outcomes.CHECK in replies_in(said)) is (reply_id == outcomes.CHECK)


def test_every_reply_it_goes_by_exists():
    known = {reply_id for reply_id, _ in get_register().replies}
    for _, names in outcomes._BY_REPLY:
        assert set(names) <= known


def test_no_first_bubble_means_two_things():
    bubbles = outcomes._first_bubbles()
    families = {name for _, names in outcomes._BY_REPLY for name in names}
    for reply_id, _ in get_register().replies:
        if (family := outcomes._family(reply_id)) in families or reply_id in outcomes.COUNTED:
            said = safe_reply.bubbles(reply_id)[0]
            assert outcomes._family(bubbles[said]) == family, reply_id
    advice = {
        safe_reply.bubbles(reply_id)[0]
        for reply_id, _ in get_register().replies
        if reply_id.startswith(("advice/", "reporting/"))
    }
    assert advice.isdisjoint(bubbles)


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
    said = safe_reply.bubbles
    assert replies_in([*said("advice/tracker"), *said(reply)]) == {reply}
    assert replies_in(said("emergency")) == set()
