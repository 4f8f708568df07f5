"""`action_follow_up`: what a short question leans on."""

from __future__ import annotations

import pytest

from actions.follow_up import ActionFollowUp
from bot.content.register import get_register
from bot.content.render import nation_shown
from tests.unit.actions.conftest import item, run, short, tracker, words

KINDS = ("how_long", "who", "how", "if_broken", "cost", "more")
# Every follow-up that the register knows: (reply id, nation, kind, where it leads).
KNOWN = [
    (reply.id, nation_shown(reply), kind, target)
    for reply in get_register().replies.values()
    for kind, target in reply.follow_ups.items()
]


def asked(kind, topic=None, **others):
    slots = {"support_named": True, "topic": topic, **others.pop("slots", {})}
    return run(ActionFollowUp(), tracker(f"follow_up/{kind}", slots=slots, **others))


def test_the_register_uses_every_kind_and_no_other():
    assert {kind for _, _, kind, _ in KNOWN} == set(KINDS)


@pytest.mark.parametrize(("topic", "nation", "kind", "target"), KNOWN)
def test_a_follow_up_leads_where_the_topic_says(topic, nation, kind, target):
    result = asked(kind, topic, slots={"nation": nation})
    assert result.text == words(target, nation=nation)
    assert result.slots["last_reply"] == item(target, nation).id
    assert result.slots["not_understood"] == 0


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_topic_it_asks_what_is_meant(kind):
    result = asked(kind)
    assert result.text == words("follow_up_unclear")
    assert result.slots == {"asked": None, "last_reply": "follow_up_unclear", "not_understood": 0}


@pytest.mark.parametrize("kind", KINDS)
def test_where_the_topic_does_not_tell_it_asks_and_keeps_the_topic(kind):
    topic = next(
        reply.id
        for reply in get_register().replies.values()
        if reply.nation in ("uk", "england_wales") and reply.services
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


@pytest.mark.parametrize(("kind", "general"), ABOUT_SERVICES)
def test_numbers_and_hours_are_those_of_the_last_answer(kind, general):
    result = asked(kind, "crisis")
    services = item("crisis").services
    assert services and services != item(general).services
    assert result.text == words(item(general).model_copy(update={"services": services}))
    assert get_register().services[services[0]].name in result.text
    assert result.slots == {"asked": None, "not_understood": 0}, "the last answer stays the topic"


@pytest.mark.parametrize(("kind", "general"), ABOUT_SERVICES)
def test_without_services_the_main_numbers_are_given(kind, general):
    without = next(
        reply.id
        for reply in get_register().replies.values()
        if reply.follow_ups and not reply.services and reply.nation == "england_wales"
    )
    for topic in (None, without):
        assert asked(kind, topic).text == words(general)


@pytest.mark.parametrize(("kind", "general"), ABOUT_SERVICES)
@pytest.mark.parametrize(
    ("lead", "question", "others"),
    [
        ("emergency_check", "happening_now", {"tier": "check"}),
        ("emergency_reminder", "safe_now_or_else", {"slots": {"emergency_mode": True}}),
    ],
)
def test_danger_leads_before_numbers(kind, general, lead, question, others):
    result = asked(kind, **others)
    in_danger = lead == "emergency_reminder" and item(general).simple
    assert result.text == words(lead, short(general) if in_danger else general)
    assert result.slots == {"asked": question, "danger_seen": True, "not_understood": 0}


def test_danger_leads_before_the_answer():
    result = asked("how", "advice/tracker", tier="check")
    assert result.text == words("emergency_check", item("advice/tracker").follow_ups["how"])
    assert result.slots["asked"] == "happening_now"


def test_in_an_emergency_an_unclear_question_gets_the_reminder_only():
    result = asked("how_long", slots={"emergency_mode": True})
    assert result.text == words("emergency_reminder")
    assert result.slots == {"asked": "safe_now_or_else", "danger_seen": True, "not_understood": 0}


def test_the_number_asked_for_after_a_crisis_is_that_of_whom_to_talk_to():
    slots = {"asked": "crisis"}
    result = asked("number", slots=slots)
    assert result.text == words("crisis_after")
    result = asked("number", slots={**slots, **result.slots})
    assert result.text.startswith(words("crisis_check"))
    assert result.slots["asked"] == "crisis_after"
