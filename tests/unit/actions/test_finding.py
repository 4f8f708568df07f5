"""What is made of the answers that the finder found."""

from __future__ import annotations

import pytest

from actions import finding
from actions.answer import WHOSE_LAW, ActionAnswer
from actions.choice import SAME_ANSWER
from actions.clarify import ActionClarify
from actions.conversation import ASKED_AGAIN, NOT_ASKED, WHICH_ASKED, WHICH_NEXT
from actions.follow_up import ActionFollowUp
from bot.content.register import get_register
from bot.content.render import MORE, MOST_FOUND, payload_for
from bot.slots import HAPPENING_NOW, OPEN_QUESTION
from tests.unit.actions.conftest import item, offers, pressed, run, tracker, words

# Both hold in all of the UK; the first has more to tell.
TAG, PHONE = "tech/tracker_alert", "tech/spyware_signs"


def heard(**roles):
    return {"roles": roles, "accused_before": roles["accused"], "self_most": 0.5}


SURE, UNSURE = {TAG: 0.9, PHONE: 0.02}, {TAG: 0.4, PHONE: 0.3}
SUPPORTED = {"support_named": True}
QUESTION = "what do i do about the tag?"


def asked(found=SURE, label="advice/tracker", text=QUESTION, slots=SUPPORTED, **others):
    return tracker(label, guesses={label: 0.8}, found=found, text=text, slots=dict(slots), **others)


def answered(*arguments, **others):
    return run(ActionAnswer(), asked(*arguments, **others))


def test_the_answer_that_was_found_stands_in_for_that_of_the_topic():
    result = answered()
    assert result.text == words(TAG)
    assert result.slots["last_reply"] == result.slots["topic"] == TAG
    assert result.payloads[0] == payload_for(MORE)
    assert result.payloads[-1] == payload_for(NOT_ASKED)
    assert len(result.payloads) == 1 + MOST_FOUND + 1


def test_other_answers_that_may_be_meant_are_buttons():
    assert payload_for(PHONE) in answered(UNSURE).payloads
    assert payload_for(PHONE) not in answered(SURE).payloads


def test_where_nothing_is_near_the_topic_answers():
    result = answered(nearness=20.0)
    assert result.text == words("advice/tracker")


@pytest.mark.parametrize("label", ["affirm", "deny", "thank", "greet", "delete_chat"])
def test_an_answer_to_the_bot_asks_for_none(label):
    assert finding.found(asked(label=label, text="yes he did")) is None


def test_a_button_asks_for_none_but_its_own():
    assert run(ActionAnswer(), pressed(PHONE, slots=SUPPORTED)).text == words(PHONE)


def turn(name, confidence=0.9):
    return {"act": {"name": name, "confidence": confidence}}


IN_THE_MIDDLE = {**SUPPORTED, "topic": PHONE, "last_reply": PHONE}


@pytest.mark.parametrize("label", ["out_of_scope/off_topic", "deny"])
def test_who_asks_in_the_middle_of_a_chat_is_answered_however_it_looks(label):
    others = {"label": label, "slots": IN_THE_MIDDLE}
    assert finding.found(asked(UNSURE, turn=turn("asks"), **others)).id == TAG
    assert finding.found(asked(UNSURE, turn=turn("acknowledges"), **others)) is None
    at_first = {**others, "slots": SUPPORTED}
    assert finding.found(asked(UNSURE, turn=turn("asks"), **at_first)) is None
    waits = {**others, "slots": {**IN_THE_MIDDLE, OPEN_QUESTION: HAPPENING_NOW}}
    assert finding.found(asked(UNSURE, turn=turn("asks"), **waits)) is None


def test_what_is_told_at_length_may_ask_for_more_than_a_person_to_talk_to():
    told = "i work nights so i am asleep when all of them are open"
    assert finding.found(asked({TAG: 0.95}, label="talk_to_person", text=told)).id == TAG
    assert finding.found(asked({TAG: 0.7}, label="talk_to_person", text=told)) is None
    short = "can i talk to somebody"
    assert finding.found(asked({TAG: 0.95}, label="talk_to_person", text=short)) is None


def test_who_goes_on_telling_is_thanked_where_no_answer_comes_near():
    told = {"text": "i saw him near my house on monday", "label": "advice/is_it_stalking"}
    told["slots"] = {**SUPPORTED, "topic": PHONE, "last_reply": PHONE}
    thanked = answered({TAG: 0.05}, turn=turn("tells"), **told)
    assert thanked.text == words(SAME_ANSWER)
    assert answered(SURE, turn=turn("tells"), **told).text == words(TAG)


def test_no_answer_is_given_twice_in_a_row():
    slots = {**SUPPORTED, "topic": TAG, "last_reply": TAG}
    assert answered({TAG: 0.8, PHONE: 0.15}, slots=slots).text == words(PHONE)


def test_who_is_accused_once_is_told_nothing_for_those_who_are_stalked():
    said = {**turn("tells"), "heard": heard(accused=0.9, self=0.1)}
    mine = {"accused/what_now": 0.5, TAG: 0.4}
    first = answered(mine, turn=said)
    assert first.text == words("accused/what_now")
    assert first.slots["who"] == "accused"
    later = answered({TAG: 0.6, "accused/false": 0.2}, slots={**SUPPORTED, "who": "accused"})
    assert later.text == words("accused/false")


def test_who_asks_for_an_answer_again_gets_what_is_left_of_it():
    slots = {**SUPPORTED, "shown": [TAG]}
    rest = item(TAG).model_copy(update={"bubbles": item(TAG).more, "steps": {}, "services": ()})
    result = answered({TAG: 0.95}, slots=slots)
    assert result.text == words(rest)
    slots["shown"] = result.slots["shown"]
    assert answered({TAG: 0.95}, slots=slots).text.startswith(words(TAG).split("\n")[0])


def test_who_asks_once_more_may_press_the_rest_or_something_else():
    slots = {**SUPPORTED, "topic": TAG, "shown": [TAG]}
    result = answered({TAG: 0.85, PHONE: 0.04}, slots=slots)
    assert result.text == words(ASKED_AGAIN)
    assert result.payloads[:2] == [payload_for(MORE), payload_for(PHONE)]


def test_who_asks_once_more_for_an_earlier_answer_may_press_it():
    slots = {**SUPPORTED, "topic": PHONE, "shown": [TAG, PHONE]}
    result = answered({TAG: 0.85}, slots=slots)
    assert result.text == words(ASKED_AGAIN)
    assert result.payloads[0] == payload_for(TAG)


def test_who_tells_more_of_what_was_answered_is_not_told_it_again():
    slots = {**SUPPORTED, "topic": TAG, "last_reply": TAG, "shown": [TAG]}
    told = answered({TAG: 0.85}, turn=turn("tells"), text="it was under the seat", slots=slots)
    assert told.text == words(SAME_ANSWER)


def test_what_was_given_before_is_not_given_to_who_is_not_sure_to_want_it():
    shown = {**SUPPORTED, "shown": [TAG, f"more:{TAG}"]}
    assert answered({TAG: 0.6, PHONE: 0.3}, slots=shown).text == words(PHONE)


@pytest.mark.parametrize("act", ["asks", "tells"])
def test_the_rest_of_an_answer_is_for_nobody_who_says_something_else(act):
    shown = {**SUPPORTED, "shown": [TAG]}
    assert answered({TAG: 0.6, PHONE: 0.3}, turn=turn(act), slots=shown).text == words(PHONE)


def test_who_corrects_gets_no_earlier_answer_again_but_may_press_it():
    slots = {**SUPPORTED, "topic": PHONE, "last_reply": PHONE, "shown": [TAG, PHONE]}
    text = "no i said the thing in my car not my phone"
    result = answered({PHONE: 0.5, TAG: 0.95}, turn=turn("corrects"), text=text, slots=slots)
    assert result.text == words(NOT_ASKED)
    assert result.payloads[0] == payload_for(TAG)


@pytest.mark.parametrize("found", ["chat/not_what_i_asked", "feelings/chat_not_listening"])
def test_who_complains_of_being_misread_may_press_what_came_near(found):
    slots = {**SUPPORTED, "topic": PHONE, "last_reply": PHONE, "shown": [PHONE], "near": [TAG]}
    result = answered({found: 0.9}, text="you are not listening to me", slots=slots)
    assert result.text == words(found)
    assert result.payloads[0] == payload_for(TAG)
    assert f"refused:{PHONE}" in result.slots["shown"]


def test_who_corrects_is_asked_what_they_meant_where_no_answer_is_likely():
    slots = {**SUPPORTED, "topic": TAG, "last_reply": TAG, "shown": [TAG]}
    text = "no i asked about the old letters and nothing else"
    found = {PHONE: 0.3, "tech/gaming": 0.25}
    result = answered(found, turn=turn("corrects"), text=text, slots=slots)
    assert result.text == words(NOT_ASKED)
    assert result.payloads[0] == payload_for(PHONE)


@pytest.mark.parametrize(("act", "asked_back"), [("asks", WHICH_ASKED), ("tells", WHICH_NEXT)])
def test_what_may_mean_several_things_in_a_chat_is_asked_about_once(act, asked_back):
    slots = {**SUPPORTED, "topic": "tech/gaming", "last_reply": "tech/gaming"}
    unsure = {TAG: 0.35, PHONE: 0.3}
    result = answered(unsure, "nlu_fallback", turn=turn(act), slots=slots)
    assert result.text == words(asked_back)
    assert result.payloads[:2] == [payload_for(TAG), payload_for(PHONE)]
    slots |= result.slots
    assert slots["topic"] == "tech/gaming"
    assert answered(unsure, "nlu_fallback", turn=turn(act), slots=slots).text == words(TAG)
    neither = answered({PHONE: 0.9}, turn=turn("corrects"), slots=slots)
    assert "refused:tech/gaming" not in neither.slots["shown"]


def test_a_sure_topic_gets_its_own_answer_before_an_unlikely_one():
    slots = {**SUPPORTED, "topic": PHONE, "last_reply": PHONE, "shown": [PHONE]}
    label, other = "advice/helplines", "support/by_and_for"

    def reply_to(found):
        sure = {"guesses": {label: 0.95}, "text": "who can i talk to", "turn": turn("asks")}
        return run(ActionAnswer(), tracker(label, found=found, slots=slots, **sure)).slots[
            "last_reply"
        ]

    assert reply_to({PHONE: 0.7, other: 0.1}) == label
    assert reply_to({PHONE: 0.1, other: 0.8}) == other


def test_of_two_buttons_that_read_alike_one_is_offered():
    alike = ("case/statement_seen", "orders/spo_my_details")
    assert len({item(one).button["en"] for one in alike}) == 1
    slots = {**SUPPORTED, "topic": TAG, "last_reply": TAG}
    unsure = {alike[0]: 0.3, alike[1]: 0.25, PHONE: 0.2}
    result = answered(unsure, "nlu_fallback", turn=turn("asks"), slots=slots)
    assert result.text == words(WHICH_ASKED)
    assert result.payloads[:2] == [payload_for(alike[0]), payload_for(PHONE)]


def test_a_grave_sign_is_answered_and_not_asked_about():
    slots = {**SUPPORTED, "topic": PHONE, "last_reply": PHONE}
    result = answered({"risk/choked": 0.35, PHONE: 0.3}, turn=turn("tells"), slots=slots)
    assert result.slots["last_reply"] == "risk/choked"


def test_an_answer_that_was_refused_does_not_come_again():
    slots = {**SUPPORTED, "topic": TAG, "last_reply": TAG, "shown": [TAG], "near": [PHONE]}
    result = run(ActionAnswer(), pressed(NOT_ASKED, slots=slots))
    after = {**slots, **result.slots}
    assert answered({TAG: 0.95, PHONE: 0.04}, slots=slots).text != words(PHONE)
    assert answered({TAG: 0.5, PHONE: 0.45}, slots=after).text == words(PHONE)
    assert payload_for(TAG) not in answered({PHONE: 0.5, TAG: 0.4}, slots=after).payloads


def test_what_was_told_beside_is_heard_first_and_once():
    found = {TAG: 0.8, "feelings/angry_with_police": 0.1}
    opening = item("feelings/angry_with_police").opening["en"]
    result = answered(found, turn=turn("tells"), text="they did nothing and i found a tag")
    assert result.text == "\n\n".join([opening, words(TAG)])
    slots = {**SUPPORTED, "shown": result.slots["shown"]}
    assert opening not in answered({PHONE: 0.8, **found}, slots=slots).text


def test_who_tells_something_is_not_told_yes():
    found = {"risk/woman_stalker": 0.9}
    assert answered(found).text.startswith("Yes, a woman")
    told = answered(found, turn=turn("tells"), text="its a woman who does it")
    assert told.text.startswith("A woman")


def test_a_correction_with_a_question_in_it_gets_an_apology_and_the_answer():
    slots = {**SUPPORTED, "topic": PHONE, "last_reply": PHONE, "shown": [PHONE]}
    text = "no not the phone. the thing in my car, can i see whose it is"
    result = answered(UNSURE, turn=turn("corrects"), text=text, slots=slots)
    assert result.text == words("misread_crisis", TAG)
    assert not {*offers("misread_crisis")} & {*result.payloads}


def test_services_that_were_told_are_not_listed_again():
    slots = {**SUPPORTED, "shown": ["service:nsh"]}
    told = answered({}, label="reporting/how", slots=slots)
    assert get_register().services["nsh"].phone not in told.text


def test_what_is_for_helpers_is_for_them():
    found = {"feelings/making_a_fuss": 0.45, "support/friend_refuses": 0.3}
    assert answered(found).text == words("feelings/making_a_fuss")
    friend = {**SUPPORTED, "who": "friend"}
    assert answered(found, slots=friend).text == words("support/friend_refuses")


def test_what_is_for_anybody_is_as_likely_for_who_is_stalked():
    found = {TAG: 0.6, "feelings/replied": 0.3}
    assert item("feelings/replied").for_whom == ("self", "under_18")
    for who in (None, "self"):
        assert answered(found, slots={**SUPPORTED, "who": who}).text == words(TAG)


def test_what_there_is_in_one_nation_alone_is_for_who_is_there():
    found = {"scotland/spo": 0.6, TAG: 0.3}
    assert answered(found).text == words(TAG)
    there = {**SUPPORTED, "nation": "scotland"}
    assert answered(found, slots=there).text == words("scotland/spo", nation="scotland")


def test_who_asked_for_something_else_is_asked_what():
    slots = {**SUPPORTED, "topic": PHONE, "last_reply": PHONE, "near": [TAG]}
    text = "thats not what i asked"
    result = answered(UNSURE, turn=turn("corrects"), text=text, slots=slots)
    assert result.text == words(NOT_ASKED)
    assert result.payloads[0] == payload_for(TAG)
    sure = answered(SURE, turn=turn("corrects"), text=text, slots=slots)
    assert sure.text == words("misread_crisis", TAG)


def test_answers_for_who_stalks_are_for_nobody_else():
    found = {"accused/last_message": 0.6, TAG: 0.3}
    assert answered(found).text == words(TAG)
    said = {**turn("asks"), "heard": heard(accused=0.85, self=0.15)}
    assert answered(found, turn=said).text == words("accused/last_message")


@pytest.mark.parametrize(
    ("action", "label"),
    [(ActionFollowUp(), "follow_up/how"), (ActionClarify(), "nlu_fallback")],
)
def test_short_questions_and_what_was_not_understood_find_their_answers_too(action, label):
    slots = {**SUPPORTED, "topic": PHONE}
    assert run(action, asked(label=label, slots=slots)).text == words(TAG)


def test_danger_leads_what_was_found():
    assert answered(tier="check").text == words("emergency_check", TAG)


def test_more_shows_the_rest_of_the_last_answer_once():
    result = run(ActionAnswer(), pressed(MORE, slots={**SUPPORTED, "topic": TAG}))
    rest = item(TAG).model_copy(update={"bubbles": item(TAG).more, "steps": {}})
    assert result.text == words(rest)
    assert payload_for(MORE) not in result.payloads


def test_more_of_nothing_says_so():
    assert run(ActionAnswer(), pressed(MORE, slots=SUPPORTED)).text == words(MORE)


def test_what_came_near_is_offered_to_who_asked_for_something_else():
    slots = {**SUPPORTED, **answered(UNSURE).slots}
    assert slots["near"] == [PHONE]
    result = run(ActionAnswer(), pressed(NOT_ASKED, slots=slots))
    assert result.text == words(NOT_ASKED)
    assert result.payloads[0] == payload_for(PHONE)


def test_an_answer_that_was_shown_is_not_offered_again():
    offered = item(TAG).offers[0]
    assert payload_for(offered) in answered().payloads
    shown = {**SUPPORTED, "shown": [offered]}
    assert payload_for(offered) not in answered(slots=shown).payloads


def with_nations():
    """An answer that is another one in Scotland."""
    known = get_register().replies
    return next(
        one.id
        for one in known.values()
        if one.id.startswith("case/") and one.nation == "england_wales"
        if (one.id, "scotland") in known
    )


def test_whose_law_it_is_is_said_once_while_nobody_has_told_where_they_are():
    law = {with_nations(): 0.9}
    first = answered(law)
    assert first.text == words(with_nations(), WHOSE_LAW)
    again = answered(law, slots={**SUPPORTED, "shown": first.slots["shown"]})
    assert WHOSE_LAW in first.slots["shown"]
    assert words(WHOSE_LAW) not in again.text
    there = answered(law, slots={**SUPPORTED, "nation": "scotland"})
    assert there.text == words(with_nations(), nation="scotland")


def test_who_then_tells_where_they_are_gets_the_answer_of_there():
    slots = {**SUPPORTED, "topic": with_nations()}
    where = pressed("nation/scotland", slots=slots)
    result = run(ActionAnswer(), where)
    assert result.text == words(with_nations(), nation="scotland")
    assert result.slots["nation"] == "scotland"


def test_what_is_said_while_danger_is_open_is_answered_after_one_line():
    slots = {**SUPPORTED, "emergency_mode": True, "emergency_reply": "emergency"}
    found = {"danger/stay_on_line": 0.6, TAG: 0.2}
    result = answered(found, label="emergency/here_now", tier="emergency", slots=slots)
    assert result.text == words("emergency_reminder/line", "danger/stay_on_line")
    assert "emergency_mode" not in result.slots


def test_the_police_being_there_ends_it():
    slots = {**SUPPORTED, "emergency_mode": True, "emergency_reply": "emergency"}
    found, text = {"danger/police_here_say": 0.9}, "two officers are in the hall"
    result = answered(found, label="safe_now", text=text, slots=slots)
    assert result.text == words("danger/police_here_say")
    assert result.slots["emergency_mode"] is False


def test_two_questions_in_one_message_get_both_answers_in_their_order():
    where = tracker("advice/evidence", found={PHONE: 0.6, TAG: 0.3}, slots=SUPPORTED)
    where.latest_message["labels"] = [{"name": "advice/evidence", "confidence": 0.9}]
    where.latest_message["answers"]["several"] = [TAG, PHONE]
    result = run(ActionAnswer(), where)
    said = item(TAG), item(PHONE)
    assert result.text.index(words(said[0])) < result.text.index(words(said[1]))
    assert {TAG, PHONE} <= {*result.slots["shown"]}
    assert payload_for(TAG) not in result.payloads


def test_where_the_whole_message_is_about_something_else_it_is_one_question():
    where = tracker("advice/evidence", found={PHONE: 0.6}, slots=SUPPORTED)
    where.latest_message["labels"] = [{"name": "advice/evidence", "confidence": 0.9}]
    where.latest_message["answers"]["several"] = [TAG, "safety/block"]
    assert run(ActionAnswer(), where).text == words(PHONE)


@pytest.mark.parametrize("other", ["danger/what_to_say", "advice/right_to_know"])
def test_what_is_for_danger_or_another_nation_is_no_second_answer(other):
    slots = {**SUPPORTED, "nation": "scotland"}
    where = tracker("advice/evidence", found={PHONE: 0.6}, slots=slots)
    where.latest_message["labels"] = [{"name": "advice/evidence", "confidence": 0.9}]
    where.latest_message["answers"]["several"] = [other, PHONE]
    assert run(ActionAnswer(), where).text == words(PHONE, nation="scotland")
