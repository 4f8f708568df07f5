"""Lets Rasa run without TensorFlow.

Rasa 3.6 imports TensorFlow in nearly every module, but no component that this bot uses calls it.
Without TensorFlow the environment shrinks from 2.7 GB to 1.1 GB, a server starts in a third of the
time, and TensorFlow's security advisories no longer apply.

`install()` puts a finder on `sys.meta_path` that answers imports of TensorFlow and its companions
with empty stand-in modules. Their attributes are empty classes, which is enough for Rasa's class
bodies and type annotations. Calling one for real work raises `TensorFlowMissing`.
`refuse_tensorflow_components` refuses a `config.yml` with a component that needs TensorFlow.

`bot.rasa_adapters.interpreter` calls `install()` when Python starts, so that the plain `rasa`
commands work as well as ours. If the real TensorFlow is installed, nothing is replaced.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Sequence
from typing import Any

ROOTS = frozenset({"tensorflow", "tensorflow_hub", "tensorflow_text", "keras", "jax", "jaxlib"})

# Rasa's own components that build a TensorFlow model (rasa/nlu and rasa/core/policies, 3.6.21).
COMPONENTS_NEEDING_TENSORFLOW = frozenset(
    {
        "DIETClassifier",
        "ResponseSelector",
        "TEDPolicy",
        "UnexpecTEDIntentPolicy",
        "LanguageModelFeaturizer",
        "ConveRTFeaturizer",
    }
)


class TensorFlowMissing(RuntimeError):
    """Something tried to use TensorFlow, which is not in this environment."""


class _StandInType(type):
    """Metaclass of the stand-ins; attributes, subscripts and unions give a stand-in or `Any`."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _stand_in(name)

    def __getitem__(cls, item: Any) -> Any:
        return cls

    def __or__(cls, other: Any) -> Any:
        return Any

    __ror__ = __or__

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        # `@tf.function` and its like decorate methods at import, so return the function.
        if len(args) == 1 and not kwargs and isinstance(args[0], types.FunctionType):
            return args[0]
        if cls.__module__ == __name__:
            raise TensorFlowMissing(
                f"TensorFlow is not installed, but its '{cls.__name__}' was called. "
                "Take the component that needs it out of config.yml."
            )
        return super().__call__(*args, **kwargs)


def _stand_in(name: str) -> type:
    if name == "function":
        # Also used as `@tf.function(...)`, so it must accept any arguments and decorate.
        def function(*args: Any, **kwargs: Any) -> Any:
            if len(args) == 1 and callable(args[0]):
                return args[0]
            return lambda decorated: decorated

        return function  # type: ignore[return-value]
    return _StandInType(name, (), {"__module__": __name__})


class _StandInModule(types.ModuleType):
    __path__: list[str] = []
    __version__ = "0.0.0"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = _stand_in(name)
        setattr(self, name, value)
        return value


class _StandInFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] not in ROOTS:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _StandInModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Does nothing, because a stand-in has no code."""


def tensorflow_is_installed() -> bool:
    """Returns True when the real TensorFlow is on the path."""
    return importlib.machinery.PathFinder.find_spec("tensorflow") is not None


def install() -> None:
    """Puts the finder in place, once, unless the real TensorFlow is installed."""
    if any(isinstance(finder, _StandInFinder) for finder in sys.meta_path):
        return
    if tensorflow_is_installed():
        return
    # Last, so that an installed package wins (keras without TensorFlow, say).
    sys.meta_path.append(_StandInFinder())


def refuse_tensorflow_components(component_names: Sequence[str]) -> None:
    """Refuses components that need TensorFlow when it is not installed.

    Args:
        component_names: the `name` values of `pipeline` and `policies` in config.yml.

    Raises:
        TensorFlowMissing: a component needs TensorFlow, which is not installed.
    """
    if tensorflow_is_installed():
        return
    # A component is named by its short name or its full module path.
    short_names = {name.rpartition(".")[2] for name in component_names}
    wanted = sorted(COMPONENTS_NEEDING_TENSORFLOW & short_names)
    if wanted:
        raise TensorFlowMissing(
            f"config.yml names {', '.join(wanted)}, which need TensorFlow, and this environment "
            "does not carry it. Use a component without TensorFlow (docs/decisions/0001)."
        )
