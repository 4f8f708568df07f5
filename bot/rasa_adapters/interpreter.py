"""Prepares every Python process of this environment, before Rasa is imported.

The environment's `bot.pth` calls `prepare()` at interpreter start, so that the plain `rasa`
commands behave like ours.
"""

from __future__ import annotations

import os
from typing import Any

from bot.rasa_adapters import quiet_logs, this_machine_only, without_tensorflow
from bot.rasa_adapters.after_import import after_import


def prepare() -> None:
    """Keeps what people say out of logs and other machines out of plain Rasa, stands in for
    TensorFlow, switches off telemetry, checks models before Rasa opens them, and runs the custom
    actions where nobody else does.
    """
    # No data may leave this machine.
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    # Rasa needs SQLAlchemy 1.4, so a hint at every start to move to 2.0 is no use.
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    # NumPy calculates on one core. A message is too small to share out, and threads that wait for
    # each other take time from the other processes.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    quiet_logs.install()
    without_tensorflow.install()
    this_machine_only.install()
    after_import("rasa.engine.storage.local_model_storage", _guard_models)
    after_import("rasa.core.utils", _run_actions_here)
    after_import("rasa.cli.test", _hold_stories)


# Each imports what it needs only then, because most processes read no model and run no action.
def _run_actions_here(utils: Any) -> None:
    from bot.rasa_adapters import own_actions  # noqa: PLC0415

    own_actions.install(utils)


def _hold_stories(cli: Any) -> None:
    from bot.rasa_adapters import story_tests  # noqa: PLC0415

    story_tests.install(cli)


def _guard_models(storage: Any) -> None:
    from bot.rasa_adapters import model_archive  # noqa: PLC0415

    model_archive.guard(storage)
