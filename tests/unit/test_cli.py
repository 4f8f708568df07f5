"""The command line as a whole."""

from __future__ import annotations

import subprocess
import sys

# What takes long to import, and what the switch has no use for.
_HEAVY = {"numpy", "rasa", "sanic", "sklearn", "sqlalchemy"}
_COMMAND = """
import sys
from bot.cli import main
assert main(sys.argv[1:]) == 0
print(*sys.modules)
"""


def imported_by(tmp_path, *command: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", _COMMAND, *command],
        env={"CHAT_STATE": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split())


def test_the_switch_waits_for_no_library_that_it_does_not_need(tmp_path):
    imported = imported_by(tmp_path, "switch", "status")
    assert "bot.gateway.coordination.switch" in imported
    assert not imported & _HEAVY


def test_no_command_waits_for_what_measures_or_understands(tmp_path):
    imported = imported_by(tmp_path, "audit")
    assert "bot.evaluation.commands" in imported
    assert not imported & {"numpy", "rasa.core", "sklearn", "onnxruntime"}
