"""The environment that tests, and what they start, see."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.settings import Settings, variable


@contextmanager
def default_settings() -> Iterator[None]:
    """Until the block ends no setting is that of whoever runs this, here or in what is started."""
    with pytest.MonkeyPatch.context() as environment:
        settings = {variable(name) for name in Settings.model_fields}
        files = {f"{name}_FILE" for name in settings} | {"CREDENTIALS_DIRECTORY"}
        for name in (settings | files) & os.environ.keys():
            environment.delenv(name)
        yield
