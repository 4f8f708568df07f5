"""The word rules: cues of present danger, signs against it, and plain words of crisis."""

from __future__ import annotations

import pytest
import yaml

from bot.safety import rules
from tests.unit.processor import least
from tests.unit.safety.phrases import (
    CALM,
    CRISIS,
    DISGUISES,
    HARM_DONE,
    NO_CRISIS,
    NO_HARM_DONE,
    NOT_NOW,
    PRESENT_DANGER,
)


def rows(table):
    return [(name, phrase) for name, phrases in table.items() for phrase in phrases]


def names_found(group, text):
    """The names of the patterns of a group that see a text."""
    path = rules.Path(rules.__file__).with_name("cues.yml")
    names = yaml.safe_load(path.read_text(encoding="utf-8"))[group]
    patterns = dict(zip(names, rules._patterns()[group], strict=True))
    readings = rules._readings(text)
    return {name for name, pattern in patterns.items() if rules._in_any(pattern, readings)}


@pytest.mark.parametrize(("name", "phrase"), rows(PRESENT_DANGER))
def test_present_danger_is_seen_by_the_pattern_meant_for_it(name, phrase):
    assert rules.find(phrase).cues >= 1
    assert name in names_found("cues", phrase)


@pytest.mark.parametrize("phrase", [p for _, p in rows(PRESENT_DANGER)])
def test_nothing_speaks_against_present_danger(phrase):
    assert rules.find(phrase).not_now == 0, names_found("not_now", phrase)


@pytest.mark.parametrize(("name", "phrase"), rows(NOT_NOW))
def test_what_is_not_now_is_seen_by_the_pattern_meant_for_it(name, phrase):
    assert rules.find(phrase).not_now >= 1
    assert name in names_found("not_now", phrase)


@pytest.mark.parametrize(("group", "table"), [("cues", PRESENT_DANGER), ("not_now", NOT_NOW)])
def test_every_pattern_has_phrases_here(group, table):
    path = rules.Path(rules.__file__).with_name("cues.yml")
    assert set(yaml.safe_load(path.read_text(encoding="utf-8"))[group]) == set(table)


@pytest.mark.parametrize("phrase", CALM)
def test_calm_messages_have_no_cue(phrase):
    assert rules.find(phrase).cues == 0, names_found("cues", phrase)


@pytest.mark.parametrize(
    "phrase",
    [
        pytest.param("there is a man in my garden", id="there is"),
        pytest.param("theres someone at the door", id="theres"),
        pytest.param("call 999 for me please", id="999"),
        pytest.param("he´s outside", id="acute accent"),
    ],
)
def test_danger_said_another_way(phrase):
    assert rules.find(phrase).cues >= 1


@pytest.mark.parametrize("text", DISGUISES.values(), ids=DISGUISES.keys())
def test_the_same_words_however_they_were_typed(text):
    assert names_found("cues", text) == {"standing near or inside"}
    assert rules.find(text).not_now == 0


@pytest.mark.parametrize("text", ["helllllp meeee", "sennnd the pooolice", "HEEEELP USSS!!!!"])
def test_drawn_out_words_are_read(text):
    assert rules.find(text).cues >= 1


def test_different_cues_add_up_and_the_same_one_does_not():
    one = rules.find("he is outside")
    assert rules.find("he is outside, he is downstairs").cues == one.cues == 1
    assert rules.find("he is outside and he has a knife").cues == 2
    assert rules.find("he is outside and he has a knife, i'm hiding in the shed").cues == 3


@pytest.mark.parametrize(
    "text", ["\x00\x01\x1b\x7f", "\u202e\u202c", "\ud800", "\u200b" * 50, "🙂"]
)
def test_characters_without_words(text):
    assert rules.find(text) == rules.RuleFindings(cues=0, not_now=0)
    assert rules.crisis_cue(text) is False


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "he is ",
        "right just stood now ",
        "<who>",
        "(((",
        "🔪 ",
        "he's got a ",
        "\u200b",
        "ab\n",
    ],
)
def test_a_hundred_thousand_characters_take_no_time(piece):
    text = (piece * (100_000 // len(piece) + 1))[:100_000]
    assert least(lambda: (rules.find(text), rules.crisis_cue(text))) < 1.0


def test_the_start_of_a_long_message_is_read_and_the_rest_is_not():
    assert rules.find("he is outside my house. " + "x " * 50_000).cues == 1
    assert rules.find("x " * (rules.MAX_CHARACTERS // 2) + "he is outside my house").cues == 0


@pytest.mark.parametrize("phrase", CRISIS)
def test_plain_words_of_crisis(phrase):
    assert rules.crisis_cue(phrase) is True


@pytest.mark.parametrize("phrase", HARM_DONE)
def test_that_harm_was_done_is_seen(phrase):
    assert rules.tells_harm_done(phrase) is True


@pytest.mark.parametrize("phrase", NO_HARM_DONE)
def test_harm_that_is_wanted_or_long_past_is_not_done(phrase):
    assert rules.tells_harm_done(phrase) is False


@pytest.mark.parametrize("phrase", NO_CRISIS)
def test_no_words_of_crisis(phrase):
    assert rules.crisis_cue(phrase) is False


@pytest.mark.parametrize(
    "phrase",
    [
        "he might be outside", "she could be in the house", "could be him at the door",
        "someone may be in my garden", "he might of got in", "they might well be here",
    ],
)  # fmt: skip
def test_that_somebody_may_be_near_is_seen(phrase):
    assert rules.may_be_near(phrase)


@pytest.mark.parametrize(
    "phrase",
    [
        "he might be outside tomorrow", "she might be here next week", "what if he might be here",
        "he might have been outside last night", "if he might be in the house", "i might be here",
        "it might be stalking", "he might be in prison",
    ],
)  # fmt: skip
def test_that_somebody_may_come_or_came_is_not(phrase):
    assert not rules.may_be_near(phrase)


@pytest.mark.parametrize(
    "piece",
    ["' ", "a'", "it's'n't'", "someone is now ", "he is outside ", "a' ", "i'm ", "he's just "],
)
@pytest.mark.parametrize("end", ["", "z", " in my car"])
def test_two_thousand_hostile_characters_take_milliseconds(piece, end):
    """A cue that can be cut in many ways once took minutes for some of these."""
    text = (piece * rules.MAX_CHARACTERS)[: rules.MAX_CHARACTERS - len(end)] + end
    assert least(lambda: (rules.find(text), rules.may_be_near(text))) < 0.5


@pytest.mark.parametrize(
    "text",
    ["im not suicidal", "No, I'm fine, I am not thinking of hurting myself",
     "i would never hurt myself",
     "not suicidal", "dont worry im not suicidal",
     "i'm not suicidal, just scared of him", "i want him dead tbh",
     "sometimes i wish he would die", "i cut myself shaving", "just cut myself while cooking"],
)  # fmt: skip
def test_a_crisis_denied(text):
    assert rules.denies_crisis(text)


@pytest.mark.parametrize(
    "text",
    ["", "i want to kill myself", "im not suicidal but i want it to end", "i dont want to die",
     "not going to hurt myself if he stops", "i dont want to kill myself",
     "ok i wont kill myself", "i dont want to be here", "im not fine",
     "i want to die", "i wish we were dead", "i want him dead and me too"],
)  # fmt: skip
def test_a_crisis_not_denied(text):
    assert not rules.denies_crisis(text)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("im not suicidal or anything just stressed, can i tell my tutor", "tell my tutor"),
        ("no im not going to hurt myself, ive a granddaughter", "ive a granddaughter"),
        ("what u on about?? im not suicidal im fuming. is it a breach", "is it a breach"),
        ("i said im NOT suicidal. i asked about my teacher", "i asked about my teacher"),
    ],
)
def test_what_stands_beside_a_denial_is_left(text, rest):
    left = rules.without_denied_crisis(text)
    assert rest in left and "suicidal" not in left and "hurt" not in left
    assert not rules.crisis_cue(text)


@pytest.mark.parametrize(
    "text",
    ["im not sure im not suicidal", "not suicidal yet", "i cant say im not suicidal",
     "im not suicidal tonight", "why not kill myself", "not going to hurt myself if he stops"],
)  # fmt: skip
def test_what_is_no_denial_stays(text):
    assert rules.without_denied_crisis(text) == text
    assert rules.crisis_cue(text)
