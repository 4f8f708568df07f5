"""The machine that figures were measured on."""

from __future__ import annotations

import datetime as dt
import os
import platform
from pathlib import Path

from bot.serving.training import model_file


def described() -> dict[str, str | float | int]:
    """What a reader needs to know beside the figures; the load tells whether it was quiet."""
    model = next(
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    )
    return {
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="minutes"),
        "processor": model,
        "cores": os.cpu_count() or 0,
        "python": platform.python_version(),
        "model": model_file().name,
        "load_average": round(os.getloadavg()[0], 2),
    }


def sentence(machine: dict[str, str | float | int]) -> str:
    """The same as a sentence for a page."""
    return (
        f"Measured on {machine['date']} on {machine['cores']} cores ({machine['processor']}), "
        f"Python {machine['python']}, model {machine['model']}. Load average before the start: "
        f"{machine['load_average']}; on a quiet machine it is near 0."
    )
