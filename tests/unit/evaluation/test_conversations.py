"""How the turns of whole conversations are judged."""

from __future__ import annotations

import pytest

from bot.content.labels import top_level
from bot.evaluation.conversations import Taken, measure
from bot.evaluation.sets import CONVERSATIONS, Turn, read_conversations
from bot.evaluation.targets import CONVERSATION_FIGURES
from bot.gateway.turns.outcomes import Outcome
from tests.unit.content.test_labels import LABELS


def taken(danger, outcome, meant="greet", understood="greet", told=False, **others):
    turn = Turn.model_validate({"text": "hello", "label": meant, "danger": danger, **others})
    return Taken(turn, Outcome[outcome], understood, told)


def value(figure, *turns):
    return measure([turns])["figures"][figure]["value"]


@pytest.mark.parametrize(
    ("danger", "outcome", "right"),
    [
        ("now", "EMERGENCY", True),
        ("now", "CHECKED", False),
        ("now", "ANSWERED", False),
        ("crisis", "CRISIS", True),
        ("crisis", "ANSWERED", False),
        ("unsure", "CHECKED", True),
        ("unsure", "EMERGENCY", True),
        ("unsure", "ANSWERED", False),
        ("no", "ANSWERED", True),
        ("no", "EMERGENCY", False),
        ("no", "CRISIS", False),
        ("no", "CHECKED", False),
        ("over", "ANSWERED", True),
        ("over", "EMERGENCY", False),
        ("open", "EMERGENCY", True),
        ("open", "ANSWERED", True),
    ],
)
def test_what_has_to_lead(danger, outcome, right):
    assert taken(danger, outcome).is_led_right is right


def test_in_danger_the_label_does_not_count():
    assert taken("now", "EMERGENCY", "emergency/held", "emergency/weapon").is_fine
    assert not taken("no", "ANSWERED", "advice/law", "advice/court").is_fine
    assert taken("no", "ANSWERED", "advice/law", "advice/court", **{"or": ["advice/court"]}).is_fine


def test_shares_are_of_the_turns_they_are_about():
    turns = [
        taken("now", "EMERGENCY"),
        taken("now", "CHECKED"),
        taken("crisis", "EMERGENCY"),
        taken("crisis", "EMERGENCY", told=True),
        taken("unsure", "ANSWERED"),
        taken("over", "ANSWERED"),
        taken("no", "EMERGENCY"),
        taken("no", "CRISIS"),
        taken("no", "CHECKED"),
        taken("no", "ANSWERED", understood="thank"),
        taken("open", "EMERGENCY"),
    ]
    assert value("danger_led_by_999", *turns) == 0.5
    assert value("danger_with_any_lead", *turns) == 1
    assert value("crisis_answered", *turns) == 0
    assert value("crisis_told", *turns) == 0.5
    assert value("crisis_with_any_lead", *turns) == 1
    assert value("doubt_with_any_lead", *turns) == 0
    assert value("danger_ended", *turns) == 1
    assert value("false_emergencies", *turns) == 0.25
    assert value("false_crises", *turns) == 0.25
    assert value("needless_checks", *turns) == 0.25
    assert value("understood", *turns) == round(5 / 6, 4)
    assert value("fine", *turns) == round(3 / 11, 4)


def test_every_figure_has_a_title():
    assert set(measure([])["figures"]) == {figure.name for figure in CONVERSATION_FIGURES}


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_the_conversations_use_known_labels_and_hold_danger_of_every_kind(name):
    found = read_conversations(CONVERSATIONS[name])
    turns = [turn for conversation in found for turn in conversation.turns]
    assert len(found) == len({one.id for one in found}) >= 60
    assert {turn.danger for turn in turns} == {"now", "crisis", "over", "unsure", "no", "open"}
    known = {*LABELS, *map(top_level, LABELS)}
    # A count only: a failing test must not show what a blind turn means.
    assert sum(not {turn.label, *turn.also} <= known for turn in turns) == 0
