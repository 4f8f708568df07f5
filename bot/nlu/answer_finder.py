"""Finds which of the register's answers a message asks for, in the middle of a conversation."""

from __future__ import annotations

import math
import zipfile
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.content.answers import answers, titles
from bot.content.labels import ANSWERS
from bot.content.register import get_register
from bot.dialogue import state
from bot.nlu.answer_index import AnswerIndex, Query
from bot.nlu.encoder import ENCODED, ENCODED_IN_CONTEXT, encoder
from bot.nlu.readings import readings

_REPORTED = 6


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class AnswerFinder(GraphComponent):
    """Adds to each message the answers that it probably asks for, the likeliest first.

    It changes no intent. Without the encoder it finds nothing.
    """

    def __init__(self, model_storage: ModelStorage, resource: Resource) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._index: AnswerIndex | None = None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> AnswerFinder:
        """Creates a finder without answers."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> AnswerFinder:
        """Loads a trained finder.

        Raises:
            RasaException: the model file holds no usable one.
        """
        finder = cls(model_storage, resource)
        try:
            with model_storage.read_from(resource) as folder:
                finder._index = AnswerIndex.read(folder)
        except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
            raise RasaException(
                "The model file holds no answer finder. Train again: make train"
            ) from error
        return finder

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
        with self._model_storage.write_to(self._resource) as folder:
            self._index.write(folder)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leaves the examples as they are, because no other model trains on these findings."""
        return training_data

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
        query = Query(
            readings(message).about_a_man,
            alone.asked,
            in_context.asked if in_context else None,
            state.topic(tracker.current_slot_values()) if tracker else "",
            {label: math.exp(value) for label, value in alone.labels.items()},
        )
        found, nearness = index.find(query)
        message.set(
            ANSWERS,
            {
                "nearness": nearness,
                "ranking": [{"id": one, "confidence": share} for one, share in found[:_REPORTED]],
            },
            add_to_output=True,
        )
