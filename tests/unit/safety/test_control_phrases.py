"""What people say to the chat itself, told from everything that only sounds like it."""

from __future__ import annotations

import pytest

from bot.safety import control_phrases, danger
from bot.safety.control_phrases import Wish, wish

STOP = """stop
Stop!
STOP.
please stop
ok stop now
cancel
skip
quit
exit
leave it
never mind
enough
that's enough
no more questions
No more questions please
I don't want to do this
I don’t want to do these questions
i dont want any more questions
I don't want to answer any more questions
stop asking me
stop asking me questions
don't ask me any more
I want to stop the questions
I want to stop
can we stop
can i exit
how do i exit
something else
can we talk about something else
stop, I don't want to do this
can we leave it there please
May we not do this?
I'm not answering any more of these questions
cant be bothered with these questions any more
fed up of questions
I'd rather not answer these
I would prefer not to go through a questionnaire, thank you all the same
no more please
finish""".splitlines()
STOP_AMONG_ASIDES = """I said I didn't want a quiz, finish
gonna leave this here ta, no more qs
I've had quite enough for one evening. Let us stop, please.
This is rather upsetting me. May we leave it there?
dont want to be asked things, stop
no, stop, thanks
stop""".splitlines()
AGAIN = """what?
sorry?
say that again
can you repeat the question
what was the question""".splitlines()
EXPLAIN = """I don't understand the question
i dont understand
what do you mean?
what does fixed on me mean
I'm not sure what you mean
explain
i dont get it""".splitlines()
# About the stalking, a weary life, or somebody who is there: no word to the chat.
OTHER = """
yes
no
not sure
how do i stop this
how do i stop him
fed up of this
fed up of him
no more of him
im not doing this any more
can we not go on
i want to stop this
i want it to stop
make it stop
please stop him
stop following me
stop it he is here
no please stop
leave me alone
i want to leave
i want to leave him
i can't do this
i can't do this any more
i don't want to do this any more
i don't want to be here
i don't want to go on
i don't want to carry on
i have had enough
i've had enough
i want to end it
i want it to end
end it
i give up
i am done
stop, its happening again
stop. get off me
stop, dying here
enough. i cant do this
leave it. i dont want to carry on
stop. i've had enough
no more
not now
don't ask
don't ask me
drop it
help
i don't understand why he does it
/stop""".splitlines()


@pytest.mark.parametrize("text", STOP)
def test_words_of_stopping(text):
    assert wish(text) is Wish.STOP


@pytest.mark.parametrize("text", STOP_AMONG_ASIDES)
def test_a_wish_to_stop_among_asides(text):
    assert control_phrases.stops(text)


@pytest.mark.parametrize("text", [*OTHER, *AGAIN, "yes, stop", "thanks", ""])
def test_no_wish_to_stop_among_asides(text):
    assert not control_phrases.stops(text)


@pytest.mark.parametrize("text", STOP_AMONG_ASIDES[:-1])
def test_a_wish_among_asides_is_no_whole_wish(text):
    assert wish(text) is None


def test_a_wish_among_asides_after_half_a_cry_for_help_is_none():
    assert not control_phrases.stops("no, stop, thanks", "he is at the door")


@pytest.mark.parametrize("text", AGAIN)
def test_asking_again(text):
    assert wish(text) is Wish.AGAIN


@pytest.mark.parametrize("text", EXPLAIN)
def test_not_understanding(text):
    assert wish(text) is Wish.EXPLAIN


@pytest.mark.parametrize("text", OTHER)
def test_anything_else_is_no_word_to_the_chat(text):
    assert wish(text) is None


def test_the_other_half_of_a_cry_for_help_is_none_either():
    assert wish("stop", "he is at the door") is None
    assert wish("stop", "he texts me a lot") is Wish.STOP


def test_a_word_of_danger_wins(monkeypatch):
    monkeypatch.setattr(danger, "is_either_seen", lambda text, previous: True)
    assert wish("stop") is None


def test_a_long_message_is_not_looked_at():
    assert wish("stop" + " please" * 50) is None


@pytest.mark.parametrize(
    "text",
    [
        "now",
        "Right now!",
        "literally now",
        "right this second",
        "as we speak",
        "as I type this",
        "this is live yes!!",
        "yes its happening now",
        "It hasn't stopped",
        "no he has not left yet",
        "still here",
        "he's still outside",
    ],
)
def test_what_says_that_it_is_happening_now(text):
    assert control_phrases.says_now(text)


@pytest.mark.parametrize(
    "text",
    [
        "not now",
        "no not right now",
        "now and then",
        "he has left",
        "i still have it",
        "what do i do now",
        "live nearby",
        "",
        "/now",
    ],
)
def test_what_does_not(text):
    assert not control_phrases.says_now(text)


@pytest.mark.parametrize(
    "text",
    [
        "I've changed my mind",
        "on second thoughts no",
        "tbh can we just cancel the whole thing",
        "i dont want anyone to ring me",
        "can u take my number off again",
    ],
)
def test_what_takes_a_yes_back(text):
    assert control_phrases.refuses(text)


@pytest.mark.parametrize(
    "text",
    [
        "dont call the house phone",
        "i dont want him to see it",
        "forget it he is outside",
        "he changed his number",
        "/stop",
        "",
    ],
)
def test_what_takes_none_back(text):
    assert not control_phrases.refuses(text)


@pytest.mark.parametrize(
    ("text", "asks"),
    [("is this stalking", True), ("he waits?", True), ("he thinks about nothing else", False)],
)
def test_what_asks(text, asks):
    assert control_phrases.asks(text) is asks


@pytest.mark.parametrize(
    "text", ["i dont want to call", "no i cant ring them", "im scared to talk"]
)
def test_who_will_not_call_has_not_said_no(text):
    assert not control_phrases.says_not_now(text)


@pytest.mark.parametrize(
    "text",
    ["no", "Nope.", "not now", "no hes at work", "no it isnt", "no it was last week", "no thanks"],
)
def test_a_no_and_no_more(text):
    assert control_phrases.says_not_now(text)


@pytest.mark.parametrize(
    "text",
    ["", "no hes here", "no it is", "no just sat there", "not yet", "no he wait for me", "no now"],
)
def test_a_no_with_more(text):
    assert not control_phrases.says_not_now(text)


@pytest.mark.parametrize("text", ["tonight", "today", "just", "really", "thanks", "just today"])
def test_what_stands_beside_a_no_is_none_by_itself(text):
    assert not control_phrases.says_not_now(text)


@pytest.mark.parametrize(
    "text", ["not tonight", "no thanks", "really no", "just yesterday", "sorry no"]
)
def test_beside_a_no_it_may_stand(text):
    assert control_phrases.says_not_now(text)


@pytest.mark.parametrize("text", ["at the moment", "atm", "yes rn", "its happening currently"])
def test_more_ways_to_say_now(text):
    assert control_phrases.says_now(text) and not control_phrases.says_not_now(text)


@pytest.mark.parametrize(
    "text", ["yes last week", "yeah it was yesterday", "yes 2 days ago", "no it was sunday"]
)
def test_yes_of_another_time_is_a_no_to_whether_it_is_now(text):
    assert control_phrases.says_not_now(text)


@pytest.mark.parametrize(
    "text", ["yes", "yes he is", "yes since last week", "yes now", "yes today"]
)
def test_a_yes_is_no_no(text):
    assert not control_phrases.says_not_now(text)


@pytest.mark.parametrize(
    ("text", "wants"),
    [("thats a breach right", True), ("shud i bin it", True), ("it beeps", False)],
)
def test_what_wants_an_answer_without_the_form_of_a_question(text, wants):
    assert control_phrases.wants_answer(text) is wants
