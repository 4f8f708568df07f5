"""Where the person says they are, whatever else the message is about."""

from __future__ import annotations

import pytest

from actions.answer import ActionAnswer
from actions.nation import ABROAD, QUESTION, stated
from bot.content.render import payload_for
from tests.unit.actions.conftest import CLOSED, pressed, run, tracker, words
from tests.unit.processor import least


def said(text, place="glasgow", nation="scotland", label="advice/spo_what"):
    return tracker(label, text=text, place=place, entities={"nation": nation})


@pytest.mark.parametrize(
    "text",
    [
        "hello i live in glasgow my ex wont stop",
        "Im in glasgow, who do i ring",
        "we're currently staying near glasgow and he found us",
        "I am just outside glasgow",
        "i moved to glasgow, is the law the same",
        "we've just moved up to glasgow",
        "am in glasgow hen",
        "im at my mum's flat in glasgow",
        "I'm at uni in glasgow and hes in swansea",
        "Up here in glasgow, is it the same orders",
        "asking from glasgow",
    ],
)
def test_the_person_says_so(text):
    assert stated(said(text)) == "scotland"
    asked = run(ActionAnswer(), said(text, label=QUESTION))
    assert asked.text == words("nation/scotland", nation="scotland")


def test_a_long_message_full_of_places_takes_milliseconds():
    where = said("fife " * 400, place="fife")
    (place,) = where.latest_message["entities"]
    places = [{**place, "start": 5 * at, "end": 5 * at + 4} for at in range(400)]
    where.latest_message["entities"] = places
    assert stated(where) is None
    assert least(lambda: stated(where)) < 0.5


def in_scotland(label, text, **others):
    slots = {"nation": "scotland", "topic": "reporting/how", "services": ["samaritans"]}
    return tracker(label, slots=slots, text=text, guesses={label: 0.9}, **others)


@pytest.mark.parametrize("text", ["leeds", "west bromwich"])
def test_a_place_in_england_is_asked_about_where_scotland_was_told(text):
    assert run(ActionAnswer(), in_scotland("reporting/how", text)).text == words(
        QUESTION, nation="scotland"
    )


@pytest.mark.parametrize("text", ["how report", "reporting", "how do i tell the police"])
def test_how_to_report_is_answered_for_the_nation_told(text):
    result = run(ActionAnswer(), in_scotland("reporting/how", text))
    assert result.text.startswith(words("reporting/how", nation="scotland"))


def test_what_was_named_for_another_nation_is_forgotten():
    where = pressed("nation/england_wales", slots={"nation": "scotland", "topic": "nation/scotland",
                                                   "services": ["police_scotland"]})  # fmt: skip
    result = run(ActionAnswer(), where)
    assert result.slots["nation"] == "england_wales"
    assert result.slots["topic"] is None and result.slots["services"] is None


OTHERS = [
    "he moved to glasgow but still texts",
    "she's moved to glasgow, does it change owt",
    "im not in glasgow",
    "I am scared. He lives in glasgow",
    "im glad hes in glasgow",
    "im helping someone in glasgow",
    "i was in glasgow and he followed me",
    "is the law the same in glasgow",
]


@pytest.mark.parametrize("text", [*OTHERS, "glasgow"])
def test_others_do_not_count(text):
    assert stated(said(text)) is None


@pytest.mark.parametrize("text", OTHERS)
@pytest.mark.parametrize("last", [None, QUESTION])
def test_where_others_are_is_no_answer_to_where_you_are(text, last):
    """ "She's moved to Glasgow, does it change owt" sent all that followed to Police Scotland."""
    where = said(text, label=QUESTION)
    where.slots.update({"support_named": True, "last_reply": last})
    result = run(ActionAnswer(), where)
    assert "nation" not in result.slots
    for nation in ("scotland", "northern_ireland", "england_wales"):
        assert payload_for(f"nation/{nation}") in result.payloads


@pytest.mark.parametrize("text", ["glasgow", "Glasgow.", "in glasgow", "glasgow please"])
@pytest.mark.parametrize(
    ("label", "last"),
    [
        (QUESTION, None),
        (QUESTION, QUESTION),
        ("advice/location", QUESTION),
        ("advice/location", ABROAD),
    ],
)
def test_the_bare_name_of_a_place_answers_where_you_are(text, label, last):
    place = "Glasgow" if "G" in text else "glasgow"
    where = said(text, place=place, label=label)
    where.slots["last_reply"] = last
    result = run(ActionAnswer(), where)
    assert result.text == words("nation/scotland", nation="scotland")
    assert result.slots["nation"] == "scotland"


@pytest.mark.parametrize(
    ("text", "reply_id"),
    [
        ("whats the law over here so?", "nation/scotland"),
        ("actually im in spain now", QUESTION),
        ("what if she moves to Belfast?", QUESTION),
    ],
)
def test_a_question_that_names_no_place_is_about_where_the_person_is(text, reply_id):
    entities = {"nation": "northern_ireland"} if "Belfast" in text else {}
    slots = {"nation": "scotland", "support_named": True}
    where = tracker(QUESTION, text=text, slots=slots, entities=entities, place="Belfast")
    assert run(ActionAnswer(), where).text == words(reply_id, nation="scotland")


def test_before_the_nation_is_known_no_one_nation_has_its_services_named(clock):
    clock.now = CLOSED
    text = run(ActionAnswer(), tracker(QUESTION)).text
    assert text == words(QUESTION, now=CLOSED) and "Victim Support" not in text


def test_a_bare_place_answers_nothing_that_was_not_asked():
    assert "nation" not in run(ActionAnswer(), said("glasgow", label="advice/location")).slots


def test_two_bare_places_of_two_nations_are_no_answer():
    where = said("glasgow", label=QUESTION)
    other = {"entity": "nation", "value": "england_wales", "start": 8, "end": 13}
    where.latest_message["text"] = "glasgow leeds"
    where.latest_message["entities"].append(other)
    assert "nation" not in run(ActionAnswer(), where).slots


def test_there_is_a_way_back_from_each_nation():
    for nation in ("scotland", "northern_ireland"):
        told = run(ActionAnswer(), pressed(f"nation/{nation}"))
        assert payload_for("nation/england_wales") in told.payloads
        back = run(ActionAnswer(), pressed("nation/england_wales", slots=told.slots))
        assert back.text == words("nation/england_wales")
        assert back.slots["nation"] == "england_wales"


@pytest.mark.parametrize("text", ["Jersey", "dublin", "in france"])
def test_a_place_outside_the_uk_is_told_what_i_do_not_know(text):
    slots = {"support_named": True, "last_reply": QUESTION}
    where = tracker(QUESTION, text=text, guesses={QUESTION: 0.9}, slots=slots)
    result = run(ActionAnswer(), where)
    assert result.text == words("abroad")
    assert "emergency number where you are" in result.text
    assert "nation" not in result.slots


def test_a_place_that_is_no_nation_is_left_alone():
    assert stated(said("i live in glasgow", nation="atlantis")) is None


def test_the_answer_is_the_nations_and_it_is_kept():
    result = run(ActionAnswer(), said("i live in glasgow, what is an spo"))
    assert words("advice/spo_what", nation="scotland") in result.text
    assert result.slots["nation"] == "scotland"


def test_a_question_that_names_the_nation_told_before_is_about_it():
    text = "can the police in glasgow get an order"
    where = in_scotland(QUESTION, text, place="glasgow", entities={"nation": "scotland"})
    assert run(ActionAnswer(), where).text == words("nation/scotland", nation="scotland")


@pytest.mark.parametrize(
    "text", ["glasgow. who do i complain to", "i know that. glasgow! and now?"]
)
def test_a_sentence_that_is_a_place_tells_where_somebody_is(text):
    assert stated(said(text)) == "scotland"


def test_an_answer_of_one_nation_alone_tells_it_where_a_place_there_is_named():
    text = "polis in kirkcaldy lifted my ex and let him out on an undertaking"
    others = {"text": text, "place": "kirkcaldy", "entities": {"nation": "scotland"}}
    found, guessed = {"scotland/undertaking": 0.9}, {"advice/after_report": 0.8}
    where = tracker("advice/after_report", found=found, guesses=guessed, **others)
    assert run(ActionAnswer(), where).slots["nation"] == "scotland"
    there = {**others, "text": "shes moved to kirkcaldy, what is an undertaking"}
    moved = tracker("advice/after_report", found=found, guesses=guessed, **there)
    assert "nation" not in run(ActionAnswer(), moved).slots


def test_a_nation_that_was_told_is_not_explained_once_more_where_an_answer_is_found():
    slots = {"nation": "scotland", "topic": "advice/after_report", "support_named": True}
    text, found = "the order runs out in april, does it simply lapse", {"scotland/nho_ends": 0.6}
    turn = {"act": {"name": "asks", "confidence": 0.9}}
    guessed = {QUESTION: 0.9}
    where = tracker(QUESTION, slots=slots, text=text, found=found, turn=turn, guesses=guessed)
    assert run(ActionAnswer(), where).slots["last_reply"] == "scotland/nho_ends"
