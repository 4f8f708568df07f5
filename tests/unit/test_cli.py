"""The command line as a whole."""

from __future__ import annotations

import subprocess
import sys

# What takes long to import, and what the switch has no use for.
_HEAVY = {"numpy", "rasa", "sanic", "sklearn", "sqlalchemy"}
_SWITCH = """
import sys
from bot.cli import main
assert main(["switch", "status"]) == 0
print(*sys.modules)
"""


def test_the_switch_waits_for_no_library_that_it_does_not_need(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", _SWITCH],
        env={"CHAT_STATE": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    imported = set(done.stdout.splitlines()[-1].split())
    assert "bot.gateway.coordination.switch" in imported
    assert not imported & _HEAVY
