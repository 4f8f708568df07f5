"""Lets plain `rasa run` listen on this machine only, unless `-i` names another address.

Rasa listens on all addresses by default, and credentials.yml opens its REST channel for tests,
through which anybody may be any sender and trigger any intent.
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

HOST = "127.0.0.1"
_MODULE = "rasa.core.constants"


class _AfterConstants(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Changes the default when Rasa's constants are imported; most processes never do that."""

    def __init__(self) -> None:
        self._loader: Any = None

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _MODULE:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None:
            self._loader, spec.loader = spec.loader, self
        return spec

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        module.DEFAULT_SERVER_INTERFACE = HOST  # type: ignore[attr-defined]


def install() -> None:
    """Puts the finder in place, once."""
    if not any(isinstance(finder, _AfterConstants) for finder in sys.meta_path):
        sys.meta_path.insert(0, _AfterConstants())
