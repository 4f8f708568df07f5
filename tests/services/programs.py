"""Server programs that a test cannot do without."""

from __future__ import annotations

import os

import pytest

from local_servers.programs import Missing, find


def need(*programs: str) -> None:
    """Skip the test when one of them is missing; fail where all must be there (CI=true)."""
    try:
        for program in programs:
            find(program)
    except Missing as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(missing))
