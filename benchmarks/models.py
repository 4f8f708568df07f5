"""Models of the projects to compare with, trained once for the same inputs."""

from __future__ import annotations

import hashlib
import os
import resource
import subprocess
import time
from pathlib import Path

from benchmarks.stock import project
from bot.serving.progress import Progress
from bot.settings import ROOT

FLOOR = Path(__file__).with_name("floor")
# Not the words of the answers: they may change without a new training.
_STOCK_INPUTS = (
    "benchmarks/stock/config.yml",
    "domain.yml",
    "data/nlu/*.yml",
    "data/rules.yml",
    "data/stories.yml",
)
_QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
ENVIRONMENT = {**os.environ, **_QUIET}


def stock_model(python: Path) -> Path:
    """The stock model for the present training data; trains one if there is none (an hour).

    A model of earlier training data is used too, with a note: how fast it answers is the same.

    Args:
        python: interpreter of the environment with stock Rasa and TensorFlow.
    """
    files = [file for name in _STOCK_INPUTS for file in sorted(ROOT.glob(name))]
    model = _cached("stock", files)
    if model.exists():
        return model
    if earlier := sorted(
        model.parent.glob("stock-*.tar.gz"), key=lambda file: file.stat().st_mtime
    ):
        print(f"Note: stock Rasa was trained on earlier training data ({earlier[-1].name}).")
        return earlier[-1]
    folder = model.parent / "stock"
    project.write(folder)
    _train(python, folder, model)
    return model


def floor_model(python: Path) -> Path:
    """The echo bot's model; trains it when there is none (seconds)."""
    model = _cached("floor", sorted(FLOOR.rglob("*.yml")))
    if not model.exists():
        _train(python, FLOOR, model)
    return model


def _cached(name: str, files: list[Path]) -> Path:
    digest = hashlib.sha256()
    for file in files:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return ROOT / "models" / "benchmark" / f"{name}-{digest.hexdigest()[:12]}.tar.gz"


def _train(python: Path, folder: Path, model: Path) -> None:
    """Train a project.

    Raises:
        SystemExit: it failed; the log's name is in the message.
    """
    model.parent.mkdir(parents=True, exist_ok=True)
    log = model.with_name(f"{model.name.partition('.')[0]}.log")
    command = [str(python), "-m", "rasa", "train", "--out", str(model.parent),
               "--fixed-model-name", model.name]  # fmt: skip
    started = time.monotonic()
    with Progress(f"Training {model.name} to compare with"), log.open("w") as output:
        result = subprocess.run(  # noqa: S603
            command,
            cwd=folder,
            env=ENVIRONMENT,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if result.returncode or not model.exists():
        raise SystemExit(f"training failed, see {log}")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"{time.monotonic() - started:.0f} s, of the processor "
        f"{used.ru_utime + used.ru_stime:.0f} s"
    )
