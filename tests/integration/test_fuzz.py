"""The targets of `make fuzz` still fit what they try; a second each, for it is no search here."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.integration.conftest import ROOT


@pytest.mark.integration
@pytest.mark.parametrize(
    "target",
    [
        "body",
        "net",
        # These load the whole bot.
        pytest.param("turn", marks=pytest.mark.faults),
        pytest.param("long", marks=pytest.mark.faults),
    ],
)
def test_a_target_runs(target):
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", target, "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-2_000:]
    assert "Done " in done.stderr, "nothing was tried"
