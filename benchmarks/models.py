"""Models of the projects to compare with, trained once for the same inputs, and what they are."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import subprocess
import tarfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.stock import project
from bot.rasa_adapters.model_archive import digest_file
from bot.serving.progress import Progress
from bot.serving.training import model_file
from bot.settings import ROOT

FLOOR = Path(__file__).with_name("floor")
# Not the words of the answers: they may change without a new training.
_STOCK_INPUTS = (
    "benchmarks/stock/config.yml",
    "domain.yml",
    "data/nlu.yml",
    "data/nlu/**/*.yml",
    "data/rules.yml",
    "data/stories.yml",
)
_QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
ENVIRONMENT = {**os.environ, **_QUIET}
# Of every part of a new project that is trained in epochs.
RASAS_EPOCHS = 100


@dataclass(frozen=True)
class Model:
    """What a report says of the model that a contender answered with.

    Attributes:
        file: its name.
        digest: the first 12 digits of its SHA-256.
        is_of_present_inputs: it was trained on the training data and settings that are here now:
            its name holds their fingerprint.
        epochs: of each part that is trained in epochs, read from the model itself.
    """

    file: str
    digest: str
    is_of_present_inputs: bool
    epochs: dict[str, int]

    @property
    def has_fewer_epochs(self) -> bool:
        """True when a part was trained for fewer epochs than in a new project of Rasa."""
        return any(count < RASAS_EPOCHS for count in self.epochs.values())


def described(model: Path) -> Model:
    """A model of any contender."""
    with model.open("rb") as opened:
        digest = hashlib.sha256(opened.read()).hexdigest()[:12]
    present = model in (model_file(), stock_file(), floor_file())
    return Model(model.name, digest, present, _epochs(model))


def _epochs(model: Path) -> dict[str, int]:
    with tarfile.open(model) as archive:
        metadata = archive.extractfile("metadata.json")
        nodes = json.load(metadata)["train_schema"]["nodes"] if metadata else {}
    return {
        node["uses"].rpartition(".")[2]: node["config"]["epochs"]
        for node in nodes.values()
        if "epochs" in node["config"]
    }


def stock_model(python: Path) -> Path:
    """The stock model for the present training data; trains one if there is none (an hour).

    A model of other training data is used too, and the reports say so: how fast it answers is the
    same.

    Args:
        python: interpreter of the environment with stock Rasa and TensorFlow.
    """
    model = stock_file()
    if model.exists():
        return model
    if earlier := sorted(
        model.parent.glob("stock-*.tar.gz"), key=lambda file: file.stat().st_mtime
    ):
        return earlier[-1]
    folder = model.parent / "stock"
    project.write(folder)
    _train(python, folder, model)
    return model


def floor_model(python: Path) -> Path:
    """The echo bot's model; trains it when there is none (seconds)."""
    model = floor_file()
    if not digest_file(model).exists():
        _train(python, FLOOR, model)
    return model


def stock_file() -> Path:
    """Where the stock model for the present inputs is, or will be."""
    return _cached("stock", [file for name in _STOCK_INPUTS for file in sorted(ROOT.glob(name))])


def floor_file() -> Path:
    """Where the echo bot's model is, or will be."""
    return _cached("floor", sorted(FLOOR.rglob("*.yml")))


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
