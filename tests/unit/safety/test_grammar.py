"""The grammar features: what each sees, on any text, quickly, and without the parser."""

from __future__ import annotations

import json
import math
import subprocess
import sys

import pytest

from bot.safety.grammar import NAMES, features
from tests.unit.processor import least

# Of each pair, the feature, a message where it is higher, and one where it is lower.
PAIRS = [
    ("near_now", "he's outside my house now", "he was outside my house"),
    ("near_now", "there is a man at my door", "there was a man at my door"),
    ("near_now", "hes in the kitchen", "he isnt in the kitchen"),
    ("near_now", "he is at my gate", "what if he is at my gate"),
    ("near_now", "she's on the stairs", "i am on the stairs"),
    ("state_now", "he has a knife", "he had a knife"),
    ("state_now", "he is behind me", "he might be behind me"),
    ("violent_now", "he's got a hammer", "he used to carry a hammer"),
    ("violent_now", "she is hitting my mum", "last year she hit my mum"),
    ("going_on", "someone is climbing in", "someone climbed in"),
    ("going_on", "he is shouting", "he shouts"),
    ("danger_verb_now", "he's following us", "nobody is following us"),
    ("third_now", "he's in the hall", "i'm in the hall"),
    ("perceived_now", "i can hear him on the stairs", "i wonder if i would hear him"),
    ("scene", "he's in the hall by the door", "he's angry"),
    (
        "last_dangerous_now",
        "he was here last night and now he's at the door",
        "he's at the door, well that was last night he was in the garden",
    ),
    ("past_danger", "he followed me home on tuesday", "he is following me home"),
    ("past_danger", "he was in my garden", "he is in my garden"),
    ("unreal_danger", "what if he comes to my house", "he comes to my house"),
    ("unreal_danger", "i'm scared he'll be at my door", "he's at my door"),
    ("unreal_danger", "if he breaks in and has a knife", "he has a knife"),
    ("denied_danger", "he isn't outside", "he's outside"),
    ("denied_danger", "nobody is in the house", "somebody is in the house"),
    ("asks", "is he allowed in my garden", "he is in my garden"),
    ("asks", "how do i report him", "i report him"),
    ("only_asks", "what can i do", "what can i do, he is outside"),
    ("opens_asking", "how do i report him", "he is outside"),
    ("simple_present", "he waits by my car", "he is waiting by my car"),
    ("first_present", "i want an order", "he has an order"),
    ("first_agent", "i attacked him", "he attacked me"),
    ("terse", "knife. outside.", "he asked me about the weather outside"),
    ("near", "at the back door", "at the weekend"),
    ("violence", "he is strangling me", "he is texting me"),
    ("trapped", "he won't let me leave", "he let me leave"),
    ("trapped", "hiding in the bathroom", "cleaning the bathroom"),
    ("weapon", "a machete", "a message"),
    ("threat", "he's going to kill me", "he's going to call me"),
    ("threat_soon", "says he will kill me tonight", "said he would kill me years ago"),
    ("coming", "he is on his way", "he is at his desk"),
    ("coming", "he'll be here in ten minutes", "he'll be sent a letter"),
    ("now", "right now", "last night"),
    ("past_time", "two weeks ago", "two men"),
    ("habit", "every day", "today"),
    ("unreal_words", "in case he comes", "he comes"),
    ("ask_words", "can you explain", "he is here"),
    ("institution", "a restraining order", "a red car"),
    ("online", "fake accounts on facebook", "he is at my door"),
    ("fiction", "in a film", "in a car"),
    ("figure", "traffic is killing me", "he is killing me"),
    ("over", "he has been arrested", "he is here"),
    ("plea", "please send the police", "about the police"),
    ("third", "he and his brother", "my account"),
    ("thing", "a silver car", "a silver ring"),
    ("crisis", "i want to die", "i want to go"),
    ("coded", "can i order a pizza", "can i order a form"),
    ("injury", "i am bleeding", "i am reading"),
    ("child_taken", "he has taken my daughter", "my daughter has a phone"),
    ("fear", "i am terrified", "i am twenty"),
    ("dialect", "he's ootside the hoose", "he's outside the house"),
    ("question_mark", "is it?", "it is"),
    ("length", "one two three four", "one two"),
]
# Typed in fear, or in the speech of a region: what the plain sentence says, these say.
SAME = [
    ("hes outside my house rn", "he's outside my house right now", "near_now"),
    ("theres a man in my garden", "there's a man in my garden", "near_now"),
    ("he wont let me go", "he won't let me go", "trapped"),
    ("he's ootside the hoose", "he's outside the house", "near_now"),
    ("hes gonna kill me 2nite", "he's going to kill me tonight", "threat_soon"),
    ("HES GOT A KNIFE", "he's got a knife", "weapon"),
    ("am feart", "i am scared", "fear"),
    ("he cannae get oot", "he can't get out", "trapped"),
]
HOSTILE = [
    "",
    " ",
    "\x00",
    "\ud800",
    "\u202e\u202c",
    "🙂" * 500,
    "🔪",
    "?",
    "....",
    "a" * 100_000,
    "a " * 50_000,
    "he is " * 20_000,
    "((((" * 5_000,
    "no " * 2_000,
    "if " * 2_000,
    "'s " * 2_000,
    "мне страшно он за дверью",
    "他在门口",
    "\n\n\t",
    "<script>",
    "'; drop table",
]


@pytest.mark.parametrize(("name", "higher", "lower"), PAIRS)
def test_what_a_feature_sees(name, higher, lower):
    assert features(higher)[name] > features(lower)[name]


def test_every_feature_has_a_pair_here():
    assert {name for name, _, _ in PAIRS} == set(NAMES)


@pytest.mark.parametrize(("typed", "plain", "name"), SAME)
def test_the_same_in_typed_and_spoken_forms(typed, plain, name):
    assert features(typed)[name] == features(plain)[name] > 0


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_gives_a_full_row_of_finite_numbers(text):
    row = features(text)
    assert tuple(row) == NAMES
    assert all(isinstance(value, float) and math.isfinite(value) for value in row.values())
    assert all(value >= 0 for value in row.values())


def test_no_words_no_signs():
    assert set(features("").values()) == {0.0}


def test_the_same_text_gives_the_same_row():
    text = "he was here last week and now hes banging on my door"
    assert features(text) == features(text)


def test_the_end_of_a_long_message_is_read():
    filler = "i went to the shop and bought some bread and it was nice. " * 28
    assert features(filler + "he is at my door now")["near_now"] == 1


def test_fifteen_words_take_a_few_milliseconds():
    text = "hes outside my house right now banging on the door and i am so scared"
    assert least(lambda: features(text), 30) < 0.05  # it takes two to four


def test_the_longest_message_is_bounded():
    features("warm up")
    for text in ("a " * 1_000, "he is at my door and " * 100, "." * 2_000, "'" * 2_000):
        assert least(lambda: features(text)) < 1.0  # noqa: B023


# A process of its own, because the parser is loaded once and here must not be found at all.
_WITHOUT_PARSER = """
import json, sys
from bot.safety import clauses, grammar
{sabotage}
print(json.dumps([grammar.features(text) for text in json.loads(sys.argv[1])]))
"""
_TEXTS = [
    "he is outside my house",
    "he was outside my house",
    "what if he is outside my house",
    "he isn't outside my house",
    "he was here last night and now he's at the door",
    "",
]


@pytest.mark.parametrize(
    "sabotage",
    [
        pytest.param(
            "from bot.safety import parser; parser.MODEL = 'no_such_model'", id="model missing"
        ),
        pytest.param("sys.modules['spacy'] = None", id="package missing"),
        pytest.param("clauses._for_parser = lambda text: 1 / 0", id="parsing fails"),
    ],
)
def test_without_the_parser_the_words_are_still_read(sabotage):
    run = subprocess.run(
        [sys.executable, "-c", _WITHOUT_PARSER.format(sabotage=sabotage), json.dumps(_TEXTS)],
        capture_output=True,
        text=True,
        check=True,
    )
    now, past, imagined, denied, back, nothing = json.loads(run.stdout)
    assert tuple(now) == NAMES
    assert now["near_now"] == 1
    assert past["near_now"] == imagined["near_now"] == denied["near_now"] == 0
    assert back["last_dangerous_now"] == 1
    assert set(nothing.values()) == {0.0}
