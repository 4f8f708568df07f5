"""What is refused or too long is read for danger, and takes little of the time for turns."""

from __future__ import annotations

import asyncio

import pytest

from bot.gateway.http.body import MessageIn
from bot.gateway.turns import safe_reply, sanitise
from bot.gateway.turns.answering import Turns
from bot.gateway.turns.outcomes import Outcome
from bot.gateway.turns.sanitise import rasa_text
from bot.safety import rules
from bot.safety.normalise import clean
from bot.safety.recent import Recent
from bot.safety.rules import MAX_CHARACTERS
from bot.slots import HAPPENING_NOW
from tests.unit.gateway.conftest import CRY

pytestmark = pytest.mark.slow

FILLER = "he keeps messaging me and i do not know what to do "
# Signs that stand for a phrase: NFKC writes this one out in eighteen letters.
PHRASE = "\ufdfa "
SECONDS_PER_CHARACTER = 1e-5

# Of a message that is refused: its ends, its beginning with what was typed before, and each of
# them as often as there are word rules that read it.
MOST_READ = 5 * (2 * safe_reply.END + 2 * safe_reply.OVERLAP + 10)


class Words:
    """Stands before the word rules, counts what they read, and makes that take its time."""

    def __init__(self, monkeypatch, grammar):
        self.characters = 0
        self._grammar = grammar
        self._readings = rules._readings
        monkeypatch.setattr(rules, "_readings", self)

    def __call__(self, text):
        self.characters += len(text)
        self._grammar.now += len(text) * SECONDS_PER_CHARACTER
        return self._readings(text)


@pytest.fixture
def words(monkeypatch, grammar):
    return Words(monkeypatch, grammar)


class ReadyAgent:
    def is_ready(self):
        return True


def test_one_who_writes_too_much_is_read_with_the_grammar(all_turns, grammar, without_rasa):
    assert without_rasa(all_turns, "how do i report stalking") is None
    assert grammar.seconds > 0
    assert without_rasa(all_turns, "he is outside my house now") == safe_reply.bubbles(
        "safe_reply_emergency"
    )


def test_what_the_turns_were_given_as_typed_before_is_read_with_it(without_rasa):
    before = Recent()
    before.add("a" * 32, "well he is")
    halves = without_rasa(Turns(None, recent=before), "in my house now")
    assert halves == safe_reply.bubbles("safe_reply_emergency")


def test_empty_messages_over_the_limit_are_not_remembered(all_turns, without_rasa):
    for _ in range(3):
        assert without_rasa(all_turns, "") is None
    assert len(all_turns.recent) == 0


def test_a_flood_over_the_limit_takes_little_of_the_time_for_turns(
    all_turns, grammar, without_rasa
):
    for number in range(1_000):
        grammar.now += 0.01
        # Two of each conversation, for with what was typed before it is read twice.
        assert without_rasa(all_turns, "how do i report stalking", f"{number // 2:032x}") is None
    assert grammar.seconds < 0.1 * grammar.now + 1.1
    cry = without_rasa(all_turns, "he is outside my house now", "b" * 32)
    assert cry == safe_reply.bubbles("safe_reply_emergency"), "the words are still read"


def in_a_flood(words, send, number=150):
    """Send so many long messages, and fail where the word rules read more than their part."""
    for count in range(number):
        words._grammar.now += 0.01
        # Two of each conversation, as above.
        send(FILLER * 1_000, f"{count // 2:032x}")
    spare = 0.1 * words._grammar.now + 1.0
    whole = 5 * (MAX_CHARACTERS + 2 * safe_reply.OVERLAP) + 2 * MAX_CHARACTERS
    assert words.characters < number * MOST_READ + whole + spare / SECONDS_PER_CHARACTER


def test_nor_does_a_flood_of_long_ones_for_the_words_alone(all_turns, words, without_rasa):
    in_a_flood(words, lambda text, me: without_rasa(all_turns, text, me))
    for text in (FILLER * 1_000 + CRY, CRY + FILLER * 1_000):
        said = without_rasa(all_turns, text, "b" * 32)
        assert said == safe_reply.bubbles("safe_reply_emergency"), "danger stands at an end"


def test_nor_one_that_is_refused_for_those_who_wait(all_turns, words, monkeypatch):
    def send(text, me):
        answer = asyncio.run(
            all_turns.answer(ReadyAgent(), MessageIn(conversation=me, text=text)),
        )
        assert answer.outcome in (Outcome.SAFE_REPLY_OVERLOADED, Outcome.EMERGENCY)
        return answer

    monkeypatch.setattr(all_turns._queue, "is_too_long", lambda *_: True)
    in_a_flood(words, send)
    cleaned = []
    monkeypatch.setattr(sanitise, "clean", lambda text: cleaned.append(len(text)) or clean(text))
    assert send(FILLER * 1_000 + CRY, "b" * 32).said == safe_reply.bubbles("safe_reply_emergency")
    assert cleaned and sum(cleaned) < 1_000, "that takes time too"


def test_while_others_wait_for_their_turn_the_words_alone_are_read(
    all_turns, grammar, without_rasa, monkeypatch
):
    monkeypatch.setattr(all_turns._queue, "has_place", lambda: False)
    assert without_rasa(all_turns, "how do i report stalking") is None
    assert without_rasa(all_turns, "i want to kill myself")[-1] in safe_reply.bubbles("crisis")
    assert without_rasa(all_turns, "well he is", "b" * 32) is None
    halves = without_rasa(all_turns, "in my house now", "b" * 32)
    assert halves == safe_reply.bubbles("safe_reply_emergency")
    assert grammar.seconds == 0


def test_nothing_at_all_answers_no_question(all_turns, without_rasa):
    all_turns.recent.opened("a" * 32, HAPPENING_NOW)
    message = MessageIn(conversation="a" * 32, text="   ")
    assert asyncio.run(all_turns.answer(None, message)).outcome is Outcome.EMPTY
    assert without_rasa(all_turns, "") is None
    assert all_turns.recent.asked("a" * 32)


def test_a_flood_of_long_messages_takes_little_of_the_time_for_turns(
    all_turns, grammar, monkeypatch
):
    read = []
    whole = safe_reply.danger_in_long

    def counted(text, *, at_its_ends=False):
        read.append(at_its_ends)
        grammar.now += 0 if at_its_ends else 0.2
        return whole(text, at_its_ends=at_its_ends)

    monkeypatch.setattr(safe_reply, "danger_in_long", counted)
    for number in range(10):
        message = MessageIn(conversation=f"{number:032x}", text=FILLER * 1_000)
        asyncio.run(all_turns.answer(None, message))
    assert not read[0], "the whole is read where there is time for it"
    assert read.count(True) >= 4


def test_after_the_emergency_reply_the_rest_of_a_long_message_is_not_read(all_turns, monkeypatch):
    read = []
    monkeypatch.setattr(safe_reply, "danger_in_long", lambda text, **_: read.append(text))
    for outcome in (Outcome.EMERGENCY, Outcome.CRISIS):
        all_turns._degraded.is_danger_in(FILLER, outcome)
    assert read == [FILLER], "a crisis may be danger too"


@pytest.fixture
def lengthened():
    """Shorter than what is read as it was typed, and longer with the phrases written out."""
    text = f"{PHRASE * 12}{FILLER * 36}he is outside my house now"
    assert len(text) < MAX_CHARACTERS < len(clean(text))
    return text


def test_the_end_of_a_message_that_grew_is_read(all_turns, without_rasa, lengthened):
    assert without_rasa(all_turns, FILLER * 36) is None
    said = without_rasa(all_turns, lengthened, "b" * 32)
    assert said == safe_reply.bubbles("safe_reply_emergency")


def test_and_beside_an_answer_too(all_turns, lengthened):
    message = MessageIn(conversation="a" * 32, text=lengthened)
    answer = asyncio.run(all_turns.answer(None, message))
    assert answer.outcome is Outcome.EMERGENCY
    assert answer.said[0] == safe_reply.bubbles("safe_reply_emergency")[0]


def test_what_is_read_and_what_is_not_are_the_whole_text(lengthened):
    read, _, unread = rasa_text(MessageIn(conversation="a" * 32, text=lengthened))
    assert len(read) == MAX_CHARACTERS
    assert read + unread[safe_reply.OVERLAP :] == clean(lengthened)


@pytest.mark.parametrize("before", [1, 8, 15, 25])
def test_a_cry_for_help_across_the_end_of_what_is_read_is_seen(all_turns, before):
    cry = "he is outside my house now"
    start = MAX_CHARACTERS - before
    text = f"{(FILLER * 50)[: start - 1]} {cry} {FILLER * 8}"
    answer = asyncio.run(all_turns.answer(None, MessageIn(conversation="a" * 32, text=text)))
    assert answer.outcome is Outcome.EMERGENCY


def test_a_text_that_shrank_is_not_read_twice():
    text = "in  the  film  he  is  outside  my  house  " * 60
    message = MessageIn(conversation="a" * 32, text=text[: MAX_CHARACTERS + 300])
    assert rasa_text(message).unread == ""
