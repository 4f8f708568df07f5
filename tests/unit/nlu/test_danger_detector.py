"""The danger detector at the end of the pipeline, on messages as the classifier leaves them."""

from __future__ import annotations

import math

import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.danger_detector import DangerDetector
from bot.nlu.encoder import ENCODED_NEUTRAL, Encoded
from bot.nlu.label_classifier import NGRAM_TOP_LEVELS
from bot.safety import context as turn
from bot.safety.thresholds import thresholds

DANGER_WORDS = "he is outside my house now"
CRISIS_WORDS = "i want to die"
CALM_WORDS = "what is a stalking order"


@pytest.fixture
def detector(storage, resource, context):
    return DangerDetector.create({}, storage, resource, context)


@pytest.fixture
def decide(detector):
    """The parsed message after the detector, given what both models think of each top level.

    The first of the ranking is the intent unless another is named.
    """

    def decided(text, intent=None, like=None, like_crisis=0.0, **ranking):
        message = Message.build(text)
        if like is not None:
            message.set("turn", {"danger": like, "crisis": like_crisis})
        entries = [{"name": n, "confidence": value} for n, value in ranking.items()]
        if entries:
            best = max(entries, key=lambda entry: entry["confidence"])
            message.set("intent", best, add_to_output=True)
            message.set("intent_ranking", entries, add_to_output=True)
            message.set(NGRAM_TOP_LEVELS, [{"emergency": 0.001, "crisis": 0.001, **ranking}])
            message.set(
                ENCODED_NEUTRAL,
                [Encoded({f"{n}/any": math.log(value) for n, value in ranking.items()})],
            )
        if intent:
            message.set("intent", {"name": intent, "confidence": 0.3}, add_to_output=True)
        (processed,) = detector.process([message])
        return processed.as_dict(only_output_properties=True)

    return decided


@pytest.fixture
def decide_readings(detector):
    """The same, given what both models think of each reading of the message."""

    def decided(text, judged):
        message = Message.build(text)
        message.set("intent", {"name": "advice", "confidence": 0.9}, add_to_output=True)
        message.set(NGRAM_TOP_LEVELS, [{"crisis": 0.001, **one} for one in judged])
        message.set(
            ENCODED_NEUTRAL,
            [Encoded({f"{n}/any": math.log(value) for n, value in one.items()}) for one in judged],
        )
        (processed,) = detector.process([message])
        return processed.as_dict(only_output_properties=True)

    return decided


def test_a_calm_message_keeps_its_intent(decide):
    parsed = decide(CALM_WORDS, advice=0.9, emergency=0.001, crisis=0.001)
    assert parsed["intent"] == {"name": "advice", "confidence": 0.9}
    assert parsed["danger"]["tier"] == "none"
    assert parsed["danger"]["crisis"] == "none"
    assert parsed["danger"]["evidence"].keys() == {"encoder", "ngrams"}


@pytest.mark.parametrize("intent", ["greet", "nlu_fallback", "delete_chat", "crisis", None])
def test_clear_danger_overrules_every_intent(decide, intent):
    parsed = decide(DANGER_WORDS, intent, advice=0.3, emergency=0.65, crisis=0.01)
    assert parsed["danger"]["tier"] == "emergency"
    assert parsed["intent"] == {"name": "emergency", "confidence": parsed["danger"]["score"]}


def test_the_models_alone_can_decide(decide):
    assert decide(CALM_WORDS, advice=0.1, emergency=0.9)["intent"]["name"] == "emergency"


@pytest.mark.parametrize("text", [DANGER_WORDS, "help me please he is at the door"])
def test_without_any_model_the_rules_decide(decide, text):
    assert decide(text)["intent"]["name"] == "emergency"


def test_possible_danger_is_marked_and_keeps_the_intent(decide):
    parsed = decide(CALM_WORDS, advice=0.85, emergency=0.15)
    assert parsed["intent"]["name"] == "advice"
    assert parsed["danger"]["tier"] == "check"


def test_of_two_readings_the_graver_decides(decide_readings):
    typed, mended = {"emergency": 0.001, "advice": 0.9}, {"emergency": 0.9, "advice": 0.1}
    for order in ((typed, mended), (mended, typed)):
        assert decide_readings("he is outsdie", order)["danger"]["tier"] == "emergency"


def test_sure_rules_in_the_mended_reading_are_heard(decide_readings):
    calm = {"emergency": 0.0001, "advice": 0.99}
    for text in ("he has a knife at my throat", "he has a knfe at my throat"):
        readings = (calm,) if "knife" in text else (calm, calm)
        assert decide_readings(text, readings)["danger"]["tier"] == "check"


def test_without_any_model_the_mended_words_count(decide):
    assert decide("hes outsdie with a knfe")["danger"]["tier"] != "none"


def test_an_unconfirmed_emergency_gives_way_to_the_next_best(decide):
    parsed = decide(CALM_WORDS, "emergency", emergency=0.05, advice=0.2, reporting=0.24, greet=0.1)
    assert parsed["intent"] == {"name": "reporting", "confidence": 0.24}


def test_an_unconfirmed_emergency_with_nothing_beside_it_is_not_understood(decide):
    parsed = decide(CALM_WORDS, "emergency", emergency=0.05, advice=0.1, greet=0.1)
    assert parsed["intent"]["name"] == "nlu_fallback"


def test_not_understood_stays_not_understood(decide):
    parsed = decide(CALM_WORDS, "nlu_fallback", emergency=0.05, advice=0.2)
    assert parsed["intent"]["name"] == "nlu_fallback"


def test_the_models_see_a_crisis(decide):
    parsed = decide(CALM_WORDS, advice=0.2, crisis=0.8, emergency=0.001)
    assert parsed["intent"]["name"] == "crisis"
    assert parsed["danger"]["crisis"] == "crisis"


@pytest.mark.parametrize(("like", "tier"), [(0.6, "check"), (0.4, "none")])
def test_what_is_like_a_life_at_risk_in_chats_is_a_hint(decide, like, tier):
    parsed = decide(CALM_WORDS, like=0.0, like_crisis=like, advice=0.9, crisis=0.001)
    assert parsed["danger"]["crisis"] == tier
    assert parsed["intent"]["name"] == "advice"


def test_a_crisis_that_is_denied_is_a_hint(decide):
    parsed = decide("im not suicidal", advice=0.2, crisis=0.8, emergency=0.001)
    assert parsed["danger"]["crisis"] == "check"
    assert parsed["intent"]["name"] != "crisis"


def test_plain_words_of_crisis_are_at_least_marked(decide):
    parsed = decide(CRISIS_WORDS, advice=0.99, emergency=0.0001, crisis=0.0001)
    assert parsed["danger"]["crisis"] in ("check", "crisis")


def test_of_danger_and_crisis_the_likelier_decides_and_the_other_stays_marked(decide):
    danger_first = decide(f"{DANGER_WORDS} and {CRISIS_WORDS}", emergency=0.7, crisis=0.2)
    assert danger_first["intent"]["name"] == "emergency"
    assert danger_first["danger"]["crisis"] == "check"
    crisis_first = decide(CRISIS_WORDS, emergency=0.2, crisis=0.8)
    assert crisis_first["intent"]["name"] == "crisis"
    assert crisis_first["danger"]["tier"] in ("check", "none")


def test_likely_danger_stays_an_emergency_beside_a_likelier_crisis(decide):
    parsed = decide(f"{DANGER_WORDS} and {CRISIS_WORDS}", emergency=0.48, crisis=0.52)
    assert parsed["intent"]["name"] == "crisis"
    assert parsed["danger"]["tier"] == "emergency"
    assert parsed["danger"]["score"] >= thresholds().first_of_both


# Danger split over two messages. The real encoder reads them joined.


@pytest.fixture
def after(decide):
    """The tier of a message that came just after another."""

    def judged(previous, text, **ranking):
        token = turn.previous_text.set(previous)
        try:
            return decide(text, **(ranking or {"greet": 0.9, "emergency": 0.001}))["danger"]["tier"]
        finally:
            turn.previous_text.reset(token)

    return judged


@pytest.mark.parametrize(
    ("previous", "text"),
    [
        ("hes", "here"),
        ("he's outside", "my door"),
        ("there is someone", "in my house"),
        ("hes got", "a knife"),
    ],
)
def test_danger_in_two_pieces_is_seen(after, previous, text):
    assert after(previous, text) == "emergency"


@pytest.mark.parametrize(
    ("previous", "text"),
    [("hello", "thanks"), ("", "here"), ("what is a stalking order", "how long does it last")],
)
def test_two_calm_messages_are_no_danger(after, previous, text):
    assert after(previous, text) != "emergency"


def test_a_plain_answer_is_no_piece_of_what_came_before(after):
    before = "he is outside my"
    assert after(before, "house", greet=0.95) == "emergency"
    assert after(before, "house", safe_now=0.95) == "none"
    assert after(before, "house", safe_now=0.5) == "emergency"


def test_a_long_message_stands_for_itself(after):
    long = "i was wondering whether you could tell me about orders, " * 3
    assert after("he is outside my", long) == after("", long)


@pytest.mark.parametrize("text", ["", "\u200b\x00", "x" * 100_000])
def test_any_text_is_judged(decide, text):
    parsed = decide(text, out_of_scope=0.99, emergency=0.001, crisis=0.001)
    assert parsed["intent"]["name"] == "out_of_scope"


def test_a_message_without_text_is_judged(detector):
    (message,) = detector.process([Message({})])
    assert message.get("danger")["tier"] in ("none", "check")


def test_that_somebody_may_be_near_is_asked_about_whatever_the_models_say(decide):
    parsed = decide("he might be outside", not_sure=0.99, emergency=0.001, crisis=0.001)
    assert parsed["danger"]["tier"] == "check"


@pytest.mark.parametrize(
    ("text", "like", "tier"),
    [
        ("how long will they keep him", 0.0001, "check"),
        ("how long will they keep him", 0.1, "emergency"),
        (DANGER_WORDS, 0.0001, "emergency"),
        ("how long will they keep him " * 10, 0.0001, "emergency"),
    ],
)
def test_an_unsure_emergency_like_none_is_asked_about(decide, monkeypatch, text, like, tier):
    unsure = thresholds().model_copy(update={"emergency": 0.01, "emergency_if_unlike": 0.9})
    monkeypatch.setattr("bot.nlu.danger_detector.thresholds", lambda: unsure)
    monkeypatch.setattr("bot.safety.danger.thresholds", lambda: unsure)
    assert decide(text, emergency=0.4, advice=0.5, like=like)["danger"]["tier"] == tier
