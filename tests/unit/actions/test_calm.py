"""What a message tells of calm beside what it asks, by the chats of the turn classifier."""

from __future__ import annotations

import pytest

from actions.answer import ActionAnswer
from bot.slots import EMERGENCY_MODE, OPEN_QUESTION
from tests.unit.actions.conftest import run, tracker, words

TAG = "tech/tracker_alert"
LIKE_NONE, LIKE_SOME = 0.001, 0.3
DENIED = "hes not here now i meant saturday, will the police do anything about the tag"
IN_DANGER = {EMERGENCY_MODE: True, "support_named": True}


def said(text, *, over=0.0, like=LIKE_NONE, crisis=0.001, slots=None, **others):
    turn = {"act": {"name": "asks", "confidence": 0.9}}
    turn |= {"over": over, "danger": like, "crisis": crisis}
    label = "advice/tracker"
    known = {"guesses": {label: 0.9}, "found": {TAG: 0.9}, "turn": turn}
    slots = slots or {"support_named": True}
    return run(ActionAnswer(), tracker(label, text=text, slots=slots, **known, **others))


def test_who_says_beside_a_question_that_danger_is_over_gets_the_answer():
    result = said(DENIED, over=0.7, slots=IN_DANGER)
    assert result.text == words("not_now_line", TAG)
    assert result.slots[EMERGENCY_MODE] is False


@pytest.mark.parametrize("others", [{"tier": "emergency"}, {"crisis_tier": "crisis"}])
def test_not_where_danger_or_a_crisis_is_seen_in_it(others):
    known = {"crisis" if name == "crisis_tier" else name: value for name, value in others.items()}
    turn = {"act": {"name": "asks", "confidence": 0.9}, "over": 0.7, "danger": LIKE_NONE}
    seen = tracker(
        "advice/tracker", text=DENIED, slots=IN_DANGER, guesses={"advice/tracker": 0.9},
        found={TAG: 0.9}, turn=turn, **known,
    )  # fmt: skip
    assert run(ActionAnswer(), seen).slots.get(EMERGENCY_MODE) is not False


def test_a_trace_in_what_is_like_no_danger_gets_a_line_and_no_question():
    result = said("he parked across the road on saturday for an hour", tier="check")
    assert result.text == words("emergency_line", TAG)
    assert not result.slots.get(OPEN_QUESTION)


@pytest.mark.parametrize(
    ("text", "like"),
    [("he parked across the road for an hour", LIKE_SOME), ("he is outside my house", LIKE_NONE)],
)
def test_the_question_is_asked_where_it_is_like_danger_or_the_rules_see_some(text, like):
    result = said(text, like=like, tier="check")
    assert result.text.startswith(words("emergency_check").split("\n")[0])


def test_a_hint_of_a_crisis_in_what_is_like_none_gets_a_line():
    assert said("cos im a bloke they think its funny", tier="none").text == words(TAG)
    turn = {"act": {"name": "tells", "confidence": 0.9}, "crisis": 0.001}
    hinted = tracker(
        "advice/tracker", text="cos im a bloke they think its funny", crisis="check",
        slots={"support_named": True}, guesses={"advice/tracker": 0.9}, found={TAG: 0.9}, turn=turn,
    )  # fmt: skip
    assert run(ActionAnswer(), hinted).text == words("samaritans_line", TAG)
