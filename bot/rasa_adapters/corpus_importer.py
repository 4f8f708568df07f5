"""Reads the corpus for Rasa's training: once, and as examples that are cheap to handle."""

from __future__ import annotations

import copy
from typing import Any

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.common import cached_method


class Example(Message):
    """A message of the corpus that is cheap to copy and compare.

    Rasa merges the examples half a dozen times. Each time it copies every part of every example
    and finds duplicates by a digest of the JSON. With 80,000 examples that takes half the time of
    a training.
    """

    @classmethod
    def of(cls, message: Message) -> Example:
        """Returns the same message as an example."""
        return cls(message.data, message.output_properties, message.time, message.features)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Message)
            and self.data == other.data
            and self.features == other.features
        )

    def __hash__(self) -> int:
        return hash((self.get(TEXT), self.get(INTENT)))

    def __deepcopy__(self, memo: dict[int, Any]) -> Example:
        data = {
            name: value if isinstance(value, str) else copy.deepcopy(value, memo)
            for name, value in self.data.items()
        }
        return Example(data, {*self.output_properties}, self.time, [*self.features])


class CorpusImporter(RasaFileImporter):
    """Imports as Rasa does, but reads the examples once; Rasa reads them again for the domain."""

    @cached_method
    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """Returns every example of every file, and the lists of places."""
        read = [load_data(path, language) for path in self._nlu_files]
        for data in read:
            data.training_examples = [*map(Example.of, data.training_examples)]
        return TrainingData().merge(*read)
