"""The server programs of this machine that tests start."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

_PACKAGES = {
    "nginx": "nginx",
    "redis-server": "redis-server",
    "initdb": "postgresql",
    "make": "make",
}
# Most systems leave PostgreSQL's own programs out of the PATH.
_POSTGRESQL = Path("/usr/lib/postgresql")


class Missing(Exception):
    """A program is not installed on this machine."""


def find(program: str) -> Path:
    """Where a program is.

    Raises:
        Missing: it is not there.
    """
    if found := shutil.which(program):
        return Path(found).resolve()
    if found := max(_POSTGRESQL.glob(f"*/bin/{program}"), default=None):
        return found
    raise Missing(f"no {program} on this machine: apt install {_PACKAGES[program]}")


def need(*programs: str) -> None:
    """Skip the test when one of them is missing; fail where all must be there (CI=true)."""
    try:
        for program in programs:
            find(program)
    except Missing as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(missing))
