"""Prepares every Python process of this environment, before Rasa is imported.

The environment's `bot.pth` calls `prepare()` at interpreter start, so that the plain `rasa`
commands behave like ours.
"""

from __future__ import annotations

import os

from bot.rasa_adapters import quiet_logs, this_machine_only, without_tensorflow


def prepare() -> None:
    """Keeps what people say out of logs, other machines out of plain Rasa, and telemetry off."""
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
