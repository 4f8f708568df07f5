"""Finds which of the register's answers a message asks for, in the middle of a conversation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.content.answers import answers, titles
from bot.content.labels import ANSWERS, OF_ACCUSED, TURN
from bot.content.register import get_register
from bot.dialogue import case, corrections, own_place, state
from bot.nlu import choices, chosen_answers, several
from bot.nlu.answer_index import AnswerIndex, Query
from bot.nlu.chosen_answers import ChosenAnswers, Turn
from bot.nlu.encoder import BEFORE, ENCODED, ENCODED_IN_CONTEXT, LATELY, encoder
from bot.nlu.readings import Readings, readings
from bot.nlu.stored import StoredComponent
from bot.nlu.tracker import MaybeTracker
from bot.nlu.turns import FOR_ANSWERS, chats
from bot.safety import context
from bot.slots import EMERGENCY_MODE, WHO

if TYPE_CHECKING:
    from bot.nlu.answer_index import Floats

_REPORTED = 6


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class AnswerFinder(StoredComponent):
    """Adds to each message the answers that it probably asks for, the likeliest first.

    It changes no intent. Without the encoder it finds nothing.
    """

    what = "answer finder"
    _index: AnswerIndex | None = None
    _chosen: ChosenAnswers | None = None

    def _read(self, folder: Path) -> None:
        self._index, self._chosen = AnswerIndex.read(folder), ChosenAnswers.read(folder)
        chosen_answers.PART.get()  # now, not with the first message

    def _write(self, folder: Path) -> None:
        if self._index is not None and self._chosen is not None:
            self._index.write(folder)
            self._chosen.write(folder)

    def train(self, training_data: TrainingData) -> Resource:
        """Reads the questions of the answers and the chats in data/turns/, not the examples.

        Raises:
            RasaException: an encoder is missing.
        """
        loaded, of_choices = encoder(), chosen_answers.PART.get()
        if loaded is None:
            raise RasaException("Without data/encoder/ no answers can be found: make encoder")
        if of_choices is None:
            raise RasaException("Without data/chosen/ no choices can be learnt: make choices")
        register = get_register()
        known, named = answers(register), titles(register)
        self._index = AnswerIndex.build(known, named, loaded)
        self._chosen = choices.learnt(known, [*chats(), *chats(FOR_ANSWERS)], named, of_choices)
        return self._kept()

    def process(self, messages: list[Message], tracker: MaybeTracker = None) -> list[Message]:
        """Adds the answers found to each message that was typed."""
        for message in messages:
            if message.get(ENCODED) and self._index is not None:
                self._find(message, tracker, self._index)
        return messages

    def _find(self, message: Message, tracker: MaybeTracker, index: AnswerIndex) -> None:
        alone, in_context = message.get(ENCODED), message.get(ENCODED_IN_CONTEXT)
        before, lately = message.get(BEFORE) or "", message.get(LATELY) or ""
        typed = readings(message).about_a_man
        asked, loaded = corrections.meant(typed), encoder()
        if asked != typed:
            # What is denied would be found: it is read without that, and without what came before.
            in_context, before, lately = None, "", ""
        text = own_place.without(asked)
        if text != typed and loaded is not None:
            alone = loaded.encode(text, in_pieces=False)
        slots = tracker.current_slot_values() if tracker else {}
        topic = state.topic(slots)
        if state.is_refused(slots, topic):
            # What was just refused would be found once more; what they typed before still counts.
            before, topic = state.came_before("", "", context.recent_text.get()), ""
            typed = context.typed_lately.get()
            lately = state.came_before("", "", typed, state.MOST_TYPED_LATELY)
            in_context = loaded.in_context(text, before) if loaded and before else None
        in_context_asked = in_context.asked if in_context else None
        query = Query(text, alone.asked, in_context_asked, topic)
        told = case.told({TURN: message.get(TURN)}, slots).get(WHO)
        who = str(told or slots.get(WHO) or "")
        # Nobody chose answers for turns in danger.
        is_in_danger = bool(slots.get(EMERGENCY_MODE))
        chosen = None if is_in_danger else self._log_shares(text, lately, who)
        earlier = None if is_in_danger else self._earlier(index)
        found, nearness = index.find(query, chosen, earlier)
        of_several = [] if is_in_danger else self._several(message, dict(found), text, who, index)
        message.set(ANSWERS, _reported(found, nearness, of_several), add_to_output=True)

    def _log_shares(self, text: str, before: str, who: str) -> Floats | None:
        """How likely each answer would be chosen; None without the encoder for that."""
        loaded = chosen_answers.PART.get()
        if loaded is None or self._chosen is None:
            return None
        return self._chosen.log_shares(Turn(loaded.after(text, before).asked, who))

    def _earlier(self, index: AnswerIndex) -> Floats | None:
        """How likely each answer was by what was typed just before; None where nothing was."""
        loaded, typed = encoder(), context.recent_text.get()
        if loaded is None or not typed:
            return None
        text = Readings.of(typed).about_a_man
        asked = loaded.encode(text, in_pieces=False).asked
        return index.shares(Query(text, asked, None, ""), self._log_shares(text, "", ""))

    def _several(
        self, message: Message, whole: Mapping[str, float], read: str, who: str, index: AnswerIndex
    ) -> list[str]:
        """The answers to the questions of a message that asks several."""
        loaded = encoder()
        if loaded is None:
            return []

        def find(question: str) -> dict[str, float]:
            text = Readings.of(question).about_a_man
            alone = loaded.encode(text, in_pieces=False).asked
            after = loaded.in_context(text, read).asked
            shares = index.shares(Query(text, alone, after, ""), self._log_shares(text, read, who))
            return dict(zip(index.ids, shares.tolist(), strict=True))

        asked = several.questions(message.get(TEXT) or "")
        return several.answers(asked, whole, find) if asked else []


def _reported(
    found: list[tuple[str, float]], nearness: float, of_several: list[str]
) -> dict[str, Any]:
    # Who is accused gets no others, however near those are.
    of_accused = [one for one in found if one[0].startswith(OF_ACCUSED)][:_REPORTED]
    whole = sum(share for _, share in of_accused) or 1.0
    return {
        "nearness": nearness,
        "ranking": _listed(found[:_REPORTED]),
        "for_accused": _listed([(one, share / whole) for one, share in of_accused]),
        "several": of_several,
    }


def _listed(found: list[tuple[str, float]]) -> list[dict[str, str | float]]:
    return [{"id": one, "confidence": share} for one, share in found]
