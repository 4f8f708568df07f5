"""The net's judgement: the rules alone, and with models."""

from __future__ import annotations

from itertools import pairwise

import pytest

from bot.nlu.corpus import development_set
from bot.safety import danger, fusion, grammar, rules
from bot.safety.danger import ModelEvidence
from bot.safety.thresholds import thresholds
from tests.unit.safety.phrases import (
    CALM,
    CRIES_FOR_HELP,
    CRISIS,
    DISGUISES,
    HARM_DONE,
    NO_CRISIS,
    NOT_NOW,
    NOT_PLAIN_IN_PART,
    ONLY_ASKS_FOR_HELP,
    PLAIN_IN_PART,
    PRESENT_DANGER,
)

LOG_ODDS = [-1e9, -8.0, -4.0, -2.0, -1.0, 0.0, 1.0, 2.0, 4.0, 8.0, 1e9]
EVERY_PHRASE = [*CALM, *(p for phrases in PRESENT_DANGER.values() for p in phrases)]


def both(log_odds):
    return ModelEvidence(encoder=log_odds, ngrams=log_odds)


# Rules alone.


@pytest.mark.parametrize("phrase", [p for phrases in PRESENT_DANGER.values() for p in phrases])
def test_without_a_model_plain_danger_gets_at_least_the_check(phrase):
    assert danger.assess(phrase).tier in ("check", "emergency")


def test_without_a_model_clear_danger_is_an_emergency():
    assert danger.assess("he is outside my house now").tier == "emergency"


@pytest.mark.parametrize("phrase", DISGUISES.values())
def test_without_a_model_disguised_danger_gets_at_least_the_check(phrase):
    assert danger.assess(phrase).tier in ("check", "emergency")


def test_without_a_model_most_of_what_is_not_now_is_no_emergency():
    phrases = [p for phrases in NOT_NOW.values() for p in phrases]
    alarms = sum(danger.assess(phrase).tier == "emergency" for phrase in phrases)
    assert alarms <= len(phrases) / 4


@pytest.mark.parametrize("phrase", CALM)
def test_without_a_model_calm_messages_are_no_emergency(phrase):
    assert danger.assess(phrase).tier != "emergency"


# Rules and models together.


@pytest.mark.parametrize("name", ["encoder", "ngrams"])
@pytest.mark.parametrize("phrase", EVERY_PHRASE[::5])
def test_the_score_never_falls_when_a_model_sees_more_danger(name, phrase):
    scores = [danger.assess(phrase, ModelEvidence(**{name: value})).score for value in LOG_ODDS]
    assert all(lower <= higher for lower, higher in pairwise(scores))
    assert scores[0] < scores[-1]
    assert all(0 < score < 1 for score in scores)


@pytest.mark.parametrize("phrase", CALM)
def test_models_that_are_sure_need_no_rule(phrase):
    assert danger.assess(phrase, both(6.0)).tier == "emergency"


@pytest.mark.parametrize("phrase", ["he is outside my house now", "he's got a knife, help me"])
def test_rules_that_are_sure_get_the_check_whatever_the_models_say(phrase):
    assert danger.assess(phrase, both(-8.0)).tier in ("check", "emergency")


@pytest.mark.slow
def test_looking_at_the_words_first_hides_no_rule_that_is_sure():
    """The second opinion, with the grammar always asked."""
    weights, limits = fusion.fusion(), thresholds()
    sure = 0
    for message in development_set()[::6]:
        evidence = {"rules": weights.rules.log_odds(danger.rule_features(message.text))}
        if fusion.probability(weights.danger, evidence) >= limits.rules_emergency:
            sure += 1
            assert danger.assess(message.text, both(-8.0)).tier != "none", message.text
    assert sure > 30


def test_for_most_calm_messages_the_grammar_is_not_asked(monkeypatch):
    asked = []
    features = grammar.features
    monkeypatch.setattr(grammar, "features", lambda text: asked.append(text) or features(text))
    calm = [one.text for one in development_set() if one.label.startswith("advice/")][::4]
    for text in calm:
        danger.assess(text, both(-8.0))
    assert len(asked) < len(calm) / 2


@pytest.mark.parametrize("encoder", LOG_ODDS)
def test_no_rule_makes_a_score_higher_than_the_highest(encoder):
    models = ModelEvidence(encoder=encoder)
    highest = danger.highest_score(models)
    assert all(danger.assess(phrase, models).score <= highest for phrase in EVERY_PHRASE[::5])


def test_the_evidence_is_told():
    judged = danger.assess("hello", ModelEvidence(encoder=-3.0))
    assert judged.evidence.keys() == {"encoder", "rules"}
    assert judged.evidence["encoder"] == -3.0


@pytest.mark.parametrize(
    "text", ["", "\x00", "\u202e", "\ud800", "x" * 100_000, "he is outside " * 7_000]
)
@pytest.mark.parametrize("models", [danger.NO_MODEL, both(-8.0), both(0.5)], ids=str)
def test_any_text_gets_a_judgement(text, models):
    judged = danger.assess(text, models)
    assert 0 < judged.score < 1
    assert judged.tier in ("none", "check", "emergency")


# Crisis.


@pytest.mark.parametrize("phrase", CRISIS)
def test_without_a_model_plain_words_are_a_crisis(phrase):
    assert danger.assess_crisis(phrase).tier == "crisis"


@pytest.mark.parametrize("phrase", CRISIS)
@pytest.mark.parametrize("log_odds", LOG_ODDS)
def test_plain_words_get_at_least_the_check_whatever_the_models_say(phrase, log_odds):
    assert danger.assess_crisis(phrase, both(log_odds)).tier in ("check", "crisis")


@pytest.mark.parametrize("phrase", NO_CRISIS)
def test_models_that_see_none_and_no_words_are_no_crisis(phrase):
    assert danger.assess_crisis(phrase, both(-6.0)).tier == "none"


# Danger and crisis together, by the rules alone.


@pytest.mark.parametrize(
    ("text", "previous", "is_seen"),
    [
        ("he is outside my house now", "", True),
        ("i want to die", "", True),
        ("stop", "he is at the door", True),
        ("help", "ok", True),
        ("hes oustide my hosue", "", True),
        ("stop", "he texts me a lot", False),
    ],
    ids=["danger", "crisis", "in two halves", "only by itself", "with slips", "nothing"],
)
def test_either_is_seen_also_in_two_halves(text, previous, is_seen):
    assert danger.is_either_seen(text, previous) is is_seen


@pytest.mark.parametrize("phrase", PLAIN_IN_PART)
def test_without_a_model_a_part_that_is_plain_gets_the_check(phrase):
    assert danger.assess(phrase).tier != "none"
    assert danger.assess(phrase, ModelEvidence(ngrams=-8.0)).tier != "none"


@pytest.mark.parametrize("phrase", NOT_PLAIN_IN_PART)
def test_a_part_that_hangs_on_another_is_not_plain(phrase):
    assert not rules.is_plain(phrase)


@pytest.mark.parametrize("models", [ModelEvidence(ngrams=-8.0), ModelEvidence(encoder=-8.0)])
@pytest.mark.parametrize("phrase", ["he is outside my house now", "he pinned me down"])
def test_where_one_model_is_missing_the_rules_are_heard_by_themselves(phrase, models):
    alone, beside = danger.assess(phrase), danger.assess(phrase, models)
    assert beside.tier == alone.tier != "none"


@pytest.mark.parametrize("phrase", ONLY_ASKS_FOR_HELP)
def test_who_only_asks_for_help_is_asked_whether_it_is_now(phrase):
    assert danger.assess(phrase, both(8.0)).tier == "check"


@pytest.mark.parametrize("phrase", CRIES_FOR_HELP)
def test_a_cry_for_help_stays_an_emergency(phrase):
    assert danger.assess(phrase, both(8.0)).tier == "emergency"


@pytest.mark.parametrize("phrase", HARM_DONE)
def test_without_a_model_harm_that_was_done_is_a_crisis(phrase):
    assert danger.assess_crisis(phrase).tier == "crisis"


def test_the_words_alone_see_most_danger_when_there_is_no_time_for_more():
    danger_now = [one.text for one in development_set() if one.label.startswith("emergency/")]
    calm = [one.text for one in development_set() if one.label.startswith("follow_up/")]
    assert sum(map(danger.may_be, danger_now)) > 0.75 * len(danger_now)
    assert sum(map(danger.may_be, calm)) < 0.05 * len(calm)


@pytest.mark.parametrize(
    "phrase", ["he might be outside", "she could be in my house", "my landlady could be next door"]
)
def test_that_somebody_may_be_near_gets_the_check_with_and_without_models(phrase):
    calm = ModelEvidence(encoder=-8.0, ngrams=-8.0)
    for models in (calm, danger.NO_MODEL):
        assert danger.assess(phrase, models).tier == "check"
    assert danger.is_either_seen(phrase) and danger.may_be(phrase)


@pytest.mark.parametrize(
    "text",
    [
        "i cant go outside", "nobody outside my house", "nothing at my door", "nobody at my house",
        "wasnt at my house", "whos outside", "notes through my door", "noone at my door now",
        "told her outside my house", "today outside my house",
    ],
)  # fmt: skip
def test_a_few_calm_words_and_a_place_are_no_cue(text):
    assert rules.find(text).cues == 0


@pytest.mark.parametrize("name", ["dave", "tony", "noah", "isaac", "norman", "howard"])
def test_whose_name_it_is_does_not_matter(name):
    assert rules.find(f"{name} outside my house").cues == 1
