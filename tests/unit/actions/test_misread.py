"""What the models mistake is put right by the word that decides."""

from __future__ import annotations

import time

import pytest

from actions.answer import ActionAnswer
from actions.clarify import ActionClarify
from actions.misread import GO_ON, MEN, OLDER, YOUNG
from bot.safety import context
from tests.unit.actions.conftest import SUPPORTED, answer_to, pressed, run, tracker, words


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("im 15", YOUNG),
        ("18", YOUNG),
        ("I'm 19", GO_ON),
        ("im 40", GO_ON),
        ("im 73 years old", OLDER),
        ("my daughter is 19", GO_ON),
    ],
)
@pytest.mark.parametrize("label", [OLDER, YOUNG])
def test_an_age_is_read_as_the_number_it_is(label, text, reply):
    assert answer_to(label, text) == words(reply)


def test_more_than_an_age_is_left_to_the_models():
    assert answer_to(OLDER, "im 58 and on my own now") == words(OLDER)


def test_help_for_men_needs_a_word_for_a_man():
    guesses = {"advice/after_report": 0.06}
    assert answer_to(MEN, "will they laugh at me", **guesses) == words("advice/after_report")
    assert answer_to(MEN, "will they laugh at me because im a man", **guesses) == words(MEN)
    assert answer_to(MEN, "will they laugh at me") == words(MEN), "nothing else is likely"


def test_who_speaks_of_an_ex_husband_is_not_taken_for_a_man():
    guesses = {"advice/ex_partner": 0.06}
    text = "whos there for me, its my ex husband"
    assert answer_to(MEN, text, **guesses) == words("advice/ex_partner")
    assert answer_to(MEN, "my wife hits me", **guesses) == words(MEN)


@pytest.mark.parametrize("text", ["my ex keeps messaging me", "she won't stop texting me at night"])
def test_plain_contact_is_understood_where_the_models_are_not_sure(text):
    where = tracker(
        "nlu_fallback", slots=SUPPORTED, text=text, guesses={"advice/is_it_stalking": 0.3}
    )
    assert run(ActionClarify(), where).text == words("advice/is_it_stalking")


@pytest.mark.parametrize("text", ["can you see my messages", "do police read what i type here"])
def test_who_reads_this_chat_is_not_what_it_can_do(text):
    assert answer_to("capabilities", text) == words("advice/confidentiality")


@pytest.mark.parametrize("label", ["advice/court", "capabilities"])
def test_evidence_is_about_what_to_keep(label):
    for text in ("can you tell me about evidence", "tell me about evidence?", "help with evidence"):
        assert answer_to(label, text) == words("advice/evidence")
    assert answer_to(label, "what is it like giving evidence") == words(label)


def test_what_somebody_else_reads_is_not_about_this_chat():
    text = "can my ex read my messages"
    assert answer_to("capabilities", text) == words("capabilities")


def test_no_text_about_this_chat_takes_long():
    text = "can you see my" + " chat" * 400 + " x"
    began = time.process_time()
    answer_to("capabilities", text)
    assert time.process_time() - began < 1


def test_who_has_no_papers_is_told_of_no_proof():
    text = "i have no papers problem with police?"
    assert answer_to("reporting/evidence", text) == words("advice/helplines")
    assert answer_to("reporting/evidence", "i have no proof") == words("reporting/evidence")
    text = "i have no documents to prove it"
    assert answer_to("reporting/evidence", text) == words("reporting/evidence")
    text = "he was deported but he is back, no papers"
    assert answer_to("reporting/breach", text) == words("reporting/breach")


def test_little_english_is_no_matter_of_hearing():
    token = context.recent_text.set("english little")
    try:
        assert answer_to("advice/deaf", "how can i talk police") == words("other_language")
        assert answer_to("advice/deaf", "im deaf how can i talk police") == words("advice/deaf")
        text = "i need an interpreter to sign for me"
        assert answer_to("advice/deaf", text) == words("advice/deaf")
    finally:
        context.recent_text.reset(token)


def test_what_police_can_do_is_not_what_this_chat_can_do():
    assert answer_to("capabilities", "what can the police do") == words("advice/after_report")
    assert answer_to("capabilities", "what can you do") == words("capabilities")


@pytest.mark.parametrize("label", ["deny", "affirm", "not_sure"])
def test_a_sentence_is_no_answer_where_nothing_was_asked(label):
    assert answer_to(label, "i havent told anyone about it") == words(GO_ON)
    assert answer_to("deny", "no thank you") == words("deny")
    assert answer_to("deny", "he hasnt hurt me yet", {"asked": "erasing"}) == words(
        "delete_chat_no"
    )


def test_a_button_is_never_misread():
    where = pressed(MEN, slots=SUPPORTED)
    assert run(ActionAnswer(), where).text == words(MEN)


@pytest.mark.parametrize(
    ("label", "text", "other"),
    [
        ("advice/right_to_know", "can they find him", "advice/evidence"),
        ("reporting/breach", "he emailed me last week", "advice/no_contact"),
        ("advice/friend_or_family", "should i be worried", "advice/personal_safety"),
        ("advice/own_behaviour", "where can i get help", "advice/helplines"),
    ],
)
def test_a_label_needs_a_word_of_it(label, text, other):
    assert answer_to(label, text, **{other: 0.06}) == words(other)


@pytest.mark.parametrize(
    ("label", "text", "slots"),
    [
        ("advice/right_to_know", "has he been violent before", {}),
        ("advice/right_to_know", "would he be told", {"topic": "advice/right_to_know"}),
        ("reporting/breach", "he broke the order last week", {}),
        ("reporting/breach", "he emailed me last week", {"topic": "advice/spo_what"}),
        ("advice/friend_or_family", "im worried about my sister", {}),
        ("advice/own_behaviour", "i need help to stop messaging her", {}),
        ("advice/own_behaviour", "where can i get help", {"topic": "own_behaviour/today"}),
        (
            "reporting/breach",
            "there was a letter on the mat again when i came home on sunday evening",
            {},
        ),
    ],
)
def test_with_the_word_or_the_topic_or_many_words_it_stands(label, text, slots):
    assert answer_to(label, text, {**SUPPORTED, **slots}, **{"advice/law": 0.06}) == words(label)


@pytest.mark.parametrize(
    ("label", "otherwise"),
    [
        ("reporting/breach", "advice/is_it_stalking"),
        ("advice/friend_or_family", "advice/emotional_support"),
        ("advice/own_behaviour", "advice/helplines"),
    ],
)
def test_where_nothing_else_is_likely_it_is_the_broader_answer(label, otherwise):
    assert answer_to(label, "i need help", SUPPORTED) == words(otherwise)


@pytest.mark.parametrize(
    "text", ["what is stalking", "whats stalking?", "so what is the definition of stalking"]
)
def test_what_stalking_is(text):
    assert answer_to("advice/spo_what", text) == words("advice/is_it_stalking")


def test_what_an_order_against_stalking_is():
    assert answer_to("advice/spo_what", "what is a stalking protection order") == words(
        "advice/spo_what"
    )


@pytest.mark.parametrize(
    "text",
    ["can you report it for me", "could you call them for me please", "can u tell the police"],
)
def test_this_chat_does_nothing_for_anybody(text):
    assert answer_to("reporting/for_someone", text) == words("capabilities")


@pytest.mark.parametrize(
    "text", ["can you tell me how to report it", "can you call 999 with no credit"]
)
def test_what_only_begins_like_that(text):
    assert answer_to("reporting/how", text) == words("reporting/how")


def test_a_case_that_others_dropped_was_not_withdrawn():
    assert answer_to("reporting/withdraw", "the cps dropped it") == words("advice/police_complaint")
    assert answer_to("reporting/withdraw", "i want to drop it") == words("reporting/withdraw")


@pytest.mark.parametrize("label", ["advice/after_report", "advice/confidentiality"])
@pytest.mark.parametrize(
    "text",
    [
        "will they tell him it was me",
        "will he know it was me that reported",
        "does he get told i rang",
        "will police tell my family",
        "would they inform social services",
    ],
)
def test_who_the_police_will_tell(label, text):
    assert answer_to(label, text) == words("after_report/who_is_told")


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("advice/confidentiality", "will she know i was on here"),
        ("advice/confidentiality", "who can read this"),
        ("advice/after_report", "they let him go no further action"),
        ("advice/after_report", "what happens after i report it"),
        ("advice/right_to_know", "would he be told that i asked about his past"),
    ],
)
def test_what_is_not_about_whom_police_tell(label, text):
    assert answer_to(label, text) == words(label)


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("advice/spo_duration", "how long does a restraining order last"),
        ("advice/spo_who_can", "who asks for a non-molestation order"),
        ("advice/spo_duration", "my injunction runs out in may"),
    ],
)
def test_an_order_of_another_kind_gets_no_answer_about_this_one(label, text):
    assert answer_to(label, text) == words("advice/other_orders")


@pytest.mark.parametrize(
    ("label", "text", "said"),
    [
        ("advice/spo_duration", "can it be extended", "advice/other_orders"),
        ("advice/spo_duration", "and how long is an spo", "advice/spo_duration"),
        ("advice/spo_who_can", "can the police ask for an order", "advice/spo_who_can"),
    ],
)
def test_it_is_the_order_named_just_before(label, text, said):
    token = context.recent_text.set("i have a restraining order")
    try:
        assert answer_to(label, text) == words(said)
    finally:
        context.recent_text.reset(token)


@pytest.mark.parametrize("text", ["how does he know where i am", "he told me he will call me"])
def test_after_clares_law_other_questions_get_their_own_answer(text):
    slots = {**SUPPORTED, "topic": "advice/right_to_know"}
    assert answer_to("advice/location", text, slots) == words("advice/location")


@pytest.mark.parametrize("label", ["advice/after_report", "reporting/how"])
def test_under_clares_law_nobody_is_told_who_asked(label):
    slots = {**SUPPORTED, "topic": "advice/right_to_know"}
    assert answer_to(label, "will he know i asked", slots) == words("advice/right_to_know")


@pytest.mark.parametrize(
    ("label", "text", "said"),
    [
        ("advice/police_complaint", "are the police going to take me seriously", "believed"),
        ("reporting/evidence", "will they even believe me tho", "believed"),
        ("advice/spo_duration", "how long does a stalking case take", "how_long"),
        ("advice/after_report", "will he be charged", "how_long"),
    ],
)
def test_what_becomes_of_a_report(label, text, said):
    assert answer_to(label, text) == words(f"after_report/{said}")


@pytest.mark.parametrize(
    ("label", "text", "said"),
    [
        ("advice/ex_partner", "he choked me sunday. im ok now", "risk/strangled"),
        ("advice/law", "whats the difference between harassment and stalking", "law/harassment"),
        ("reporting/how", "how long do i have to report", "reporting/past"),
        ("out_of_scope/off_topic", "my phone is dying, quick, how do i report", "reporting/how"),
        ("advice/right_to_know", "how can i find out where she moved to", "advice/own_behaviour"),
        ("out_of_scope/gibberish", "nvm", "deny"),
    ],
)
def test_words_that_mean_one_thing(label, text, said):
    assert answer_to(label, text) == words(said)


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("advice/police_complaint", "i went to police and they didnt take me seriously"),
        ("advice/police_complaint", "the police laughed at me last time"),
        ("advice/spo_duration", "how long does an order last"),
        ("reporting/new", "i want to report it"),
        ("reporting/how", "he strangled me how do i report it"),
        ("advice/right_to_know", "how can i find out if he has a record"),
    ],
)
def test_words_that_mean_something_else(label, text):
    assert answer_to(label, text) == words(label)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("his mum keeps contacting me on his behalf", "advice/is_it_stalking"),
        ("does it have to be more than once", "advice/law"),
    ],
)
def test_a_line_that_the_models_do_not_know(text, said):
    where = tracker("nlu_fallback", slots=SUPPORTED, text=text, guesses={"advice/law": 0.2})
    assert run(ActionClarify(), where).text == words(said)
