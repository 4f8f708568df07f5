"""The force that polices where the person is: named once, and in every reply from then on."""

from __future__ import annotations

import pytest

from actions.answer import ActionAnswer
from actions.clarify import ActionClarify
from actions.follow_up import ActionFollowUp
from actions.nation import QUESTION
from bot.content import render
from bot.content.register import get_register
from bot.dialogue.local_force import ELSEWHERE, REACH
from bot.settings import get_settings
from tests.unit.actions.conftest import OPEN, SUPPORTED, run, tracker

HOW = "reporting/how"


def words(*replies, force="west-yorkshire"):
    register = get_register()
    where = render.Context(register.forces[force], OPEN)
    said = [register.reply(one) for one in replies]
    return "\n\n".join(text for one in said for text in render.bubbles(register, one, where))


def told(text, label=HOW, **slots):
    known = {**SUPPORTED, **slots}
    return tracker(label, text=text, slots=known, guesses={label: 0.9})


@pytest.mark.parametrize(
    "text", ["i'm in leeds", "bedfordshire?? am in leeds", "no, my police are west yorks"]
)
@pytest.mark.parametrize("label", [HOW, QUESTION, "advice/location"])
def test_who_says_nothing_else_is_told_how_to_reach_it(text, label):
    result = run(ActionAnswer(), told(text, label, last_reply=HOW, topic=HOW))
    assert result.text == words(ELSEWHERE, REACH)
    assert result.slots["local_force"] == "west-yorkshire"
    assert result.slots["nation"] == "england_wales"
    assert "topic" not in result.slots, "what short questions lean on stays"


def test_also_where_the_message_is_not_understood():
    result = run(ActionClarify(), told("I am nowhere near Bedfordshire. I live near Truro.",
                                       "nlu_fallback", last_reply=HOW))  # fmt: skip
    assert result.text == words(ELSEWHERE, REACH, force="devon-and-cornwall")
    assert result.slots["local_force"] == "devon-and-cornwall"


def test_what_was_just_said_is_not_repeated():
    text = "why do you keep telling me about bedfordshire when i dont live there, im in leeds"
    assert run(ActionAnswer(), told(text, last_reply=HOW)).text == words(ELSEWHERE, REACH)


def test_the_line_comes_before_the_answer_to_a_question():
    result = run(ActionAnswer(), told("im in leeds, how do i report it", last_reply=HOW))
    assert result.text.startswith(words(ELSEWHERE))
    assert words(REACH) not in result.text
    assert "Say what's happened" in result.text


def test_it_is_said_once_for_each_force():
    again = told("im in leeds, can i report online", "reporting/online_form",
                 local_force="west-yorkshire")  # fmt: skip
    result = run(ActionAnswer(), again)
    assert words(ELSEWHERE) not in result.text
    assert "West Yorkshire Police" in result.text
    corrected = run(ActionAnswer(), told("sorry no im in york", local_force="west-yorkshire"))
    assert corrected.text == words(ELSEWHERE, REACH, force="north-yorkshire")


def test_what_named_the_other_force_may_be_said_again():
    shown = ["reporting/online_form", "advice/tracker"]
    result = run(ActionAnswer(), told("im in leeds", last_reply=HOW, shown=shown))
    assert result.slots["shown"] == ["advice/tracker"]


def test_who_tells_more_and_is_not_understood_is_asked_what_they_mean():
    where = told("im in leeds and my neighbour keeps on at me", "nlu_fallback")
    result = run(ActionClarify(), where)
    assert result.text.startswith(words(ELSEWHERE)) and words(REACH) not in result.text


def test_the_website_s_own_force_is_not_another():
    result = run(ActionAnswer(), told("im in luton", local_force="west-yorkshire"))
    assert result.text == words(REACH, force="bedfordshire")
    assert result.slots["local_force"] == "bedfordshire"


def test_replies_name_it_from_then_on_but_not_in_another_nation():
    slots = {**SUPPORTED, "local_force": "sussex"}
    there = run(ActionAnswer(), tracker("reporting/online_form", slots=slots))
    assert "Sussex Police" in there.text and "sussex.police.uk" in there.text
    scots = {**slots, "nation": "scotland"}
    assert "Sussex" not in run(ActionAnswer(), tracker("talk_to_person", slots=scots)).text


def test_a_question_for_a_number_keeps_it_too():
    result = run(ActionFollowUp(), told("whats the number, im in leeds", "follow_up/number"))
    assert result.text.startswith(words(ELSEWHERE))
    assert result.slots["local_force"] == "west-yorkshire"


def test_who_runs_the_chat_stays_the_website_s_force():
    result = run(ActionAnswer(), tracker("chat/who_runs", slots={"local_force": "sussex"}))
    assert "run for Bedfordshire Police" in result.text


@pytest.fixture
def handing_over(monkeypatch):
    monkeypatch.setenv("CHAT_HANDOVER_URL", "http://127.0.0.1:9/")
    monkeypatch.setenv("CHAT_HANDOVER_SECRET", "a secret that only these tests know")
    get_settings.cache_clear()


@pytest.mark.parametrize(("force", "is_offered"), [("bedfordshire", True), ("sussex", False)])
@pytest.mark.parametrize("label", ["talk_to_person", "safe_now"])
def test_a_hand_over_to_another_force_is_not_offered(handing_over, force, is_offered, label):
    slots = {**SUPPORTED, "local_force": force}
    result = run(ActionAnswer(), tracker(label, slots=slots))
    assert (render.payload_for("handover/offer") in result.payloads) is is_offered
    assert ("asked" in result.slots and "handover" in str(result.slots["asked"])) is (
        is_offered and label == "talk_to_person"
    )


def test_a_yes_does_not_begin_one_there(handing_over):
    slots = {**SUPPORTED, "asked": "handover", "local_force": "sussex"}
    result = run(ActionAnswer(), tracker("affirm", slots=slots, text="yes"))
    assert all(event["event"] == "slot" for event in result.events)


def test_who_is_accused_is_not_told_how_to_report():
    where = told("im in leeds", who="accused", last_reply="accused/what_happens")
    assert words(REACH) not in run(ActionAnswer(), where).text
