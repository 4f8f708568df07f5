"""Who is told that they stalk somebody gets other answers than who is stalked."""

from __future__ import annotations

import pytest

from actions.accused import ORDER, OWN_BEHAVIOUR, SOMEONE, TODAY
from actions.answer import ActionAnswer
from tests.unit.actions.conftest import SUPPORTED, answer_to, pressed, run, tracker, words


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("i broke my bail conditions", ORDER),
        ("I've breached a stalking protection order", ORDER),
        ("my ex got a restraining order against me", ORDER),
        ("she got a non mol on me last week", ORDER),
        ("police gave me some kind of stalking order yesterday", ORDER),
        ("i have been accused of stalking my neighbour", OWN_BEHAVIOUR),
        ("im charged with harassment", OWN_BEHAVIOUR),
        ("im being investigated for stalking", OWN_BEHAVIOUR),
        ("police arrested me for harassment", OWN_BEHAVIOUR),
        ("i was charged with 2 counts of stalking", OWN_BEHAVIOUR),
    ],
)
@pytest.mark.parametrize("label", ["reporting/breach", "advice/other_orders"])
def test_who_tells_of_their_own_order_or_charge(label, text, reply):
    assert answer_to(label, text) == words(reply)


@pytest.mark.parametrize(
    ("label", "reply"),
    [
        ("advice/spo_duration", ORDER),
        ("reporting/breach", ORDER),
        ("advice/personal_safety", TODAY),
        ("advice/is_it_stalking", TODAY),
        ("reporting/how", TODAY),
    ],
)
def test_what_victims_are_told_is_not_said_next(label, reply):
    slots = {**SUPPORTED, "topic": OWN_BEHAVIOUR}
    assert answer_to(label, "how do i get that", slots) == words(reply)
    assert answer_to(label, "he keeps following me and breaking it", slots) == words(label)


@pytest.mark.parametrize(
    "text",
    [
        "he broke the restraining order",
        "he breached his bail and came for me",
        "the order i have against him ran out",
        "she was arrested for stalking me",
        "i have an order against my ex",
        "the police got me a stalking protection order",
        "the police gave me his bail conditions and he has broken them",
        "police gave me the non molestation order and he broke it",
        "he broke his bail conditions, threats against me every day",
    ],
)
def test_who_is_stalked_is_not_taken_for_the_accused(text):
    assert answer_to("reporting/breach", text) == words("reporting/breach")


@pytest.mark.parametrize(
    "text",
    [
        "she broke up with me and i keep going to her house",
        "she ignores my messages but i cant stop sending them",
        "i drove past her house, her bail conditions say i cant",
    ],
)
def test_the_accused_who_speak_of_the_other_stay_the_accused(text):
    assert answer_to(OWN_BEHAVIOUR, text) == words(OWN_BEHAVIOUR)


@pytest.mark.parametrize("label", ["reporting/how", "advice/is_it_stalking"])
def test_who_was_taken_for_a_relative_of_the_accused_gets_out_again(label):
    slots = {**SUPPORTED, "topic": SOMEONE}
    assert answer_to(label, "he comes to my house every night", slots) == words(label)


@pytest.mark.parametrize("topic", [OWN_BEHAVIOUR, TODAY])
def test_who_was_taken_for_the_accused_gets_out_again(topic):
    slots = {**SUPPORTED, "topic": topic}
    label = "advice/is_it_stalking"
    assert answer_to(label, "he texts all the time", slots) == words(label)
    assert answer_to(label, "is that stalking", slots) == words(TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "how do i get him to stop", "how do i stop him texting", "i want the messages to stop",
        "my ex sent me a letter", "she wont stop ringing me", "i'm the victim",
    ],
)  # fmt: skip
def test_what_somebody_else_does_is_not_the_persons_own_behaviour(text):
    guesses = {OWN_BEHAVIOUR: 0.6, "advice/no_contact": 0.2}
    where = tracker(OWN_BEHAVIOUR, slots=SUPPORTED, text=text, guesses=guesses)
    assert run(ActionAnswer(), where).text == words("advice/no_contact")


@pytest.mark.parametrize(
    "text",
    [
        "how do i get her to stop ignoring me", "cant stop texting her, i need this to stop",
        "how do i stop my obsession", "i want these thoughts to stop",
        "how do i get her to leave him", "i was arrested for stalking but its her",
    ],
)  # fmt: skip
def test_what_they_want_to_stop_themselves_is(text):
    assert answer_to(OWN_BEHAVIOUR, text) == words(OWN_BEHAVIOUR)


def test_who_was_taken_for_the_accused_puts_it_right():
    slots = {**SUPPORTED, "topic": OWN_BEHAVIOUR}
    text = "why tell me to stop, its him"
    guesses = {OWN_BEHAVIOUR: 0.6, "advice/no_contact": 0.2}
    where = tracker(OWN_BEHAVIOUR, slots=slots, text=text, guesses=guesses)
    assert run(ActionAnswer(), where).text == words("advice/no_contact")


def test_who_breaks_an_order_is_told_of_whatever_was_talked_about():
    slots = {**SUPPORTED, "topic": ORDER}
    assert answer_to("reporting/breach", "he broke it again", slots) == words("reporting/breach")


def test_what_is_done_to_the_person_is_not_their_own_behaviour():
    """The models mistake it: "arrested for stalking" is mostly said by the accused."""
    text = "he has been arrested for stalking me"
    guesses = {"advice/after_report": 0.05, "advice/law": 0.02}
    assert answer_to(OWN_BEHAVIOUR, text, **guesses) == words("advice/after_report")
    assert answer_to(OWN_BEHAVIOUR, text) == words("advice/is_it_stalking")


@pytest.mark.parametrize("text", ["someone wont leave me alone", "my ex is obsessed with me"])
def test_who_is_pestered_is_not_told_to_stop(text):
    assert answer_to(OWN_BEHAVIOUR, text) == words("advice/is_it_stalking")


@pytest.mark.parametrize(
    "text",
    [
        "my son has been accused of stalking a girl at college",
        "my husband got arrested for harassment what happens now",
        "my brother keeps messaging his ex how do i stop him",
        "my son is on bail for stalking",
        "how do i make my mate stop following this woman",
    ],
)
@pytest.mark.parametrize(
    "label",
    ["advice/own_behaviour", "advice/friend_or_family", "advice/law", "advice/young_person"],
)
def test_the_family_of_the_accused_are_told_what_they_can_do(label, text):
    assert answer_to(label, text) == words(SOMEONE)


@pytest.mark.parametrize("label", ["advice/personal_safety", "advice/friend_or_family"])
def test_what_the_family_ask_next_is_answered_for_them(label):
    slots = {**SUPPORTED, "topic": SOMEONE}
    assert answer_to(label, "what should he do", slots) == words(SOMEONE)
    assert answer_to("thank", "thanks", slots) == words("thank")


@pytest.mark.parametrize(
    "text",
    [
        "my husband was arrested for stalking me",
        "my dad is following her everywhere she goes",
        "my brother has been harassing me for years",
        "my daughter has been followed a few times on her way home",
        "my girlfriend has been stalked some time now by her boss",
        "my sister is being watched by a man from her work",
        "my ex husband has been charged with stalking",
        "my abusive husband was arrested for harassment",
        "my dad got arrested for harassing my mum and me",
        "my ex wife is messaging people at my work",
        "my friend has been reported for harassing my daughter",
    ],
)
def test_a_relative_who_stalks_the_person_or_their_family_is_not_excused(text):
    assert answer_to("advice/is_it_stalking", text) == words("advice/is_it_stalking")


@pytest.mark.parametrize(
    "text", ["i think i might be stalking my ex", "i keep messaging my ex and cant stop myself"]
)
def test_the_accused_who_speak_of_their_ex_are_answered(text):
    assert answer_to(OWN_BEHAVIOUR, text) == words(OWN_BEHAVIOUR)


def test_who_worries_about_themselves_is_answered():
    assert answer_to(OWN_BEHAVIOUR, "i keep following her and cant stop") == words(OWN_BEHAVIOUR)


@pytest.mark.parametrize("topic", [OWN_BEHAVIOUR, TODAY])
@pytest.mark.parametrize(
    ("label", "reply"),
    [("thank", "own_behaviour/thank"), ("goodbye", "own_behaviour/thank"), ("affirm", TODAY)],
)
def test_no_offers_for_victims_follow(topic, label, reply):
    assert answer_to(label, "typed", {**SUPPORTED, "topic": topic}) == words(reply)


def test_a_button_leads_where_it_says():
    where = pressed("reporting/breach", slots=SUPPORTED)
    assert run(ActionAnswer(), where).text == words("reporting/breach")
