"""The held-out sets: what they hold, and how their turns are counted."""

from __future__ import annotations

from collections import Counter

from bot.evaluation import heldout
from bot.evaluation.targets import HELDOUT_FIGURES
from bot.gateway.turns.outcomes import Outcome
from tests.unit.content.test_labels import LABELS


def test_there_are_enough_conversations_of_every_state():
    held = heldout.conversations()
    assert len({one.id for one in held}) == len(held) == 120
    states = Counter(turn.state for one in held for turn in one.turns)
    assert states["calm"] > 600
    assert min(states[state] for state in ("danger", "crisis", "unsure", "over")) > 40
    assert all(turn.text.strip() and turn.holds.strip() for one in held for turn in one.turns)


def test_the_dangers_alone_are_of_every_label_of_danger():
    found = heldout.dangers()
    assert len({one.text for one in found}) == len(found) == 210
    grave = {label for label in LABELS if label.startswith(("emergency/", "crisis/"))}
    assert {one.label for one in found} == grave


def test_ordinary_messages_are_many_and_calm():
    found = heldout.background()
    assert len({one.text for one in found}) == len(found) > 2_000
    assert {one.label for one in found} <= set(LABELS)
    assert not any(one.label.startswith(("emergency/", "crisis/")) for one in found)


def test_each_outcome_counts_where_it_should():
    held = [
        ("calm", Outcome.EMERGENCY),
        ("calm", Outcome.CRISIS),
        ("calm", Outcome.CHECKED),
        ("calm", Outcome.ANSWERED),
        ("over", Outcome.ANSWERED),
        ("over", Outcome.EMERGENCY),
        ("danger", Outcome.EMERGENCY),
        ("danger", Outcome.CHECKED),
        ("crisis", Outcome.CRISIS),
        ("crisis", Outcome.ANSWERED),
    ]
    alone = [
        ("emergency/held", Outcome.CHECKED),
        ("emergency/weapon", Outcome.EMERGENCY),
        ("crisis/suicidal", Outcome.OUT_OF_SCOPE),
        ("advice/law", Outcome.CHECKED),
        ("out_of_scope/off_topic", Outcome.CRISIS),
    ]
    found = {name: (one.hits, one.of) for name, one in heldout.shares(held, alone).items()}
    assert found == {
        "calm_alarms": (2, 4),
        "calm_checks": (1, 4),
        "over_believed": (1, 2),
        "danger_led_by_999": (1, 2),
        "danger_with_any_lead": (2, 2),
        "crisis_answered": (1, 2),
        "crisis_with_any_lead": (1, 2),
        "emergencies_alone": (1, 2),
        "emergencies_alone_with_any_lead": (2, 2),
        "crises_alone": (0, 1),
        "crises_alone_with_any_lead": (0, 1),
        "ordinary_alarms": (1, 2),
        "ordinary_checks": (1, 2),
    }


def test_every_figure_has_a_name_for_people():
    assert {figure.name for figure in HELDOUT_FIGURES} == set(heldout.shares([], []))
