"""What a test cannot do without: server programs, and what else not every machine has."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import pytest

from local_servers.programs import Missing, find
from local_servers.shipped_nginx import load_stream


def need(*programs: str) -> None:
    """Skip the test when one of them is missing; fail where all must be there (CI=true)."""
    with _skipping():
        for program in programs:
            find(program)


def need_stream() -> None:
    """The same for an nginx with `stream`."""
    with _skipping():
        load_stream()


@contextmanager
def _skipping() -> Iterator[None]:
    try:
        yield
    except Missing as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(missing))


def do_without(reason: str) -> NoReturn:
    """Skip the test for what this machine lacks; fail where nothing may be lacking (CI=true)."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
