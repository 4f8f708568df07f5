"""Runs the fine-tuned sentence encoder, which reads what a message means beyond its words.

The encoder is a small transformer, trained on this project's corpus (training/README.md) and
exported to ONNX with 8-bit weights. It runs on one core. The same message always gets the same
numbers.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

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

from bot.content.answers import titles
from bot.content.labels import top_level
from bot.content.register import get_register
from bot.dialogue import state
from bot.nlu.readings import readings
from bot.nlu.tracker import MaybeTracker
from bot.safety import context
from bot.safety.fusion import log_odds
from bot.safety.loading import Part

if TYPE_CHECKING:
    from numpy.typing import NDArray

FOLDER = Path(__file__).resolve().parents[2] / "data" / "encoder"
MODEL_FILE = "encoder.onnx"
TOKENIZER_FILE = "tokenizer.json"
# The labels that the encoder knows, in order, and the digests of its files.
CARD_FILE = "card.json"
# Properties of a message: the encoder's output for it, and its output for each of the readings on
# which danger is judged.
ENCODED = "encoded"
# The same, read after what came before the message; missing where nothing did.
ENCODED_IN_CONTEXT = "encoded_in_context"
ENCODED_NEUTRAL = "encoded_neutral"
# What came before it, in words; missing where nothing did. And with more of what was typed.
BEFORE, LATELY = "before", "lately"


# All in tokens. A message longer than _LONG is also read piece by piece: in windows of _SIZE that
# begin _STRIDE apart, and then its last _END by themselves.
_LONG, _SIZE, _STRIDE, _END = 96, 64, 40, 32
# The most tokens of what came before a message, where the card tells no other.
_BEFORE = 48
# The most windows. They cover the longest English message that is read. If a text of that length
# has more tokens (Chinese, emoji, signs), the windows lie further apart, or reading would take too
# long.
_MOST = 12


_NOTHING = np.zeros(0, np.float32)


@dataclass(frozen=True)
class Encoded:
    """The encoder's output for one message.

    Attributes:
        labels: the log-probability of each label that the encoder knows.
        pieces: the labels for each piece of a long message, read by itself.
        asked: what the message asks, as a vector of length 1.
    """

    labels: dict[str, float]
    pieces: tuple[dict[str, float], ...] = ()
    asked: NDArray[np.float32] = field(default_factory=lambda: _NOTHING, compare=False, repr=False)

    def log_odds(self, top: str) -> float:
        """Returns the log-odds that the message has a label of a top level, such as `emergency`.

        For a long message, the gravest of its pieces counts.
        """
        return max(_log_odds(read, top) for read in (self.labels, *self.pieces))


def _log_odds(labels: dict[str, float], top: str) -> float:
    return log_odds(
        sum(math.exp(value) for label, value in labels.items() if top_level(label) == top)
    )


class Encoder:
    """Reads messages with the encoder's files.

    Args:
        folder: of the model and its card. One that lists no labels tells none.
        tokenizer: the folder of the tokenizer, if that is another.

    Raises:
        OSError, ValueError, KeyError: a file is missing, damaged, or not the one on the card.
    """

    def __init__(self, folder: Path = FOLDER, tokenizer: Path | None = None) -> None:
        card = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
        files = {MODEL_FILE: folder, TOKENIZER_FILE: tokenizer or folder}
        for name, place in files.items():
            if hashlib.sha256((place / name).read_bytes()).hexdigest() != card["sha256"][name]:
                raise ValueError(f"{place / name} is not the file that {CARD_FILE} describes")
        self.labels: list[str] = card["labels"]
        self._outputs = ["labels", "asked"] if self.labels else ["asked"]
        self._tokenizer = Tokenizer.from_file(str(files[TOKENIZER_FILE] / TOKENIZER_FILE))
        self._tokenizer.no_truncation()
        self._most = card["max_tokens"]
        self._most_before = card.get("max_before", _BEFORE)
        options = onnxruntime.SessionOptions()
        # One core for each process: sums are always added in the same order, and processes do not
        # compete.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / MODEL_FILE), options, providers=["CPUExecutionProvider"]
        )

    def encode(self, text: str, *, in_pieces: bool = True) -> Encoded:
        """Reads one message.

        A long message is also read in overlapping windows, and its last words by themselves.
        Otherwise many calm words would drown out danger, wherever it stands. The labels come from
        the first tokens of the message, as many as the card allows (about a hundred words).

        Args:
            text: as `normalise` leaves it.
            in_pieces: False if only the labels are needed.
        """
        ids = self._tokenizer.encode(text).ids
        # The first and the last token mark the beginning and the end of the text.
        first, *words, last = ids
        read = self._read([first, *words[: self._most - 2], last])
        if len(ids) <= _LONG or not in_pieces:
            return read
        pieces = (self._read([first, *one, last]).labels for one in _pieces(words))
        return replace(read, pieces=tuple(pieces))

    def in_context(self, text: str, before: str) -> Encoded:
        """Reads one message after what came before it; only the message's own words are weighed.

        Args:
            text: as `normalise` leaves it.
            before: what came before it, of which the last words count.
        """
        first, *words, last = self._tokenizer.encode(text).ids
        known = [first, *self._tokenizer.encode(before).ids[1:-1][-self._most_before :], last]
        own = [*words[: self._most - 2], last]
        return self._read([*known, *own], len(known))

    def after(self, text: str, before: str) -> Encoded:
        """Reads one message after what came before it, or alone where nothing did; no pieces."""
        return self.in_context(text, before) if before else self.encode(text, in_pieces=False)

    def _read(self, ids: list[int], known: int = 0) -> Encoded:
        """Reads tokens, of which the first so many only tell what came before."""
        own = np.ones((1, len(ids)), np.float32)
        own[0, :known] = 0
        read = {"ids": np.asarray([ids], np.int64), "own": own}
        *scored, asked = self._session.run(self._outputs, read)
        labels = {}
        if scored:
            scores = scored[0][0].astype(np.float64)
            scores -= np.logaddexp.reduce(scores)
            labels = dict(zip(self.labels, scores.tolist(), strict=True))
        length = np.linalg.norm(asked[0])
        return Encoded(labels, asked=asked[0] / (length or 1))


def _pieces(words: list[int]) -> Iterator[list[int]]:
    """Yields the pieces of a long message in order, but not its beginning, which is read anyway."""
    end = len(words) - _END
    stride = max(_STRIDE, math.ceil(end / (_MOST + 1)))
    for start in range(stride, end, stride):
        yield words[start : start + _SIZE - 2]
    yield words[1 - _END :]


PART = Part("encoder", lambda: Encoder(), "the net reads words and n-grams alone")


def encoder() -> Encoder | None:
    """Returns the project's encoder, or None while its files are missing or damaged."""
    return PART.get()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class EncoderComponent(GraphComponent):
    """Adds the encoder's output to each message, for the components after it."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EncoderComponent:
        """Loads the encoder now, not with the first message."""
        encoder()
        return cls()

    def __init__(self) -> None:
        self._titles = titles(get_register())

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leaves the examples as they are, because no trained component reads the encoder."""
        return training_data

    def process(self, messages: list[Message], tracker: MaybeTracker = None) -> list[Message]:
        """Encodes the readings of each message that has text, unless the encoder is missing.

        Where something came before it in the conversation, the message is read after that, too.
        """
        loaded = encoder()
        for message in messages:
            if loaded is not None and message.get(TEXT):
                read = readings(message)
                encoded = {text: loaded.encode(text) for text in read.neutral}
                if read.about_a_man not in encoded:
                    encoded[read.about_a_man] = loaded.encode(read.about_a_man, in_pieces=False)
                message.set(ENCODED, encoded[read.about_a_man])
                message.set(ENCODED_NEUTRAL, [encoded[text] for text in read.neutral])
                if told := self._before(tracker, context.recent_text.get(), state.MOST_TYPED):
                    lately = context.typed_lately.get()
                    message.set(BEFORE, told)
                    message.set(LATELY, self._before(tracker, lately, state.MOST_TYPED_LATELY))
                    message.set(ENCODED_IN_CONTEXT, loaded.in_context(read.about_a_man, told))
        return messages

    def _before(self, tracker: MaybeTracker, typed: str, most: int) -> str:
        """What came before the latest message, with so many words of it; "" for nothing."""
        if tracker is None:
            return ""
        slots = tracker.current_slot_values()
        waiting = state.waits_for(slots, tracker.active_loop_name)
        title = self._titles.get(state.topic(slots), "")
        return state.came_before(waiting, title, typed, most)
