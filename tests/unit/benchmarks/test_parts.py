"""Where a turn's time is said to go."""

from __future__ import annotations

import sys

import pytest

from benchmarks.parts import PARTS, part
from bot.settings import ROOT

pytestmark = pytest.mark.slow


def test_every_part_is_there():
    ours = [file for _, files in PARTS for file in files if file.startswith(("/bot/", "/actions/"))]
    assert ours
    for file in ours:
        assert list(ROOT.glob(f"{file.strip('/')}*")), file


def test_the_innermost_line_of_a_part_counts():
    def called(name):
        """A frame as of a function in a file."""
        code = compile("import sys\nframe = sys._getframe()", name, "exec")
        known = {}
        exec(code, known)
        return known["frame"]

    assert part(called("/x/bot/nlu/encoder.py")) == "encoder (ONNX)"
    assert part(called("/x/site-packages/rasa/core/agent.py")) == "rest of Rasa"
    assert part(sys._getframe()) == "waiting"
    assert part(None) == "waiting"
