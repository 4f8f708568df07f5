"""What the pipeline's trained components have in common: what they learn is a folder of files."""

from __future__ import annotations

import zipfile
from abc import abstractmethod
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.training_data.training_data import TrainingData

ComponentT = TypeVar("ComponentT", bound="StoredComponent")


class StoredComponent(GraphComponent):
    """A component whose model is written to the model file and read back.

    Attributes:
        what: it, in an operator's words.
    """

    what: ClassVar[str]

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource

    @classmethod
    def create(
        cls: type[ComponentT],
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ComponentT:
        """Creates an untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls: type[ComponentT],
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> ComponentT:
        """Loads a trained component.

        Raises:
            RasaException: the model file holds no usable one. A server that does not start is
                better than an untrained one.
        """
        component = cls(config, model_storage, resource)
        try:
            with model_storage.read_from(resource) as folder:
                component._read(folder)
        except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
            raise RasaException(
                f"The model file holds no {cls.what}. Train again: make train"
            ) from error
        return component

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leaves the examples as they are, because no other model trains on what this one tells."""
        return training_data

    def _kept(self) -> Resource:
        """Writes the model into the model file."""
        with self._model_storage.write_to(self._resource) as folder:
            self._write(folder)
        return self._resource

    @abstractmethod
    def _read(self, folder: Path) -> None:
        """Reads the model.

        Raises:
            ValueError, KeyError, OSError, zipfile.BadZipFile: it is missing or damaged.
        """

    @abstractmethod
    def _write(self, folder: Path) -> None:
        """Stores the model."""
