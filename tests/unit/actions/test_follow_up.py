"""`action_follow_up`: what a short question leans on."""

from __future__ import annotations

import pytest

from actions.answer import ActionAnswer
from actions.follow_up import ActionFollowUp
from actions.repeat import ActionRepeat
from bot.content.register import get_register
from bot.content.render import nations_shown, payload_for
from tests.unit.actions.conftest import item, run, short, tracker, words

KINDS = ("how_long", "who", "how", "if_broken", "cost", "more")
# Every follow-up that the register knows: (reply id, nation, kind, where it leads).
KNOWN = [
    (reply.id, nation, kind, target)
    for reply in get_register().replies.values()
    for nation in nations_shown(get_register(), reply)[:1]
    for kind, target in reply.follow_ups.items()
]


def asked(kind, topic=None, **others):
    slots = {"support_named": True, "topic": topic, **others.pop("slots", {})}
    return run(ActionFollowUp(), tracker(f"follow_up/{kind}", slots=slots, **others))


def test_the_register_uses_every_kind_and_no_other():
    assert {kind for _, _, kind, _ in KNOWN} == set(KINDS)


@pytest.mark.parametrize(("topic", "nation", "kind", "target"), KNOWN)
def test_a_follow_up_leads_where_the_topic_says(topic, nation, kind, target):
    said = item(topic, nation)
    if kind == "more" and said.more:
        rest = asked(kind, topic, slots={"nation": nation})
        assert rest.text.startswith(
            words(said.model_copy(update={"bubbles": said.more, "steps": {}, "services": ()}))
        )
        return
    result = asked(kind, topic, slots={"nation": nation})
    assert result.text == words(target, nation=nation)
    assert result.slots["last_reply"] == item(target, nation).id
    assert result.slots["not_understood"] == 0


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_topic_it_asks_what_is_meant(kind):
    result = asked(kind)
    assert result.text == words("follow_up_unclear")
    assert result.slots == {
        "asked": None,
        "last_reply": "follow_up_unclear",
        "last_leads": None,
        "not_understood": 0,
    }


@pytest.mark.parametrize("kind", KINDS)
def test_where_the_topic_does_not_tell_it_asks_and_keeps_the_topic(kind):
    topic = next(
        reply.id
        for reply in get_register().replies.values()
        if reply.nation in ("uk", "england_wales") and reply.services and not reply.more
        if kind not in reply.follow_ups
    )
    result = asked(kind, topic)
    assert result.text == words("follow_up_unclear")
    assert "topic" not in result.slots


def test_the_duration_after_stalking_orders():
    result = asked("how_long", "advice/spo_what")
    assert result.text == words("advice/spo_duration")
    assert result.slots["topic"] == "advice/spo_duration"


ABOUT_SERVICES = [("number", "numbers_again"), ("opening_hours", "opening_hours")]
OF_CRISIS = item("crisis").services


def listing(reply_id, *services):
    return item(reply_id).model_copy(update={"services": services})


@pytest.mark.parametrize(("kind", "general"), ABOUT_SERVICES)
def test_numbers_and_hours_are_those_named_last(kind, general):
    result = asked(kind, "advice/confidentiality", slots={"services": list(OF_CRISIS)})
    assert OF_CRISIS and item(general).services != OF_CRISIS
    assert result.text == words(listing(general, *OF_CRISIS))
    assert "topic" not in result.slots, "the last answer stays the topic"
    assert result.slots["last_reply"] == general, "so that it can be said again"
    assert result.slots["services"] == list(OF_CRISIS)


@pytest.mark.parametrize(("kind", "general"), ABOUT_SERVICES)
def test_where_no_service_was_named_the_main_numbers_are_given(kind, general):
    assert asked(kind, "advice/spo_conditions").text == words(general)


@pytest.mark.parametrize(("kind", "general"), ABOUT_SERVICES)
def test_possible_danger_leads_before_numbers(kind, general):
    result = asked(kind, tier="check")
    assert result.text == words("emergency_check", general)
    assert result.slots["asked"] == "happening_now"
    assert result.slots["last_leads"] == ["emergency_check"]


def test_999_leads_before_opening_hours_in_an_emergency():
    result = asked("opening_hours", slots={"emergency_mode": True})
    assert result.text == words("emergency_line", "opening_hours")
    assert result.slots["asked"] is None


@pytest.mark.parametrize("said", ["emergency", "emergency/cannot_speak", "emergency/followed_now"])
@pytest.mark.parametrize("told", [[], ["nsh", "paladin", "victim_support"]])
def test_in_danger_the_number_is_999_and_no_helpline(said, told):
    slots = {"emergency_mode": True, "emergency_reply": said, "services": told}
    result = asked("number", slots=slots)
    assert result.text == words(said)
    assert "55" in result.text and "18000" in result.text
    assert result.slots["asked"] is None, "a yes to it ends no emergency"


def test_what_to_do_where_a_check_is_open_is_about_the_check():
    result = asked("how", slots={"asked": "happening_now"})
    assert result.text == words("check_unsure")
    assert result.slots["asked"] == "happening_now"


@pytest.mark.parametrize("asked_before", [None, "crisis", "crisis_after"])
def test_in_danger_and_a_crisis_999_comes_before_those_for_the_crisis(asked_before):
    slots = {"emergency_mode": True, "services": list(OF_CRISIS), "asked": asked_before}
    result = asked("number", slots=slots)
    assert result.text == words(listing("emergency", *OF_CRISIS))
    again = run(ActionRepeat(), tracker("repeat", slots={**slots, **result.slots}))
    assert again.text.startswith(words("emergency")) and words("crisis") in again.text


def test_in_danger_a_service_is_given_where_it_is_named():
    slots = {"emergency_mode": True, "services": list(OF_CRISIS)}
    result = asked("number", slots=slots, text="whats paladins number")
    assert result.text == words(listing("emergency", "paladin"))


NAMED = [
    ("what was the samaritans number", "samaritans"),
    ("what's the victim support number", "victim_support"),
    ("paladin's number", "paladin"),
    ("whats the number for the stalking helpline", "nsh"),
    ("number for Victim Support Scotland pls", "victim_support_scotland"),
]


@pytest.mark.parametrize(("text", "service"), NAMED)
@pytest.mark.parametrize("action", [ActionFollowUp(), ActionAnswer()])
@pytest.mark.parametrize("label", ["follow_up/number", "advice/helplines", "advice/young_person"])
def test_a_service_that_is_named_is_given(action, label, text, service):
    slots = {"support_named": True, "services": ["childline"]}
    result = run(action, tracker(label, slots=slots, text=text))
    assert result.text == words(listing("number_named", service))
    assert result.slots["services"] == [service]


def test_of_two_of_one_name_the_one_where_the_person_is_is_given():
    slots = {"nation": "scotland"}
    result = asked("number", slots=slots, text="whats the victim support number")
    assert get_register().services["victim_support_scotland"].phone in result.text
    assert result.slots["services"] == ["victim_support_scotland"]


def test_a_name_without_a_number_asked_for_changes_no_answer():
    text = "victim support rang me about court and i dont know what to wear"
    result = run(ActionAnswer(), tracker("advice/court", text=text, slots={"support_named": True}))
    assert result.text == words("advice/court")


def test_danger_leads_before_the_answer():
    result = asked("how", "advice/tracker", tier="check")
    answer = short(item("advice/tracker").follow_ups["how"])
    assert result.text == words("emergency_check", answer)
    assert result.slots["asked"] == "happening_now"


def test_in_an_emergency_an_unclear_question_is_asked_about_after_999():
    result = asked("how_long", slots={"emergency_mode": True})
    assert result.text == words("emergency_line", "follow_up_unclear")
    assert result.slots["asked"] is None


def test_how_to_do_it_after_the_999_reply_is_how_to_call_without_speaking():
    slots = {"emergency_mode": True, "emergency_reply": "emergency"}
    result = asked("how", "emergency", slots=slots)
    assert result.text == words("emergency/cannot_speak")
    assert result.slots["emergency_reply"] == "emergency/cannot_speak"


@pytest.mark.parametrize("text", ["what do i do", "wot should i do now", "What now?"])
def test_what_to_do_in_danger_is_to_call_999(text):
    slots = {"emergency_mode": True, "emergency_reply": "emergency/followed_now"}
    where = tracker("follow_up/how", text=text, slots={"topic": "emergency/followed_now", **slots})
    result = run(ActionFollowUp(), where)
    assert result.text == words("emergency/followed_now")
    assert result.slots["emergency_reply"] == "emergency/followed_now"


def test_the_number_asked_for_after_a_crisis_is_that_of_whom_to_talk_to():
    slots = {"asked": "crisis", "services": list(OF_CRISIS)}
    for _ in range(2):
        result = asked("number", slots=slots)
        assert result.text == words("crisis_check", listing("numbers_again", *OF_CRISIS))
        assert get_register().services["samaritans"].phone in result.text
        assert result.slots["asked"] in ("crisis", "crisis_after")
        slots |= result.slots


def test_another_service_named_after_a_crisis_is_given_after_whom_to_talk_to():
    slots = {"asked": "crisis", "crisis_seen": True}
    result = asked("number", slots=slots, text="whats paladins number")
    assert result.text == words("crisis_check", listing("number_named", "paladin"))


OPEN = pytest.mark.parametrize("state", ["crisis", "crisis_after"])


@OPEN
@pytest.mark.parametrize("topic", ["crisis", "crisis/self_harm", "crisis_after", "safe_now"])
@pytest.mark.parametrize("kind", ["cost", "who"])
def test_after_a_crisis_cost_and_who_are_those_of_the_people_to_call(kind, topic, state):
    result = asked(kind, topic, slots={"asked": state}, guesses={f"follow_up/{kind}": 0.95})
    assert result.text == words(f"crisis_after/{kind}")
    assert "999" in result.text and get_register().services["samaritans"].phone in result.text
    assert result.slots["asked"] == "crisis_after"


@OPEN
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("confidence", [0.3, 0.95])
def test_no_short_question_closes_a_crisis(kind, state, confidence):
    guesses = {f"follow_up/{kind}": confidence}
    for topic in (None, "crisis", "advice/spo_what"):
        result = asked(kind, topic, slots={"asked": state}, guesses=guesses)
        assert result.slots["asked"] in ("crisis", "crisis_after")
        assert get_register().services["samaritans"].phone in result.text


def test_a_possible_crisis_puts_those_for_it_first():
    result = asked("number", slots={"services": ["nsh"]}, crisis="check")
    assert result.text == words("crisis_check", listing("numbers_again", *OF_CRISIS, "nsh"))


@pytest.mark.parametrize(
    ("kind", "reply"),
    [
        ("how", "own_behaviour/today"),
        ("who", "own_behaviour/today"),
        ("more", "own_behaviour/today"),
        ("if_broken", "own_behaviour/order"),
        ("how_long", "own_behaviour/order"),
    ],
)
@pytest.mark.parametrize("topic", ["advice/own_behaviour", "own_behaviour/today"])
def test_who_asks_about_their_own_behaviour_is_told_what_to_do_and_not_comforted(
    topic, kind, reply
):
    """Said to a person who stalks, "this is not your fault" is the wrong answer."""
    if kind == "more" and item(topic).more:
        return
    result = asked(kind, topic)
    assert result.text == words(reply)
    services = get_register().services
    assert services["respect"].phone in result.text and services["samaritans"].phone in result.text
    assert "fault" not in result.text
    assert services["nsh"].phone not in result.text
    for reply_id in ("advice/emotional_support", "reporting/how", "advice/helplines"):
        assert payload_for(reply_id) not in result.payloads


@pytest.mark.parametrize(
    ("kind", "topic"),
    [
        ("how", "advice/own_behaviour"),
        ("cost", "advice/helplines"),
        ("how", "advice/evidence"),
    ],
)
def test_in_possible_danger_a_follow_up_is_answered_behind_the_check(kind, topic):
    result = asked(kind, topic, tier="check", slots={"nation": "england_wales"})
    assert result.text == words("emergency_check", short(item(topic).follow_ups[kind]))
