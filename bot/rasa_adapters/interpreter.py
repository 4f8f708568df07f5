"""What every Python process of this environment needs before Rasa is imported.

The environment's `bot.pth` calls `prepare()` at interpreter start, so that the plain `rasa`
commands behave like ours.
"""

from __future__ import annotations

import os

from bot.rasa_adapters import quiet_logs, without_tensorflow


def prepare() -> None:
    """Keep logs free of what people say, stand in for TensorFlow, switch off telemetry."""
    # Nothing may leave this machine.
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    # Rasa stays on SQLAlchemy 1.4; the hint to move to 2.0 at every start helps nobody here.
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    # NumPy's sums on one core: a message is too small to share out, and threads that wait for each
    # other take time from the other processes.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    quiet_logs.install()
    without_tensorflow.install()
