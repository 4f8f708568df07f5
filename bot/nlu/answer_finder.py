"""Finds which of the register's answers a message asks for, in the middle of a conversation."""

from __future__ import annotations

from pathlib import Path

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.content.answers import answers, titles
from bot.content.labels import ANSWERS, OF_ACCUSED
from bot.content.register import get_register
from bot.dialogue import state
from bot.dialogue.corrections import meant
from bot.nlu.answer_index import AnswerIndex, Query
from bot.nlu.encoder import ENCODED, ENCODED_IN_CONTEXT, encoder
from bot.nlu.readings import readings
from bot.nlu.stored import StoredComponent

_REPORTED = 6


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class AnswerFinder(StoredComponent):
    """Adds to each message the answers that it probably asks for, the likeliest first.

    It changes no intent. Without the encoder it finds nothing.
    """

    what = "answer finder"
    _index: AnswerIndex | None = None

    def _read(self, folder: Path) -> None:
        self._index = AnswerIndex.read(folder)

    def _write(self, folder: Path) -> None:
        if self._index is not None:
            self._index.write(folder)

    def train(self, training_data: TrainingData) -> Resource:
        """Reads the questions of the register's answers; the examples play no part.

        Raises:
            RasaException: the encoder is missing.
        """
        loaded = encoder()
        if loaded is None:
            raise RasaException("Without data/encoder/ no answers can be found: make encoder")
        register = get_register()
        self._index = AnswerIndex.build(answers(register), titles(register), loaded)
        return self._kept()

    def process(
        self, messages: list[Message], tracker: DialogueStateTracker | None = None
    ) -> list[Message]:
        """Adds the answers found to each message that was typed."""
        for message in messages:
            if message.get(ENCODED) and self._index is not None:
                self._find(message, tracker, self._index)
        return messages

    def _find(
        self, message: Message, tracker: DialogueStateTracker | None, index: AnswerIndex
    ) -> None:
        alone, in_context = message.get(ENCODED), message.get(ENCODED_IN_CONTEXT)
        typed = readings(message).about_a_man
        text, loaded = meant(typed), encoder()
        if text != typed and loaded is not None:
            # What is denied would be found: it is read without that, and without what came before.
            alone, in_context = loaded.encode(text, in_pieces=False), None
        query = Query(
            text,
            alone.asked,
            in_context.asked if in_context else None,
            state.topic(tracker.current_slot_values()) if tracker else "",
        )
        found, nearness = index.find(query)
        # Who is accused gets no others, however near those are.
        of_accused = [one for one in found if one[0].startswith(OF_ACCUSED)][:_REPORTED]
        whole = sum(share for _, share in of_accused) or 1.0
        message.set(
            ANSWERS,
            {
                "nearness": nearness,
                "ranking": _listed(found[:_REPORTED]),
                "for_accused": _listed([(one, share / whole) for one, share in of_accused]),
            },
            add_to_output=True,
        )


def _listed(found: list[tuple[str, float]]) -> list[dict[str, str | float]]:
    return [{"id": one, "confidence": share} for one, share in found]
