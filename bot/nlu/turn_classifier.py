"""Tells what a person does with a message in the middle of a chat, who speaks, and their needs."""

from __future__ import annotations

from pathlib import Path

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.content.labels import TURN
from bot.dialogue import state
from bot.nlu.encoder import ENCODED, Encoder, encoder
from bot.nlu.readings import Readings, readings
from bot.nlu.stored import StoredComponent
from bot.nlu.turn_model import Reading, TurnModel
from bot.nlu.turns import TypedTurn, chats
from bot.slots import ACCESS, WHO


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
        turns = [turn for chat in chats() for turn in chat.turns]
        self._model = learnt(turns, loaded)
        return self._kept()

    def process(
        self, messages: list[Message], tracker: DialogueStateTracker | None = None
    ) -> list[Message]:
        """Adds the likeliest act and speaker to each message that was typed."""
        for message in messages:
            if message.get(ENCODED) and self._model is not None:
                waiting = state.waiting(tracker) if tracker else ""
                read = Reading(readings(message).about_a_man, message.get(ENCODED), waiting)
                message.set(TURN, _likeliest(self._model.predict(read)), add_to_output=True)
        return messages


def learnt(turns: list[TypedTurn], loaded: Encoder) -> TurnModel:
    """Returns a model that has learnt from some turns."""
    read = [reading(turn, loaded) for turn in turns]
    return TurnModel.fit(
        read,
        {
            "act": [turn.act for turn in turns],
            # "" where a message does not tell.
            **{fact: [turn.facts.get(fact, "") for turn in turns] for fact in (WHO, ACCESS)},
        },
    )


def reading(turn: TypedTurn, loaded: Encoder) -> Reading:
    """Returns a turn as the model reads it."""
    text = Readings.of(turn.text).about_a_man
    return Reading(text, loaded.encode(text, in_pieces=False), turn.open)


def _likeliest(found: dict[str, dict[str, float]]) -> dict[str, dict[str, str | float]]:
    best = {name: max(shares, key=shares.__getitem__) for name, shares in found.items()}
    return {name: {"name": one, "confidence": found[name][one]} for name, one in best.items()}
