"""Lets Rasa run without TensorFlow.

Rasa 3.6 imports TensorFlow in nearly every module, but no component this bot uses calls it.
Left out, the environment shrinks from 2.7 GB to 1.1 GB, a server starts in a third of the time,
and TensorFlow's own security advisories no longer apply.

`install()` puts a finder on `sys.meta_path` that answers imports of TensorFlow and its companions
with empty stand-in modules. Their attributes are empty classes, enough for Rasa's class bodies and
type annotations. Calling one for real work raises `TensorFlowMissing`; naming a component that
needs TensorFlow in `config.yml` is refused by `refuse_tensorflow_components`.

`bot.rasa_adapters.interpreter` calls `install()` at interpreter start, so that the plain `rasa`
commands work as well as ours. Where the real TensorFlow is installed, nothing is replaced.
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
    """Something tried to use TensorFlow, which this environment does not carry."""


class _StandInType(type):
    """Metaclass of the stand-ins: attributes, subscripts and unions yield further stand-ins."""

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
        # `@tf.function` and its kind decorate methods at import: hand the function back.
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
        # Used as `@tf.function(...)` too, so it must accept any arguments and decorate.
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
        """A stand-in has nothing to execute."""


def tensorflow_is_installed() -> bool:
    """True when a real TensorFlow can be found on the path."""
    return importlib.machinery.PathFinder.find_spec("tensorflow") is not None


def install() -> None:
    """Put the finder in place, once, unless a real TensorFlow is installed."""
    if any(isinstance(finder, _StandInFinder) for finder in sys.meta_path):
        return
    if tensorflow_is_installed():
        return
    # Last, so that a distribution that does exist (keras without TensorFlow, say) is preferred.
    sys.meta_path.append(_StandInFinder())


def refuse_tensorflow_components(component_names: Sequence[str]) -> None:
    """Raise `TensorFlowMissing` when a configured component needs TensorFlow and it is absent.

    Args:
        component_names: the `name` values of `pipeline` and `policies` in config.yml.
    """
    if tensorflow_is_installed():
        return
    # By its short name or by its full module path.
    short_names = {name.rpartition(".")[2] for name in component_names}
    wanted = sorted(COMPONENTS_NEEDING_TENSORFLOW & short_names)
    if wanted:
        raise TensorFlowMissing(
            f"config.yml names {', '.join(wanted)}, which need TensorFlow, and this environment "
            "does not carry it. Use a component without TensorFlow (docs/decisions/0001)."
        )
