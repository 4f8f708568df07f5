"""What a test cannot do without: server programs, and what else not every machine has."""

from __future__ import annotations

import os
from typing import NoReturn

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


def do_without(reason: str) -> NoReturn:
    """Skip the test for what this machine lacks; fail where nothing may be lacking (CI=true)."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
