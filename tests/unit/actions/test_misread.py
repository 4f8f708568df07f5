"""What the models mistake is put right by the word that decides."""

from __future__ import annotations

import pytest

from actions.answer import ActionAnswer
from actions.choice import ANSWERS
from actions.clarify import ActionClarify
from actions.misread import _OF_WORDS, GO_ON, MEN, OLDER, YOUNG
from bot.content.register import get_register
from bot.safety import context
from tests.unit.actions.conftest import SUPPORTED, answer_to, pressed, run, short, tracker, words
from tests.unit.processor import least


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
    assert least(lambda: answer_to("capabilities", text)) < 1


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
def test_whether_the_person_is_told_is_answered_under_clares_law(label):
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
        ("advice/image_abuse", "i have some videos", "advice/evidence"),
        ("advice/image_abuse", "ive got photos of it on my phone", "advice/evidence"),
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
        ("advice/image_abuse", "he has some videos of me"),
        ("advice/image_abuse", "ive got photos he will post"),
    ],
)
def test_words_that_mean_something_else(label, text):
    assert answer_to(label, text) == words(label)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("his mum keeps contacting me on his behalf", "advice/is_it_stalking"),
        ("does it have to be more than once", "advice/law"),
        ("is it a breach if he likes my photo", "orders/broken"),
        ("whats an idva", "after_report/adviser"),
        ("how common is it", "law/how_common"),
        ("how do i register for emergency sms", "deaf/text_999"),
    ],
)
def test_a_line_that_the_models_do_not_know(text, said):
    where = tracker("nlu_fallback", slots=SUPPORTED, text=text, guesses={"advice/law": 0.2})
    assert run(ActionClarify(), where).text == words(said)


# Finer answers than the one of the label, by label and reply.
FINER = {
    ("reporting/breach", "orders/broken"): [
        "he only put happy birthday on facebook, is that a breach",
        "he liked my photo, is that breach",
        "is it a breach if he just drives past",
        "what counts as a breach, he got his mum to text me",
        "does a like on insta break the order",
        "does it count as a breach if its from a fake account",
        "text from him this morning, 'miss you'. restraining order, no contact. is that a breach",
    ],
    ("advice/spo_breach_penalty", "orders/broken"): [
        "does a like on insta break a stalking order",
    ],
    ("advice/spo_duration", "orders/appeal"): [
        "can my stalker appeal the order",
        "she appealed hers. is it off while that goes on",
    ],
    ("advice/spo_limits", "orders/proof"): [
        "how sure do magistrates have to be for an spo",
        "what proof does court need for an spo",
        "do the magistrates need it proved beyond doubt",
        "proof level for an spo, civil or criminal",
    ],
    ("advice/spo_interim", "orders/proof"): ["do i need more evidence for an interim spo or less"],
    ("advice/spo_conditions", "orders/others"): [
        "would an spo cover my mums place aswell",
        "does spo include my kids school",
        "can the order protect us both",
    ],
    ("advice/spo_who_can", "orders/others"): [
        "can me and my partner both be named on one",
    ],
    ("advice/after_report", "after_report/search"): [
        "do they seize his phone",
        "do they search his house and take computers",
    ],
    ("advice/law", "after_report/search"): [
        "what powers do police have to search a stalkers house"
    ],
    ("advice/spo_against", "orders/abroad"): [
        "what about someone who lives abroad, spo",
        "she lives in spain so can they order her to do anything",
    ],
    ("advice/law", "law/hate"): [
        "would it count as hate crime and stalking or one or the other",
        "do they get more time if it was because im gay",
        "does it make it worse in law that he does it because im jewish",
    ],
    ("advice/emotional_support", "law/how_common"): [
        "am i the only one this happens to",
        "feels like im the only one",
    ],
    ("advice/is_it_stalking", "law/how_common"): ["how common is stalking", "is it just me"],
    ("out_of_scope/off_topic", "law/how_common"): ["how many people get stalked"],
    ("advice/helplines", "after_report/adviser"): [
        "idva, how do i get one",
        "what is an advocate and where do i get one",
        "isac? somebody said i should ask for one",
    ],
    ("advice/after_report", "after_report/adviser"): [
        "marac, they say im going to marac. do i have to go and stand up",
    ],
    ("advice/evidence", "evidence/recordings"): [
        "can i record him",
        "Can I record his phone calls?",
        "is it legal to record phone calls with my ex for evidence",
        "recording her calls - allowed?",
        "is it ok to film him when he is outside my work",
    ],
    ("advice/evidence", "evidence/diary"): [
        "what goes in the diary",
        "is there an app for keeping a diary of it",
        "best app for logging incidents",
        "evidence log template pls",
        "diary on paper or on phone? he used to know my pin",
    ],
    ("advice/tracker", "safety/find_tracker"): [
        "how do i check my van for one",
        "could the garage check the car for one",
        "how to find a gps tracker",
        "how do i check the pram for a tracker",
        "is there an app that finds airtags in a car",
    ],
    ("advice/deaf", "deaf/text_999"): [
        "text 999 how register",
        "how do i sign up for the 999 text thing",
        "registered already? how to check",
        "im deaf, can i text 999",
    ],
    ("advice/silent_call", "deaf/text_999"): ["text 999 instead of talking out loud?"],
}
# What looks like it, and keeps the answer of its label.
LOOKS_LIKE_FINER = [
    ("reporting/breach", "i want to report a breach of his bail"),
    ("reporting/breach", "he breached his order last night"),
    ("advice/spo_breach_penalty", "does he go to prison for a breach"),
    ("advice/spo_breach_penalty", "is it prison if she breaches the order"),
    ("advice/spo_limits", "how likely is it that police get a stalking order"),
    ("advice/evidence", "doorbell video of him, how do i save it"),
    ("advice/tracker", "how did he find me in a moving van"),
    ("advice/spo_who_can", "im a student from abroad on a visa, can i get an order"),
    ("advice/spo_breach_penalty", "what happens if he breaks the stalking order"),
    ("advice/spo_duration", "how long does a stalking order last"),
    ("advice/police_complaint", "no further action they said, can i appeal"),
    ("advice/spo_limits", "what does a stalking order not do"),
    ("advice/spo_who_can", "can my mum get the stalking order for me"),
    ("advice/spo_conditions", "can a stalking order take his phone off him"),
    ("advice/after_report", "they took his phone"),
    ("advice/after_report", "will police take my phone"),
    ("advice/after_report", "do they take your phone"),
    ("advice/spo_conditions", "does it cover his mates messaging me for him"),
    ("advice/spo_who_can", "does it cost anything to get a stalking order"),
    ("advice/spo_against", "can a stranger get a stalking order"),
    ("advice/other_nation", "stalker lives abroad"),
    ("advice/law", "is stalking a crime"),
    ("advice/lgbt", "is there help because im gay"),
    ("advice/emotional_support", "my sisters the only one i can talk to"),
    ("advice/is_it_stalking", "how many times before it counts"),
    ("advice/is_it_stalking", "how many people has he told"),
    ("advice/court", "what if i see him in court"),
    ("advice/helplines", "is there someone i can ring"),
    ("advice/spo_what", "whats a spo my idva mentioned it"),
    ("advice/evidence", "should i keep the flowers he sent"),
    ("advice/evidence", "how do i record it"),
    ("advice/location", "he reads my diary and knows where i go"),
    ("advice/tracker", "garage found a box under my car"),
    ("advice/tracker", "if i find one of those trackers do i smash it"),
    ("advice/tracker", "how do i find whose airtag it is"),
    ("advice/deaf", "im deaf how do i report it"),
    ("advice/silent_call", "how do i call 999 without talking"),
]


@pytest.mark.parametrize(
    ("label", "text", "said"),
    [(label, text, said) for (label, said), texts in FINER.items() for text in texts],
)
def test_a_finer_answer_than_the_one_of_the_label(label, text, said):
    assert answer_to(label, text) == words(said)


@pytest.mark.parametrize(("label", "text"), LOOKS_LIKE_FINER)
def test_what_only_looks_like_it_keeps_the_answer_of_its_label(label, text):
    assert answer_to(label, text) == words(label)


@pytest.mark.parametrize("nation", ["scotland", "northern_ireland"])
def test_what_breaks_an_order_elsewhere_is_told_as_a_broken_order_is(nation):
    said = answer_to(
        "reporting/breach", "he liked my photo, is that a breach", {**SUPPORTED, "nation": nation}
    )
    assert said == words("reporting/breach", nation=nation)


def test_practical_advice_holds_elsewhere_and_law_does_not():
    slots = {**SUPPORTED, "nation": "scotland"}
    said = answer_to("advice/evidence", "what goes in the diary", slots)
    assert said == words("nation_note", "evidence/diary", nation="scotland")
    said = answer_to("advice/law", "is it a hate crime", slots)
    assert said == words("nation_unknown", "nation/scotland", nation="scotland")


@pytest.mark.parametrize(
    ("label", "text", "said"),
    [
        ("advice/evidence", "what goes in the diary", "evidence/diary"),
        ("advice/deaf", "can i text 999", "deaf/text_999"),
    ],
)
def test_a_finer_answer_is_said_in_short_where_danger_leads(label, text, said):
    where = tracker(label, slots=SUPPORTED, text=text, tier="check", guesses={label: 0.9})
    assert run(ActionAnswer(), where).text == words("emergency_check", short(said))


@pytest.mark.parametrize(("reply", "labels"), [(one.reply, one.instead_of) for one in _OF_WORDS])
def test_what_words_lead_to_is_an_answer_and_stands_in_for_answers(reply, labels):
    register = get_register()
    assert register.has_reply(reply) and reply.startswith(ANSWERS)
    known = {one for one, _ in register.replies} | {"nlu_fallback"}
    assert all(any(one.startswith(label) for one in known) for label in labels)


def test_no_text_that_is_compared_takes_long():
    for label in ("reporting/breach", "advice/tracker", "advice/after_report", "advice/law"):
        text = "is it a like " + "check my car for it " * 3 + "a" * 4000
        assert least(lambda: answer_to(label, text)) < 1  # noqa: B023
