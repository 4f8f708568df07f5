"""Whole conversations over HTTP with the real server."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from bot.storage.schema import counts
from tests.integration.checked import to_the_check
from tests.integration.test_storage_faults import locked
from tests.integration.waiting import wait_until
from tests.integration.words import number, said, title, whole

pytestmark = pytest.mark.integration


def test_ten_turns_with_follow_ups_an_emergency_and_its_end(chat):
    assert said("greet") in chat.say("hello")
    answer = chat.say("what is a stalking protection order")
    assert said("advice/spo_what") in answer
    assert said("advice/spo_duration") in chat.say("how long does it last?")
    assert said("advice/spo_breach_penalty", pronoun="he") in chat.say("what if he ignores it?")
    assert number("nsh") in chat.say("what was that number again")
    assert chat.say("he is outside my house now").startswith(said("emergency")[:20])
    reminded = chat.say("how do i report stalking")
    assert reminded.startswith(said("emergency_line"))
    assert said("reporting/how", pronoun="he") in reminded
    assert said("emergency_denied") in chat.say("no")
    assert said("safe_now") in chat.say("im safe now, he's gone")
    after = chat.say("what is a stalking protection order")
    assert "999" not in after.split("\n")[0], "emergency mode ended"


def test_the_emergency_reply_comes_first_and_asks_nothing(chat):
    answer = chat.say("someone is breaking in help me")
    first = answer.split("\n")[0]
    assert first.startswith("Call 999 now")
    assert "?" not in answer
    assert "55" in answer and "18000" in answer and "BSL" in answer


def test_an_emergency_interrupts_the_four_questions(chat):
    assert said("four/fixated") in chat.say("take me through the four questions")
    assert said("four/obsessive") in chat.say("yes")
    answer = chat.say("he is outside my house now")
    assert answer.startswith("Call 999 now")
    assert said("four/unwanted") not in answer
    assert said("safe_now") in chat.press(title("safe_now"))


def test_the_four_questions_to_their_end_with_a_question_in_between(chat):
    chat.say("ask me the four questions")
    chat.say("yes")
    answer = chat.say("i found an airtag in my car what do i do")
    assert said("tech/tracker_hand_in") in answer
    assert said("four/obsessive") in answer, "the question is asked again"
    assert said("four/unwanted") in chat.say("yes")
    assert said("four/repeated") in chat.say("no")
    assert said("four/result_some") in chat.say("not sure")


def test_a_crisis_interrupts_the_four_questions(chat):
    chat.say("ask me the four questions")
    answer = chat.say("i want to kill myself")
    assert number("samaritans") in answer and "999" in answer
    assert said("four/obsessive") not in answer


@pytest.fixture
def checked(bot):
    """A conversation in which the bot has just asked "Is this happening now?"."""
    chat = bot.chat()
    to_the_check(chat)
    return chat


@pytest.fixture
def lost_database(bot, bot_database):
    """Nothing is read or written while it lasts, nor a moment longer."""

    def is_back():
        return bot.chat().post(text="hello").json()["outcome"] == "answered"

    @contextmanager
    def lost():
        with locked(bot_database):
            assert not is_back()
            yield
        wait_until(is_back)

    return lost


def test_yes_to_is_it_happening_now_is_an_emergency(checked):
    assert checked.say("yes").startswith("Call 999 now")


@pytest.mark.parametrize(("word", "reply"), [("yes", "emergency"), ("no", "check_denied")])
def test_is_it_happening_now_is_answered_without_the_database(checked, lost_database, word, reply):
    with lost_database():
        assert said(reply) in checked.say(word)


def test_the_yes_button_to_is_it_happening_now_is_an_emergency(checked):
    assert checked.press(title("emergency")).startswith("Call 999 now")


def test_no_to_is_it_happening_now_keeps_help_in_view(checked):
    answer = checked.say("no")
    assert said("check_denied") in answer and "999" in answer


def test_the_no_button_to_is_it_happening_now_does_the_same(checked):
    assert said("check_denied") in checked.press(title("check_denied"))


def test_the_first_answer_names_a_helpline_once(chat):
    first = chat.say("how do i keep evidence of what he does")
    second = chat.say("what can the order ban him from doing")
    assert number("nsh") in first
    assert said("first_support") not in second and said("first_support_closed") not in second


def test_not_understood_once_then_people_and_numbers(chat):
    # By its intent: which words a model does not understand changes with each training.
    assert said("clarify") in chat.send_payload("/nlu_fallback") and chat.buttons
    second = chat.send_payload("/nlu_fallback")
    assert said("clarify_again") in second and number("nsh") in second


def test_scotland_gets_its_own_route_and_keeps_it(chat):
    assert said("nation/scotland", "scotland") in chat.say("im in scotland")
    assert said("advice/spo_what", "scotland") in chat.say("what is a stalking protection order")
    assert said("reporting/how", "scotland") in chat.say("how do i report it to the police")


def test_who_is_elsewhere_is_told_of_the_police_there_and_not_twice(chat):
    assert "Bedfordshire Police" in chat.say("can i report online")
    answer = chat.say("bedfordshire?? am in leeds")
    assert answer.startswith(said("local_force/elsewhere", force="west-yorkshire"))
    assert said("local_force/reach", force="west-yorkshire") in answer
    assert said("clarify") not in answer
    online = chat.say("can i report online")
    assert "West Yorkshire Police" in online and "Bedfordshire" not in online
    corrected = chat.say("I am nowhere near Bedfordshire. I live near Truro.")
    assert said("local_force/reach", force="devon-and-cornwall") in corrected
    assert "Devon & Cornwall Police" in chat.say("can i talk to a person")


def test_where_somebody_else_is_changes_no_force(chat):
    chat.say("my ex moved to leeds and keeps messaging me")
    assert "Bedfordshire Police" in chat.say("can i report online")


def test_again_and_more_simply(chat):
    chat.say("what is a stalking protection order")
    assert said("advice/spo_what") in chat.say("say that again please")
    assert whole("advice/spo_what", simple=True) in chat.say("can you say it more simply")


def test_more_of_the_same_does_not_get_the_same_words_until_asked_for(chat):
    answer = said("tech/spyware_signs")
    assert answer in chat.say("i think there is spyware on my phone")
    assert answer in chat.say("say that again please")
    assert answer not in chat.say("he quotes my whatsapp messages back to me")


def test_polish_gets_999_first(chat):
    answer = chat.say("Dzień dobry, czy ktoś tutaj mówi po polsku?")
    assert answer.startswith(said("other_language"))


@pytest.mark.parametrize(
    ("text", "reply_id"),
    [
        ("are you a robot", "bot_challenge"),
        ("what's the weather in luton tomorrow", "out_of_scope"),
        ("asdkjh qwlekj zxmcn", "out_of_scope/gibberish"),
        ("fuck off", "insult"),
        ("i think i might be stalking my ex", "accused/am_i_stalking"),
        ("i am worried about my friend, her ex follows her everywhere", "advice/friend_or_family"),
        ("can i tell the police without giving my name", "police/no_name"),
    ],
)
def test_single_answers(chat, text, reply_id):
    assert said(reply_id) in chat.say(text)


def test_delete_my_chat_forgets_it(chat):
    chat.say("what is a stalking protection order")
    assert said("delete_chat") in chat.say("delete my chat")
    assert said("follow_up_unclear") in chat.say("how long does it last?"), "nothing remembered"


@pytest.mark.parametrize(
    "text",
    [
        "can i delete his messages",
        "should i factory reset my phone",
        "shall i erase his voicemails",
    ],
)
def test_nothing_is_erased_by_mistake(chat, text):
    chat.say("im in scotland")
    assert said("delete_chat") not in chat.say(text)
    answer = chat.say("what is a stalking protection order")
    assert said("advice/spo_what", "scotland") in answer, "where they are is known"


def test_a_no_after_a_crisis_keeps_people_to_talk_to_in_view(chat):
    assert said("crisis") in chat.say("i want to kill myself tonight")
    assert said("crisis_after") in chat.say("no")


def test_thanks_and_goodbye_after_a_crisis_keep_people_to_talk_to_in_view(chat):
    chat.say("i want to die")
    assert said("crisis_after") in chat.say("thanks")
    for _ in range(2):
        leaving = chat.say("goodbye")
        assert leaving.startswith(said("crisis_after/goodbye"))
        assert number("samaritans") in leaving and number("shout") in leaving


def test_what_a_call_costs_in_a_crisis_and_who_answers_it(chat):
    chat.say("i want to kill myself tonight")
    assert said("crisis_after/cost") in chat.say("does it use my credit up")
    assert said("crisis_after/who") in chat.say("who are they")
    assert number("samaritans") in chat.say("how long does it last?")


def test_only_a_real_yes_ends_an_emergency(chat):
    chat.say("hes in my kitchen")
    for word in ("ok", "ok", "right ok", "fine", "k", "ok i will"):
        assert chat.say(word).startswith(said("emergency_reminder")), word
    assert chat.say("thanks").startswith(said("emergency_line"))
    assert said("emergency_denied") in chat.say("no")
    for _ in range(5):
        assert said("safe_now") not in chat.say("yes")
    assert said("emergency_unsure") in chat.say("not sure")
    chat.say("ok")
    assert said("safe_now") in chat.say("yes")


@pytest.mark.parametrize("word", ["yes", "yes my ex looks at it", "not sure"])
def test_who_may_be_watched_is_told_to_stop_typing(chat, word):
    chat.say("hello")
    assert said("screen_seen") in chat.say(word)


def test_a_typed_yes_erases_nothing_and_says_so(chat):
    chat.say("what is a stalking protection order")
    assert said("delete_chat_ask") in chat.say("how do i delete this")
    assert said("delete_chat_yes") in chat.say("yes")
    assert said("delete_chat_no") in chat.say("no")


def test_a_yes_after_goodbye_tells_of_traces(chat):
    chat.say("bye")
    assert said("advice/traces") in chat.say("yes please")


def test_an_emergency_after_a_crisis_is_one(chat):
    chat.say("i want to kill myself")
    assert chat.say("he is outside my house now").startswith("Call 999 now")
    led = chat.say("how do i report stalking")
    assert led.startswith(said("emergency_line")), "emergency mode is on"


def test_after_a_crisis_a_question_is_answered_and_whom_to_talk_to_stays_in_view(chat):
    chat.say("i want to kill myself")
    answer = chat.say("what counts as stalking?")
    assert answer.startswith(said("crisis_check"))
    assert said("advice/is_it_stalking") in answer


def test_what_is_said_again_after_a_crisis_is_the_crisis_answer(chat):
    chat.say("what is a stalking protection order")
    chat.say("i want to kill myself")
    for _ in range(2):
        again = chat.say("can you say that again")
        assert again.startswith(said("crisis"))
        assert number("samaritans") in again


def test_in_an_emergency_the_four_questions_wait_until_the_person_is_safe(chat):
    chat.say("he is in my kitchen")
    answer = chat.say("ask me the four questions")
    assert answer.startswith(said("emergency_reminder"))
    assert said("four/fixated") not in answer
    assert said("emergency_yes") in chat.say("yes"), "it may be to the four questions"
    assert said("safe_now") in chat.say("its over now")
    assert said("four/fixated", pronoun="he") in chat.say("ask me the four questions")
    assert said("four/obsessive", pronoun="he") in chat.say("yes")


def test_help_on_the_way_does_not_end_an_emergency(chat):
    assert chat.say("hes in my kitchen").startswith("Call 999 now")
    assert said("safe_now") not in chat.say("they answered, police are coming")
    assert chat.say("police are here, im safe now").startswith(said("danger/police_here_say"))


def test_who_says_they_live_in_scotland_gets_scotland_from_then_on(chat):
    chat.say("hello, i live in glasgow and my ex wont stop messaging me")
    answer = chat.say("what is a stalking protection order")
    assert said("advice/spo_what", "scotland") in answer


def test_where_the_stalker_moved_to_changes_nothing(chat):
    answer = chat.say("she's moved to Glasgow, does it change owt")
    assert said("nation/scotland", "scotland") not in answer
    assert said("reporting/how", pronoun="she") in chat.say("how do i report it to the police")


def test_the_way_back_to_england_is_a_button(chat):
    chat.say("im in scotland")
    chat.press(title("nation/england_wales"))
    assert said("reporting/how") in chat.say("how do i report it to the police")


def test_in_a_crisis_in_belfast_nobody_of_england_is_named(chat):
    chat.say("im in belfast")
    answer = chat.say("i want to die")
    assert answer.startswith(said("crisis")) and number("samaritans") in answer
    assert "NHS 111" not in answer and f"Lifeline: {number('lifeline')}" in answer


def test_who_stalks_is_told_what_to_do_and_not_that_it_is_no_fault_of_theirs(chat):
    for words in ("i keep messaging my ex and cant stop myself", "what do i do then"):
        answer = chat.say(words)
        assert "fault" not in answer and number("nsh") not in answer


def test_what_a_helpline_costs_and_what_to_say_to_it(chat):
    chat.say("who can i talk to about this")
    assert said("helplines/cost") in chat.say("is it free?")
    chat.say("can i talk to a helpline")
    assert said("helplines/first_words") in chat.say("how do i do that")


# What leaves danger or a crisis open.


@pytest.mark.parametrize(
    ("danger", "words"),
    [
        ("my husband is going to kill me tonight", "he is with me"),
        ("he is outside my house now", "im at home"),
        ("he is hitting me", "hes asleep now"),
        ("he is outside my house now", "he has gone to his car"),
        ("he has a knife", "yes im scared"),
        ("he is hitting me", "kids are safe at my mums"),
        ("he is outside my house now", "everything is fine officer"),
    ],
)
def test_a_place_or_a_person_ends_no_emergency(chat, danger, words):
    chat.say(danger)
    for _ in range(2):
        # The reminder, or the emergency answer anew.
        assert chat.say(words).startswith("Call 999 now")
    assert chat.say("police are here, they have him").startswith(said("danger/police_here_say"))


@pytest.mark.parametrize(
    "words",
    ["no hes inside", "no just sat there", "i dont want to call", "what do i do", "thanks",
     "should i open it", "take me through the four questions"],
)  # fmt: skip
def test_the_check_stays_open_until_it_is_answered(chat, words):
    assert said("emergency_check") in chat.say("he might be outside")
    assert "999" in chat.say(words)
    assert chat.say("yes").startswith("Call 999 now")


def test_an_emergency_is_not_erased_at_once_nor_asked_about_afterwards(chat):
    chat.say("he is outside my house now")
    asked = chat.say("delete this chat")
    assert asked.startswith(said("emergency_reminder")) and said("delete_chat") not in asked
    erased = chat.press(title("delete_chat"))
    assert erased.startswith("Call 999 now") and said("delete_chat") in erased
    assert "?" not in erased
    after = chat.say("how do i report stalking")
    assert after.startswith(said("reporting/how")), "nothing is known any more"


@pytest.mark.parametrize("words", ["no its not", "yes he is"])
def test_an_end_can_be_taken_back(chat, words):
    chat.say("he is outside my house now")
    chat.say("its over now")
    assert "999" in chat.say(words)
    assert chat.say("yes").startswith("Call 999 now")


@pytest.mark.parametrize("words", ["yes its over", "yep sorted"])
def test_who_says_again_that_it_is_over_is_asked_nothing(chat, words):
    chat.say("he is outside my house now")
    chat.say("police are here now hes gone")
    assert said("safe_now") in chat.say(words)
    assert "Is this happening now?" not in chat.say("bye")


@pytest.mark.parametrize(
    "words", ["i meant last week", "sorry wrong word lol", "he's in prison", "no its not happening"]
)
def test_who_is_asked_can_say_that_it_never_was(chat, words):
    chat.say("he is outside my house now")
    assert said("emergency_denied") in chat.say("no")
    answer = chat.say(words)
    assert said("safe_now") in answer or said("misread_emergency") in answer
    answer = chat.say("how do i report stalking")
    assert answer.startswith(said("reporting/how", pronoun="he"))


def test_three_calm_questions_close_an_emergency(chat):
    chat.say("he is outside my house now")
    questions = ("what is a stalking protection order", "who can get one", "how long does it last?")
    answers = [chat.say(question) for question in questions]
    assert all(answer.startswith(said("emergency_line")) for answer in answers[:2])
    assert not answers[2].startswith((said("emergency_line"), said("emergency_reminder")))


def test_a_no_with_a_reason_closes_it_too(chat):
    chat.say("he is outside my house now")
    assert said("misread_emergency") in chat.say("no he's at work in leeds")


def test_who_denies_a_crisis_gets_an_apology_and_the_answer(chat):
    chat.say("i want to kill myself")
    answer = chat.say("im not suicidal, i said i dont trust the police")
    assert answer.startswith(said("misread_crisis")) and said("crisis_check") not in answer
    assert said("crisis_check") not in chat.say("how do i complain about an officer")


def test_after_a_crisis_and_another_topic_despair_is_heard(chat):
    chat.say("i want to kill myself")
    chat.say("how do i report him to the police please")
    assert number("samaritans") in chat.say("nobody cares")


@pytest.mark.parametrize("words", ["too late", "i dont want the police", "he wants me to"])
def test_a_few_words_after_a_crisis_are_about_it(chat, words):
    chat.say("i want to kill myself")
    assert said("crisis_after") in chat.say(words)


def test_who_leaves_after_a_crisis_hears_whom_to_talk_to_whatever_came_between(chat):
    chat.say("i want to die")
    chat.say("how do i keep evidence of what he sends me please")
    chat.say("what is a stalking protection order")
    assert chat.say("bye").startswith(said("crisis_after/goodbye"))


# What is counted of them.


@pytest.fixture
def counted(bot, bot_database):
    """(counter, value) -> how often it has been counted, as far as it is written."""

    def read():
        with bot_database.begin() as connection:
            rows = connection.execute(select(counts)).all()
        found = Counter()
        for row in rows:
            found[row.counter, row.value] += row.count
        return found

    return read


def test_thanks_after_an_answer_ask_if_it_helped_and_the_press_is_counted(chat, counted):
    before = counted()
    assert said("helpful") not in chat.say("thank you"), "no answer yet"
    chat.say("how do i keep evidence of what he does")
    assert said("helpful") in chat.say("thank you")
    assert said("helpful/yes") in chat.press(title("helpful/yes"))
    wait_until(lambda: counted()["helpful", "yes"] == before["helpful", "yes"] + 1)


def test_nobody_is_asked_after_a_crisis_or_an_emergency(bot):
    for danger in ("i want to kill myself", "he is outside my house now"):
        chat = bot.chat()
        chat.say("how do i keep evidence of what he does")
        chat.say(danger)
        chat.say("im safe now, hes gone")
        chat.say("how do i report stalking")
        for text in ("thank you", "bye"):
            assert said("helpful") not in chat.say(text)
            assert title("helpful/yes") not in chat.buttons


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_a_typed_answer_to_whether_it_helped_is_counted(chat, counted, answer):
    before = counted()
    chat.say("how do i keep evidence of what he does")
    assert said("helpful") in chat.say("thank you")
    assert said(f"helpful/{answer}") in chat.say(answer)
    wait_until(lambda: counted()["helpful", answer] == before["helpful", answer] + 1)


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_the_check_and_its_answer_are_counted(checked, counted, answer):
    before = counted()
    checked.say(answer)
    wait_until(lambda: counted()["check", answer] == before["check", answer] + 1)
    assert counted()["check", "asked"] >= 1
