"""Hand-over in the dialogue: asked after a yes, sent after a second one, dropped otherwise."""

from __future__ import annotations

from contextvars import copy_context
from pathlib import Path

import pytest
import yaml
from rasa_sdk.events import FollowupAction

from actions import handover
from actions.answer import ActionAnswer
from actions.clarify import ActionClarify
from actions.handover import (
    ActionAskHandoverConfirm,
    ActionAskHandoverTime,
    ActionAskHandoverWay,
    ActionHandoverEnd,
    ValidateHandoverForm,
)
from bot.content import render
from bot.content.register import get_register
from bot.handover import answers
from bot.handover.answers import Kind
from bot.handover.note import CONFIRM, MAX_CHARACTERS, SLOTS, TIME, WAY
from bot.handover.request import SLOT
from bot.safety import context as turn_context
from bot.settings import get_settings
from tests.unit.actions.answers import DANGERS, MORE_TIMES, MORE_WAYS, TIMES, WAYS
from tests.unit.actions.conftest import OPEN, pressed, run, tracker

DOMAIN = yaml.safe_load(
    (Path(__file__).resolve().parents[3] / "domain.yml").read_text(encoding="utf-8")
)
WIPED = dict.fromkeys(SLOTS)
NUMBER = "text me on 07700 900123"


@pytest.fixture(autouse=True)
def on(monkeypatch):
    monkeypatch.setenv("CHAT_HANDOVER_URL", "http://127.0.0.1:9/")
    monkeypatch.setenv("CHAT_HANDOVER_SECRET", "a secret that only these tests know")


@pytest.fixture
def off(monkeypatch, on):
    monkeypatch.delenv("CHAT_HANDOVER_URL")
    get_settings.cache_clear()


def words(*ids, **details):
    register = get_register()
    force = register.forces["bedfordshire"]
    where = render.Context(force, OPEN, handover=get_settings().handover, details=details)
    found = [render.bubbles(register, register.reply(reply_id), where) for reply_id in ids]
    return "\n\n".join(bubble for bubbles in found for bubble in bubbles)


def payload(reply_id):
    return render.payload_for(reply_id)


# The offer.


def test_who_asks_for_a_person_is_offered_it(on):
    result = run(ActionAnswer(), tracker("talk_to_person"))
    assert result.text == words("talk_to_person")
    assert result.payloads[0] == payload("handover/offer")
    assert result.slots["asked"] == "more_about_handover"


def test_after_an_emergency_it_is_offered_when_they_are_safe():
    result = run(ActionAnswer(), tracker("safe_now", slots={"emergency_mode": True}))
    assert result.text == words("safe_now")
    assert payload("handover/offer") in result.payloads
    assert result.slots["asked"] is None, "a button, and no question"


def test_in_an_emergency_it_is_not_offered():
    result = run(ActionAnswer(), tracker("talk_to_person", slots={"emergency_mode": True}))
    assert result.text == words("emergency_line", "talk_to_person")
    assert payload("handover/offer") not in result.payloads


@pytest.mark.parametrize("message", [tracker("talk_to_person"), pressed("handover/offer")])
def test_what_could_not_be_stored_is_not_offered(message):
    def without_database():
        turn_context.begin(turn_context.InFlightTurn(has_storage_failed=True))
        return run(ActionAnswer(), message)

    result = copy_context().run(without_database)
    where = render.Context(get_register().forces["bedfordshire"], OPEN)
    said = render.bubbles(get_register(), get_register().reply("talk_to_person"), where)
    assert result.text == "\n\n".join(said)
    assert payload("handover/offer") not in result.payloads


@pytest.mark.parametrize("label", ["talk_to_person", "handover/offer"])
def test_where_danger_is_possible_the_check_is_the_only_question(label):
    where = pressed(label, tier="check") if "/" in label else tracker(label, tier="check")
    result = run(ActionAnswer(), where)
    assert result.text == words("emergency_check")
    assert result.slots["asked"] == "happening_now"


def test_yes_to_more_about_it_explains_it_and_asks():
    result = run(ActionAnswer(), tracker("affirm", slots={"asked": "more_about_handover"}))
    assert result.text == words("handover/offer")
    assert result.slots["asked"] == "handover"


def test_the_button_explains_it_and_asks():
    result = run(ActionAnswer(), pressed("handover/offer"))
    assert result.text == words("handover/offer")
    assert result.slots["asked"] == "handover"
    assert result.payloads == ["/affirm", "/deny"]


def test_yes_to_the_offer_begins_with_nothing_left_over():
    where = tracker("affirm", slots={"asked": "handover", WAY: "an earlier one", CONFIRM: "yes"})
    result = run(ActionAnswer(), where)
    assert result.text == ""
    assert result.events[-1] == FollowupAction("handover_form")
    slots = {e["name"]: e["value"] for e in result.events if e["event"] == "slot"}
    assert slots == {**WIPED, "asked": None}


@pytest.mark.parametrize(
    "state",
    [
        {"slots": {"asked": None}},
        {"slots": {"asked": "safe_now"}},
        {"slots": {"asked": "handover", "emergency_mode": True}},
        {"slots": {"asked": "handover"}, "tier": "check"},
        {"slots": {"asked": "handover"}, "crisis": "check"},
    ],
)
def test_any_other_yes_begins_nothing(state):
    result = run(ActionAnswer(), tracker("affirm", **state))
    assert all(event["event"] == "slot" for event in result.events)
    assert result.text


@pytest.mark.parametrize("action", [ActionAnswer(), ActionClarify()])
def test_a_number_in_place_of_the_yes_is_the_way_to_be_reached(action):
    text = "07700 900123"
    where = tracker("nlu_fallback", text=text, slots={"asked": "handover"}, guesses={"greet": 0.2})
    result = run(action, where)
    assert result.events[-1] == FollowupAction("handover_form")
    slots = {e["name"]: e["value"] for e in result.events if e["event"] == "slot"}
    assert slots[WAY] == text


@pytest.mark.parametrize("text", ["07700 900123 hes outside", "9am", "no"])
def test_anything_else_does_not_begin_it(text):
    where = tracker("deny", text=text, slots={"asked": "handover"}, guesses={"deny": 0.9})
    assert FollowupAction("handover_form") not in run(ActionAnswer(), where).events


def test_no_to_the_offer_is_fine():
    result = run(ActionAnswer(), tracker("deny", slots={"asked": "handover"}))
    assert result.text == words("deny")
    assert result.slots["asked"] is None


@pytest.mark.parametrize("old", ["handover/sending", "handover/change", "handover/stopped"])
def test_an_old_button_of_the_form_only_explains_it_again(old):
    result = run(ActionAnswer(), pressed(old))
    assert result.text == words("handover/offer")
    assert SLOT not in result.slots


@pytest.mark.parametrize("label", ["talk_to_person", "safe_now"])
def test_where_it_is_off_nothing_is_offered(off, label):
    result = run(ActionAnswer(), tracker(label))
    assert result.text == words(label)
    assert not any("handover" in given for given in result.payloads)
    assert result.slots["asked"] is None


def test_where_it_is_off_its_buttons_lead_to_people(off):
    assert run(ActionAnswer(), pressed("handover/offer")).text == words("talk_to_person")


def test_where_it_is_off_no_yes_begins_it(off):
    result = run(ActionAnswer(), tracker("affirm", slots={"asked": "handover"}))
    assert result.text == words("affirm")


# Inside the form.


def typed(text, slot, label="nlu_fallback", **others):
    slots = {"requested_slot": slot, **others.pop("slots", {})}
    where = tracker(label, loop="handover_form", slots=slots, **others)
    where.latest_message["text"] = text
    return run(ValidateHandoverForm(), where, DOMAIN)


def button(reply_id, slot, **others):
    slots = {"requested_slot": slot, **others.pop("slots", {})}
    where = pressed(reply_id, loop="handover_form", slots=slots, **others)
    where.latest_message["text"] = payload(reply_id)
    return run(ValidateHandoverForm(), where, DOMAIN)


def test_names_tie_the_actions_to_the_form():
    form = DOMAIN["forms"]["handover_form"]
    assert form["required_slots"] == list(SLOTS)
    names = [action().name() for action in (ActionAskHandoverWay, ActionAskHandoverTime)]
    names += [ActionAskHandoverConfirm().name(), ValidateHandoverForm().name()]
    assert set(names) <= set(DOMAIN["actions"])
    assert handover.FORM in DOMAIN["forms"]


@pytest.mark.parametrize("slot", [*SLOTS, SLOT])
def test_nothing_fills_its_slots_by_itself(slot):
    assert DOMAIN["slots"][slot]["mappings"] == [{"type": "custom"}]
    assert DOMAIN["slots"][slot]["influence_conversation"] is False


def test_the_yes_that_began_it_answers_no_question():
    assert typed("yes", None, "affirm").events == []


@pytest.mark.parametrize("label", ["nlu_fallback", "talk_to_person", "advice", "out_of_scope"])
@pytest.mark.parametrize(
    "text",
    [
        NUMBER,
        "please only e-mail jo.smith+safe@mail.example, never ring",
        "my sister on (01632) 960-123, ask for her first",
        "+44 7700 900123",
        "7700 900123, I left the nought off",
        "44 7700 900123",
    ],
)
def test_a_number_or_an_address_is_a_way_whatever_else_it_looks_like(text, label):
    result = typed(text, WAY, label)
    assert result.slots == {WAY: text}
    assert result.text == ""


@pytest.mark.parametrize("text", ["call me at work", "any way is fine", "phone 999", "yes"])
def test_without_one_the_way_is_asked_for_again(text):
    result = typed(text, WAY, "affirm" if text == "yes" else "nlu_fallback")
    assert result.slots == {WAY: None}
    assert result.text == words("handover/way_unclear")


@pytest.mark.parametrize(
    "text", ["after 6pm", "weekday mornings", "any time", "when he is out, so before noon", "Tues"]
)
@pytest.mark.parametrize("label", ["nlu_fallback", "advice", "deny"])
def test_days_and_times_are_a_time(text, label):
    assert typed(text, TIME, label).slots == {TIME: text}


@pytest.mark.parametrize("reply_id", ["handover/any_time", "handover/daytime", "handover/evenings"])
def test_a_button_gives_a_common_time_in_its_words(reply_id):
    assert button(reply_id, TIME).slots == {TIME: words(reply_id)}
    assert payload(reply_id) in ask(ActionAskHandoverTime()).payloads


def test_what_names_no_time_is_asked_for_again():
    result = typed("asdf", TIME)
    assert result.slots == {TIME: None}
    assert result.text == words("handover/time_unclear")


@pytest.mark.parametrize("slot", SLOTS)
@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("what is a stalking protection order", "advice"),
        ("how long does it last, after a year?", "follow_up"),
        ("are you a robot", "bot_challenge"),
        ("thank you", "thank"),
        ("delete my chat tonight", "delete_chat"),
    ],
)
def test_a_question_is_left_to_the_rules(slot, text, label):
    assert typed(text, slot, label).events == []


@pytest.mark.parametrize("slot", SLOTS)
@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("no", "deny"),
        ("stop", "nlu_fallback"),
        ("Never mind.", "nlu_fallback"),
        ("no more questions", "deny"),
        ("exit", "advice/traces"),
        ("bye", "goodbye"),
        ("i am safe now", "safe_now"),
    ],
)
def test_it_can_be_left_at_each_step(slot, text, label):
    result = typed(text, slot, label)
    assert result.slots == {CONFIRM: "no", "requested_slot": None}


@pytest.mark.parametrize("slot", SLOTS)
@pytest.mark.parametrize(
    ("text", "label", "seen", "said"),
    [
        ("I don't want to do this", "crisis", {"crisis": "crisis"}, "crisis_check"),
        ("stop", "emergency", {"tier": "emergency"}, "handover/in_danger"),
        ("no", "deny", {"tier": "check"}, "handover/in_danger"),
        ("no", "deny", {"crisis": "check"}, "crisis_check"),
    ],
)
def test_it_can_be_left_at_each_step_though_the_models_see_danger(slot, text, label, seen, said):
    result = typed(text, slot, label, **seen)
    assert result.slots == {CONFIRM: "no", "requested_slot": None, "danger_seen": True}
    assert result.text == words(said)


@pytest.mark.parametrize("slot", SLOTS)
def test_it_can_be_left_with_danger_in_the_same_message(slot):
    result = typed("no, he has a knife", slot, "deny", tier="check")
    leaving = {CONFIRM: "no", "requested_slot": None}
    assert result.slots == {**leaving, "asked": "happening_now", "danger_seen": True}
    assert result.text == words("emergency_check")


@pytest.mark.parametrize("slot", SLOTS)
def test_the_stop_button_stops_at_each_step(slot):
    assert button("handover/stopped", slot).slots == {CONFIRM: "no", "requested_slot": None}


@pytest.mark.parametrize(("slot", "other"), [(TIME, {TIME: None}), (CONFIRM, {CONFIRM: None})])
def test_a_new_number_corrects_the_way_and_the_question_comes_again(slot, other):
    assert typed("sorry, 07700 900456", slot).slots == {WAY: "sorry, 07700 900456", **other}


def test_new_times_correct_the_time_and_it_is_read_back_again():
    result = typed("no, after 7pm", CONFIRM, "deny")
    assert result.slots == {TIME: "no, after 7pm", CONFIRM: None}


@pytest.mark.parametrize("text", ["yes", "yes please", "ok send it to them"])
def test_a_yes_is_the_second_yes(text):
    assert typed(text, CONFIRM, "affirm").slots == {CONFIRM: "yes"}


def test_a_yes_with_a_condition_is_read_back_again():
    result = typed("yes but only after 7", CONFIRM, "affirm")
    assert result.slots == {TIME: "yes but only after 7", CONFIRM: None}


def test_the_send_button_is_the_second_yes_only_where_it_is_asked():
    assert button("handover/sending", CONFIRM).slots == {CONFIRM: "yes"}
    assert button("handover/sending", WAY).slots == {WAY: None}


def test_the_change_button_asks_both_again():
    result = button("handover/change", CONFIRM)
    assert result.slots == WIPED
    assert result.text == words("handover/change")


def test_too_long_is_asked_for_again_and_nothing_is_cut_unseen():
    text = NUMBER + " " + "x" * MAX_CHARACTERS
    result = typed(text, WAY)
    assert result.slots == {WAY: None}
    assert result.text == words("handover/too_long")


def test_anything_else_is_no_yes():
    result = typed("hmm", CONFIRM)
    assert result.slots == {CONFIRM: None}
    assert result.text == words("handover/confirm_unclear")


def test_possible_danger_in_an_answer_leads_and_is_asked_about():
    text = "07700 900123, he has a knife"
    result = typed(text, WAY, tier="check")
    assert result.text == words("emergency_check")
    assert result.slots == {WAY: text, "asked": "happening_now", "danger_seen": True}


@pytest.mark.parametrize("tier", [{"tier": "check"}, {"crisis": "check"}])
def test_a_number_that_only_the_models_find_strange_is_just_an_answer(tier):
    result = typed(NUMBER, WAY, **tier)
    assert result.text == ""
    assert result.slots == {WAY: NUMBER}


@pytest.mark.parametrize("text", WAYS)
def test_ways_as_people_may_type_them(text):
    assert typed(text, WAY, tier="check").slots[WAY] == text


@pytest.mark.parametrize("text", TIMES)
def test_times_as_people_may_type_them(text):
    result = typed(text, TIME, tier="check")
    assert result.slots == {TIME: text}
    assert result.text == ""


@pytest.mark.parametrize(
    ("slot", "text"),
    [*((WAY, text) for text in MORE_WAYS), *((TIME, text) for text in MORE_TIMES)],
)
def test_what_the_emergency_policy_leaves_to_the_form_is_an_answer_to_it(slot, text):
    assert answers.kind(text) is not Kind.OTHER
    assert typed(text, slot).slots == {slot: text}


@pytest.mark.parametrize("text", DANGERS)
def test_the_rules_see_danger_in_an_answer(text):
    result = typed(text, TIME, tier="check")
    assert result.text == words("emergency_check")


@pytest.mark.parametrize("label", ["emergency", "emergency/in_home"])
@pytest.mark.parametrize("text", ["tomorrow morning", "half past ten", "2pm tomorrow"])
def test_a_plain_time_that_the_models_take_for_an_emergency_is_a_time(text, label):
    result = typed(text, TIME, label, tier="emergency")
    assert result.slots == {TIME: text}
    assert result.text == ""


@pytest.mark.parametrize("text", ["tonight", "now", "he finishes at 6 so before that"])
def test_one_about_this_moment_or_another_person_has_999_before_it(text):
    result = typed(text, TIME, "emergency", tier="emergency")
    assert result.slots == {TIME: text, "danger_seen": True}, "and no second question is open"
    assert result.text == words("handover/in_danger")


def test_a_time_where_a_number_was_asked_for_is_asked_for_again():
    result = typed("tomorrow morning", WAY, "emergency", tier="emergency")
    assert result.slots == {WAY: None}
    assert result.text == words("handover/way_unclear")


def test_words_that_are_no_part_of_an_answer_have_999_before_them():
    text = "he found me 07700 900123"
    result = typed(text, WAY, tier="check")
    assert result.slots == {WAY: text, "danger_seen": True}
    assert result.text == words("handover/in_danger")


def test_danger_is_rarer_in_an_answer_among_other_words():
    text = "07700 900123 ask for Dee in payroll"
    assert typed(text, WAY, tier="none").text == ""
    assert typed(text, WAY, tier="emergency").text == words("handover/in_danger")
    assert typed(text, WAY, crisis="crisis").text == words("crisis_check")


@pytest.mark.parametrize("slot", SLOTS)
@pytest.mark.parametrize(
    "text",
    [
        "I've changed my mind",
        "on second thoughts no",
        "can I stop here? I clicked yes by accident",
        "dont want anyone to ring me",
        "let's not bother with the call after all",
        "i need to think about it",
    ],
)
def test_a_yes_taken_back_ends_it(slot, text):
    assert typed(text, slot).slots == {CONFIRM: "no", "requested_slot": None}


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("dont ring the house phone, 07700 900123", WAY),
        ("i dont want anyone to ring in the evening, mornings are ok", TIME),
        ("changed my mind, use jo@mail.example", WAY),
    ],
)
def test_how_and_when_not_to_be_reached_takes_nothing_back(text, slot):
    assert typed(text, slot).slots == {slot: text}


def test_an_answer_that_the_models_take_for_a_crisis_has_help_before_it():
    result = typed("tonight", TIME, "crisis", crisis="crisis")
    assert result.slots == {TIME: "tonight", "danger_seen": True}
    assert result.text == words("crisis_check")


def test_a_wish_to_die_in_an_answer_leads():
    result = typed("any time, i want to die", TIME, crisis="check")
    assert result.text == words("crisis_check")


def test_no_yes_is_taken_from_a_message_that_may_hold_danger():
    result = typed("yes he has a knife", CONFIRM, "affirm", tier="check")
    assert result.text == words("emergency_check")
    assert result.slots == {CONFIRM: None, "asked": "happening_now", "danger_seen": True}


@pytest.mark.parametrize("text", ["yes", "ok send it to them"])
def test_no_yes_is_taken_where_the_models_alone_see_danger(text):
    result = typed(text, CONFIRM, "affirm", tier="check")
    assert result.text == words("handover/in_danger")
    assert result.slots == {CONFIRM: None, "danger_seen": True}


@pytest.mark.parametrize(
    ("text", "slot"), [("no, after 7pm", TIME), ("sorry, 07700 900456 he has mine", WAY)]
)
def test_a_correction_is_taken_though_the_models_see_danger(text, slot):
    result = typed(text, CONFIRM, "deny", tier="check")
    assert result.text == words("handover/in_danger")
    assert result.slots == {slot: text, CONFIRM: None, "danger_seen": True}


def test_no_to_the_check_answers_the_check():
    result = typed("no", WAY, "deny", slots={"asked": "happening_now", "danger_seen": True})
    assert result.text == words("check_denied")
    assert result.slots == {WAY: None, "asked": None}


@pytest.mark.parametrize("slot", [WAY, CONFIRM])
def test_ok_to_the_check_answers_neither_it_nor_the_form(slot):
    slots = {"asked": "happening_now", "danger_seen": True}
    result = typed("ok", slot, "affirm", slots=slots)
    assert result.text == words("check_unsure")
    assert result.slots[slot] is None
    assert result.slots.get("asked", "happening_now") == "happening_now"


def test_no_to_the_check_does_not_hide_a_possible_crisis():
    slots = {"asked": "happening_now", "danger_seen": True}
    result = typed("no, i just want it to end", WAY, "deny", slots=slots, crisis="check")
    assert result.text == words("check_denied", "crisis_check")
    assert result.slots == {WAY: None, "asked": "crisis", "danger_seen": True}


# Asking.


def ask(action, **slots):
    return run(action, tracker("affirm", loop="handover_form", slots=slots), DOMAIN)


def test_the_questions_can_be_left_by_a_button():
    for action in (ActionAskHandoverWay(), ActionAskHandoverTime(), ActionAskHandoverConfirm()):
        assert payload("handover/stopped") in ask(action, **{WAY: "w", TIME: "t"}).payloads


def test_what_would_be_sent_is_read_back_as_data():
    way, time_ = "<img src=x> {nsh.phone} 07700 900123", "after *six*"
    result = ask(ActionAskHandoverConfirm(), **{WAY: way, TIME: time_})
    assert result.text == words("handover/confirm", way=way, time=time_)
    assert way in result.text and time_ in result.text


def test_the_check_s_buttons_stay_while_it_is_open():
    result = ask(ActionAskHandoverTime(), asked="happening_now")
    assert result.payloads[:2] == [payload("emergency"), payload("check_denied")]


# The end.


def end(label="affirm", **slots):
    return run(ActionHandoverEnd(), tracker(label, slots=slots), DOMAIN)


GIVEN = {WAY: NUMBER, TIME: "evenings"}


def test_after_the_second_yes_it_is_asked_for_and_nothing_is_claimed():
    result = end(**GIVEN, **{CONFIRM: "yes"})
    assert result.text == words("handover/sending")
    request = result.slots[SLOT]
    assert (request["way"], request["time"]) == (NUMBER, "evenings")
    assert len(request["id"]) == 32
    assert {slot: result.slots[slot] for slot in SLOTS} == WIPED


@pytest.mark.parametrize(
    "slots",
    [
        {},
        GIVEN,
        {**GIVEN, CONFIRM: "no"},
        {CONFIRM: "yes"},
        {CONFIRM: "yes", WAY: NUMBER},
        {CONFIRM: "yes", TIME: "evenings"},
    ],
)
def test_without_all_three_nothing_is_sent_and_it_says_so(slots):
    result = end(**slots)
    assert result.text == words("handover/stopped")
    assert result.slots == WIPED


def test_switched_off_meanwhile_nothing_is_sent(off):
    assert end(**GIVEN, **{CONFIRM: "yes"}).slots == WIPED


@pytest.mark.parametrize("label", ["goodbye", "safe_now"])
def test_who_leaves_hears_that_nothing_was_sent_and_then_the_answer(label):
    assert end(label, **{CONFIRM: "no"}).text == words("handover/stopped", label)


@pytest.mark.parametrize("asked", ["crisis", "crisis_after"])
def test_who_leaves_it_in_a_crisis_hears_whom_to_talk_to(asked):
    result = end("goodbye", asked=asked, **{CONFIRM: "no"})
    assert result.text == words("handover/stopped", "crisis_after/goodbye")
