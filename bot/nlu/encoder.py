"""The fine-tuned sentence encoder: what a message means, beyond the words it uses.

A small transformer, trained on this project's corpus (training/README.md) and exported to ONNX
with 8-bit weights. It runs on one core; the same message always gets the same numbers.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from tokenizers import Tokenizer

from bot.content.labels import top_level
from bot.nlu.readings import readings
from bot.safety.fusion import log_odds
from bot.safety.loading import Part

FOLDER = Path(__file__).resolve().parents[2] / "data" / "encoder"
MODEL_FILE = "encoder.onnx"
TOKENIZER_FILE = "tokenizer.json"
# Which labels the encoder knows, in order, and the digests of its files.
CARD_FILE = "card.json"
# Properties of a message that carry what the encoder made of it, and of each of the readings by
# which danger is judged.
ENCODED = "encoded"
ENCODED_NEUTRAL = "encoded_neutral"


# A message of more tokens than this is read piece by piece as well: in windows of so many, each
# beginning so many after the one before, and so many of the last by themselves.
_LONG, _SIZE, _STRIDE, _END = 96, 64, 40, 40
# So many windows cover the longest message that is read, in English. Where the same length has more
# tokens (Chinese, emoji, signs), as many lie further apart, or it would take too long.
_MOST = 12


@dataclass(frozen=True)
class Encoded:
    """What the encoder made of one message.

    Attributes:
        labels: log-probability of each label the encoder knows.
        pieces: the same of each piece of a long message, read by itself.
    """

    labels: dict[str, float]
    pieces: tuple[dict[str, float], ...] = ()

    def log_odds(self, top: str) -> float:
        """Log-odds that a label of a top level, such as `emergency`, is in the message.

        Of a long message the gravest of its pieces counts.
        """
        return max(_log_odds(read, top) for read in (self.labels, *self.pieces))


def _log_odds(labels: dict[str, float], top: str) -> float:
    return log_odds(
        sum(math.exp(value) for label, value in labels.items() if top_level(label) == top)
    )


class Encoder:
    """The encoder's files, loaded.

    Raises:
        OSError, ValueError, KeyError: a file is missing, damaged, or not the one on the card.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        card = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
        for name in (MODEL_FILE, TOKENIZER_FILE):
            if hashlib.sha256((folder / name).read_bytes()).hexdigest() != card["sha256"][name]:
                raise ValueError(f"{folder / name} is not the file that {CARD_FILE} describes")
        self.labels: list[str] = card["labels"]
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        self._tokenizer.no_truncation()
        self._most = card["max_tokens"]
        options = onnxruntime.SessionOptions()
        # One core a process: the sums come in the same order, and processes do not fight.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / MODEL_FILE), options, providers=["CPUExecutionProvider"]
        )

    def encode(self, text: str, *, in_pieces: bool = True) -> Encoded:
        """Read one message.

        A long one is read in overlapping windows as well, and its last words by themselves: so many
        calm words beside danger drown it, wherever it stands. Of one with more tokens than the card
        allows, about a hundred words, the labels are those of the first.

        Args:
            text: as `normalise` leaves it.
            in_pieces: False where only the labels are asked for.
        """
        ids = self._tokenizer.encode(text).ids
        # The first token and the last mark where a text begins and ends.
        first, *words, last = ids
        labels = self._read([first, *words[: self._most - 2], last])
        if len(ids) <= _LONG or not in_pieces:
            return Encoded(labels)
        return Encoded(labels, tuple(self._read([first, *one, last]) for one in _pieces(words)))

    def _read(self, ids: list[int]) -> dict[str, float]:
        (label_scores,) = self._session.run(["labels"], {"ids": np.asarray([ids], np.int64)})
        scores = label_scores[0].astype(np.float64)
        scores -= np.logaddexp.reduce(scores)
        return dict(zip(self.labels, scores.tolist(), strict=True))


def _pieces(words: list[int]) -> Iterator[list[int]]:
    """The pieces of a long message, in order; its beginning is read anyway."""
    end = len(words) - _END
    stride = max(_STRIDE, math.ceil(end / (_MOST + 1)))
    for start in range(stride, end, stride):
        yield words[start : start + _SIZE - 2]
    yield words[1 - _END :]


PART = Part("encoder", lambda: Encoder(), "the net reads words and n-grams alone")


def encoder() -> Encoder | None:
    """The project's encoder, or None while its files are missing or damaged."""
    return PART.get()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class EncoderComponent(GraphComponent):
    """Puts what the encoder made of each message beside it, for the components after."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EncoderComponent:
        """Load the encoder now, not with the first message."""
        encoder()
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing that is trained here reads the encoder, so the examples stay as they are."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Encode the readings of each message that has text, unless the encoder is missing."""
        loaded = encoder()
        for message in messages:
            if loaded is not None and message.get(TEXT):
                read = readings(message)
                encoded = {text: loaded.encode(text) for text in read.neutral}
                if read.about_a_man not in encoded:
                    encoded[read.about_a_man] = loaded.encode(read.about_a_man, in_pieces=False)
                message.set(ENCODED, encoded[read.about_a_man])
                message.set(ENCODED_NEUTRAL, [encoded[text] for text in read.neutral])
        return messages
