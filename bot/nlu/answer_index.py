"""Finds the answers whose questions lie nearest to a message.

Every answer of the register lists questions (`asks`). A message is compared with each of them, and
with all questions of an answer together: by the encoder's vectors, of the message alone and in its
context, and by words and letters. How much each comparison counts stands in finding.yml;
`make calibrate` learns it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bot.content.answers import Answer
from bot.dialogue.state import came_before
from bot.nlu.finding import FEATURES, finding
from bot.nlu.letters import Letters
from bot.nlu.readings import Readings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bot.nlu.encoder import Encoder

    Floats = NDArray[np.float32]

# An answer counts as at least so likely by what was typed before.
_LEAST = 1e-6
# From this nearness of words and letters on, a message is a question as an answer lists it; and how
# much that speaks for the answer, as log-odds.
_LISTED, _SURE_OF_LISTED = 0.999, 4.0
_ARRAYS_FILE, _IDS_FILE = "answers.npz", "answers.json"


class Query(NamedTuple):
    """What the index needs of a message.

    Attributes:
        text: with its slips mended.
        alone: the vector of what it asks.
        in_context: the same, read after what came before; None where nothing did.
        last: the answer (id) that it may follow; "" at the beginning.
    """

    text: str
    alone: Floats
    in_context: Floats | None
    last: str


@dataclass(frozen=True)
class AnswerIndex:
    """The questions of all answers.

    Attributes:
        ids: of each answer.
        often: how often each is asked for, from 1 to 5.
        owner: the index of the answer of each question.
        after: the index of the answer that each question follows; -1 for none.
        vectors: of each question, of length 1; of one that follows an answer, read after that.
        letters: the words and letters of each question.
        lengths: of each answer, how long the sum of the letters of its questions is.
    """

    ids: list[str]
    often: NDArray[np.float32]
    owner: NDArray[np.intp]
    after: NDArray[np.intp]
    vectors: Floats
    letters: Letters
    lengths: Floats

    @classmethod
    def build(
        cls, answers: Sequence[Answer], titles: Mapping[str, str], encoder: Encoder
    ) -> AnswerIndex:
        """Reads every question of the answers.

        Args:
            answers: those that can be found.
            titles: what each reply (id) is about, which a question may follow.
            encoder: reads the questions.
        """
        place = {one.id: index for index, one in enumerate(answers)}
        rows = [(one, text, after) for one in answers for text, after in one.asks]
        texts = [Readings.of(text).about_a_man for _, text, _ in rows]
        encoded = [encoder.encode(text, in_pieces=False) for text in texts]
        vectors = [
            encoder.in_context(text, came_before("", titles.get(after, ""), "")).asked
            if after
            else read.asked
            for text, (_, _, after), read in zip(texts, rows, encoded, strict=True)
        ]
        owner, letters = np.array([place[one.id] for one, _, _ in rows]), Letters.fit(texts)
        return cls(
            [one.id for one in answers],
            np.array([one.often for one in answers], np.float32),
            owner,
            np.array([place.get(after or "", -1) for _, _, after in rows]),
            np.array(vectors, np.float32),
            letters,
            letters.lengths(owner, len(answers)),
        )

    def find(
        self, query: Query, chosen: Floats | None = None, before: Floats | None = None
    ) -> tuple[list[tuple[str, float]], float]:
        """Finds the answers to a message.

        Args:
            query: the message.
            chosen: the log-probability that each answer would be chosen, in the order of `ids`;
                NaN where that is not known, so that its questions alone tell.
            before: the probability of each answer by what was typed just before, in that order.

        Returns:
            all answers with their probabilities, the likeliest first; and how near the nearest
            question is, whatever its topic (finding.yml, `near`).
        """
        near = self._nearness(query)
        shares = self._shares(near, chosen, before)
        order = np.argsort(-shares, kind="stable")
        return [(self.ids[index], float(shares[index])) for index in order], float(near.max())

    def shares(self, query: Query, chosen: Floats | None = None) -> Floats:
        """The probability of each answer, in the order of `ids`."""
        return self._shares(self._nearness(query), chosen, None)

    def _nearness(self, query: Query) -> Floats:
        """How near the questions of each answer are, as log-odds."""
        letters = self.letters.compare(query.text)
        near: Floats = self._compared(query, letters) @ finding().in_order()
        # A question that follows another answer means something else here: "how long does it take".
        fits = (self.after < 0) | self._follows(query)
        near[self.owner[fits & (letters >= _LISTED)]] += _SURE_OF_LISTED
        return near

    def _follows(self, query: Query) -> NDArray[np.bool_]:
        """Which questions follow the last answer."""
        last = self.ids.index(query.last) if query.last in self.ids else None
        return np.zeros(len(self.after), bool) if last is None else self.after == last

    def _shares(self, near: Floats, chosen: Floats | None, before: Floats | None) -> Floats:
        scores = near + finding().often * self.often
        if before is not None:
            scores = scores + finding().before * np.log(before + _LEAST)
        if chosen is not None:
            chosen = np.where(np.isnan(chosen), scores - np.logaddexp.reduce(scores), chosen)
            scores = finding().both * (scores + finding().chosen * chosen)
        shares: Floats = np.exp(scores - scores.max())
        return shares / shares.sum()

    def features(self, query: Query) -> Floats:
        """Compares a message with each answer (answers x FEATURES)."""
        return self._compared(query, self.letters.compare(query.text))

    def _compared(self, query: Query, letters: Floats) -> Floats:
        stands_alone = self.after < 0
        alone = np.where(stands_alone, self.vectors @ query.alone, -1.0)
        in_context = query.alone if query.in_context is None else query.in_context
        context = self.vectors @ in_context
        follows = np.where(self._follows(query), context, -1.0)
        best = np.full((len(self.ids), len(FEATURES)), -1.0, np.float32)
        for place, one in enumerate((alone, context, follows, letters)):
            np.maximum.at(best[:, place], self.owner, one)
        best[:, 4] = self._middles @ query.alone
        best[:, 5] = self._middles @ in_context
        best[:, 6] = np.bincount(self.owner, letters, len(self.ids)) / self.lengths
        return best

    @cached_property
    def _middles(self) -> Floats:
        """The middle of the vectors of each answer's questions, of length 1."""
        middles = np.zeros((len(self.ids), self.vectors.shape[1]), np.float32)
        np.add.at(middles, self.owner, self.vectors)
        return middles / np.linalg.norm(middles, axis=1, keepdims=True)

    def write(self, folder: Path) -> None:
        """Stores the index in a folder."""
        (folder / _IDS_FILE).write_text(json.dumps(self.ids), encoding="utf-8")
        np.savez_compressed(
            folder / _ARRAYS_FILE,
            often=self.often,
            owner=self.owner,
            after=self.after,
            vectors=self.vectors.astype(np.float16),
            lengths=self.lengths,
        )
        self.letters.write(folder)

    @classmethod
    def read(cls, folder: Path) -> AnswerIndex:
        """Loads a stored index.

        Raises:
            OSError, ValueError, KeyError, zipfile.BadZipFile: it is missing or damaged.
        """
        ids = json.loads((folder / _IDS_FILE).read_text(encoding="utf-8"))
        with np.load(folder / _ARRAYS_FILE, allow_pickle=False) as arrays:
            owner, after, often = arrays["owner"], arrays["after"], arrays["often"]
            vectors, lengths = arrays["vectors"].astype(np.float32), arrays["lengths"]
        if not len(owner) == len(after) == len(vectors) or not len(ids) == len(often) == len(
            lengths
        ):
            raise ValueError("questions and answers do not belong together")
        return cls(ids, often, owner, after, vectors, Letters.read(folder), lengths)
