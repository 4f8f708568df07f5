"""Tells what a person does with a message in the middle of a chat, who speaks, and their needs."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.content.labels import ANSWER, DANGER, HERE, OVER, OVER_IN_PART, TURN
from bot.dialogue import case, state
from bot.dialogue.acts import FOUR, Open
from bot.nlu.encoder import ENCODED, Encoder, encoder
from bot.nlu.readings import Readings, readings
from bot.nlu.stored import StoredComponent
from bot.nlu.tracker import MaybeTracker
from bot.nlu.turn_model import Reading, TurnModel
from bot.nlu.turns import FOR_ANSWERS, Chat, TypedTurn, chats, role_of, tells_who
from bot.slots import ACCESS, CRISIS, HEARD, NATION, ROLE, WHO

# Questions about danger, at which it matters whether a message says that there is none: "Is this
# happening now?" and, once 999 was said, "Is the danger over?".
NOW: Open = "happening_now"
ENDED: Open = "danger_over"
# Acts that say so. To the first a no does, to the second it does not.
_SAYS_OVER = ("says_over", "never_was")
# The questions whose answers have a model each: what is a yes to one is none to another.
_YES_OR_NO: tuple[Open, ...] = (
    NOW,
    "four_fixated",
    "four_obsessive",
    "four_unwanted",
    "four_repeated",
)
# What such a question may get: an answer, or a wish to be asked no more.
_ANSWERS = ("affirms", "denies", "not_sure", "stops")
# Where a new thought begins, and the most that are read by themselves.
_THOUGHTS = re.compile(r"[.,;!?]+|\b(?:but|and|cos|because)\b")
_MOST_THOUGHTS = 6
_NONE = "none"
# What is told of where the person is, if that is in the UK (data/README.md).
_NATIONS = ("england", "wales", "scotland", "northern_ireland")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TurnClassifier(StoredComponent):
    """Adds to each message the dialogue act, who speaks and what they need; changes no intent."""

    what = "turn classifier"
    _model: TurnModel | None = None

    def _read(self, folder: Path) -> None:
        self._model = TurnModel.read(folder)

    def _write(self, folder: Path) -> None:
        if self._model is not None:
            self._model.write(folder)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from the chats in data/turns/; the examples play no part.

        Raises:
            RasaException: the encoder is missing.
        """
        loaded = encoder()
        if loaded is None:
            raise RasaException("Without data/encoder/ no turn is understood: make encoder")
        self._model = learnt(list(chats()), loaded, chats_of_who())
        return self._kept()

    def process(self, messages: list[Message], tracker: MaybeTracker = None) -> list[Message]:
        """Adds the likeliest act and speaker to each message that was typed."""
        for message in messages:
            if message.get(ENCODED) and self._model is not None:
                waiting = state.waiting(tracker) if tracker else ""
                read = Reading(readings(message).about_a_man, message.get(ENCODED), waiting)
                found = self._model.predict(read)
                before = tracker.get_slot(HEARD) if tracker else None
                told = {
                    **_likeliest(found),
                    HEARD: case.heard(before, found[WHO], found[ROLE]),
                    **self._over(read),
                }
                alone = self._model.predict(replace(read, waiting=""))
                told |= {one: alone[one][one] for one in (DANGER, CRISIS, HERE)}
                if waiting in _YES_OR_NO:
                    told[ANSWER] = _likeliest_of(found[waiting])
                message.set(TURN, told, add_to_output=True)
        return messages

    def _over(self, read: Reading) -> dict[str, float]:
        """How surely a message says that what is open is over, or never was; and one thought of it.

        "He's not here now, I meant Saturday, and will they do anything" says so and asks in one.
        """
        loaded = encoder()
        if self._model is None or loaded is None or read.waiting not in (NOW, ENDED):
            return {OVER: 0.0, OVER_IN_PART: 0.0}
        thoughts = [one.strip() for one in _THOUGHTS.split(read.text)]
        several = [one for one in thoughts if len(one.split()) > 1][:_MOST_THOUGHTS]
        readings = [
            Reading(one, loaded.encode(one, in_pieces=False), read.waiting) for one in several
        ]
        whole, *parts = [over_share(self._model, one) for one in (read, *readings)]
        return {OVER: whole, OVER_IN_PART: max([whole, *parts])}


def learnt(whole: list[Chat], loaded: Encoder, of_who: Sequence[Chat] = ()) -> TurnModel:
    """Returns a model that has learnt from some chats.

    Args:
        whole: the chats.
        loaded: the encoder.
        of_who: others, from which only who speaks is learnt, and of what they need and where they
            are what was marked with the case.
    """
    read = [reading(turn, loaded) for chat in (*whole, *of_who) for turn in chat.turns]
    told = truth(whole)
    told_beside = {**of_speakers(of_who), **_of_needs(of_who)}
    count = sum(len(chat.turns) for chat in of_who)
    said = {head: [*told[head], *told_beside.get(head, [None] * count)] for head in told}
    return TurnModel.fit(read, said, own=len(read) - count)


def chats_of_who() -> list[Chat]:
    """The chats, beside those of all, in which it was marked who speaks."""
    return [chat for chat in chats(FOR_ANSWERS) if tells_who(chat)]


def of_speakers(whole: Sequence[Chat]) -> dict[str, Sequence[str | None]]:
    """What is true of each turn of some chats, as far as it is about who speaks."""
    return {
        ROLE: [role_of(chat) for chat in whole for _ in chat.turns],
        # "" where a message does not tell.
        WHO: [turn.facts.get(WHO, "") for chat in whole for turn in chat.turns],
    }


def _of_needs(whole: Sequence[Chat]) -> dict[str, Sequence[str | None]]:
    """What each turn tells of needs and place; None in chats in which the case was not marked."""
    marked = [(turn.facts if chat.case else None) for chat in whole for turn in chat.turns]
    return {
        ACCESS: [None if facts is None else facts.get(ACCESS, "") for facts in marked],
        HERE: [None if facts is None else _here(facts) for facts in marked],
    }


def _here(facts: Mapping[str, str]) -> str:
    return HERE if facts.get(NATION) in _NATIONS else _NONE


def truth(whole: Sequence[Chat]) -> dict[str, Sequence[str | None]]:
    """What is true of each turn of some chats, by what the model tells apart."""
    turns = [turn for chat in whole for turn in chat.turns]
    return {
        "act": [turn.act for turn in turns],
        DANGER: [_NONE if turn.danger == "no" else DANGER for turn in turns],
        CRISIS: [_NONE if turn.crisis == "no" else CRISIS for turn in turns],
        HERE: [_here(turn.facts) for turn in turns],
        OVER: [over_of(turn) for turn in turns],
        **of_speakers(whole),
        ACCESS: [turn.facts.get(ACCESS, "") for turn in turns],
        **{one: [answer_to(one, turn) for turn in turns] for one in _YES_OR_NO},
    }


def answer_to(question: Open, turn: TypedTurn) -> str | None:
    """What a turn answers to a yes-or-no question: an act, "" for none; None where none waits.

    That danger is told of now, or that it is over, answers "Is this happening now?".
    """
    if turn.open != question and (turn.open != FOUR or question == NOW):
        return None
    if question == NOW and turn.act in _SAYS_OVER:
        return "denies"
    if question == NOW and turn.act == "tells" and turn.danger == "now":
        return "affirms"
    return turn.act if turn.act in _ANSWERS else ""


def over_of(turn: TypedTurn) -> str | None:
    """Whether a turn says that the danger that is open is over or never was; None where none is."""
    if turn.open != ENDED:
        return None
    return OVER if turn.act in _SAYS_OVER else _NONE


def over_share(model: TurnModel, read: Reading) -> float:
    """How surely a message says that what is open is over, or never was.

    To "Is the danger over?" by the model that has learnt only that, and by the one of all acts,
    which knows more ways of saying it: the two together mistake fewer than either (0023).
    """
    found = model.predict(read)
    if read.waiting == NOW:
        return found[NOW]["denies"]
    return math.sqrt(found[OVER][OVER] * sum(found["act"][one] for one in _SAYS_OVER))


def reading(turn: TypedTurn, loaded: Encoder) -> Reading:
    """Returns a turn as the model reads it."""
    text = Readings.of(turn.text).about_a_man
    return Reading(text, loaded.encode(text, in_pieces=False), turn.open)


def _likeliest(found: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    at_questions = (OVER, *_YES_OR_NO)
    return {
        name: _likeliest_of(shares) for name, shares in found.items() if name not in at_questions
    }


def _likeliest_of(shares: Mapping[str, float]) -> dict[str, Any]:
    best = max(shares, key=shares.__getitem__)
    return {"name": best, "confidence": shares[best]}
