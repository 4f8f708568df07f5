"""A module is changed when it is imported, however it was asked for before."""

from __future__ import annotations

import importlib
import importlib.util
import sys

from bot.rasa_adapters.after_import import after_import


def test_it_is_called_with_the_finished_module_also_when_somebody_only_looked(
    tmp_path, monkeypatch
):
    (tmp_path / "late_module.py").write_text("value = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    seen = []
    after_import("late_module", lambda module: seen.append(module.value))
    assert importlib.util.find_spec("late_module") and not seen
    importlib.import_module("late_module")
    assert seen == [1]
    assert importlib.util.find_spec("no_such_module") is None
    monkeypatch.delitem(sys.modules, "late_module")
