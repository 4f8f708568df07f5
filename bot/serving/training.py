"""Trains when what the bot learns from has changed: by content, not by file dates."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import yaml

from bot.content.answers import listed
from bot.errors import OperatorError
from bot.rasa_adapters import model_archive
from bot.rasa_adapters.without_tensorflow import TensorFlowMissing, refuse_tensorflow_components
from bot.serving.progress import Progress
from bot.settings import ROOT

MODELS = ROOT / "models"
LOG = MODELS / "training.log"
# What a model depends on: data, configuration, the components' own code, library versions.
_INPUTS = (
    "config.yml",
    "domain.yml",
    "data/nlu.yml",
    "data/nlu/**/*.yml",
    "data/turns/**/*.jsonl",
    "data/rules.yml",
    "data/stories.yml",
    "bot/nlu/*.py",
    "bot/dialogue/acts.py",
    "bot/safety/normalise/*.py",
    "bot/safety/normalise/*.yml",
    "bot/safety/words.*",
    "data/encoder/card.json",
    "data/chosen/card.json",
    "requirements/serving.txt",
)


def fingerprint(root: Path = ROOT) -> str:
    """Hexadecimal digest (12 digits) of everything a model depends on."""
    digest = hashlib.sha256()
    for path in sorted((root / "data" / "content").rglob("*.yml")):
        # A file without questions, such as one of a new force, teaches nothing.
        if found := list(listed(path)):
            digest.update(repr(found).encode())
    for path in _input_files(root):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def _input_files(root: Path) -> Iterator[Path]:
    for pattern in _INPUTS:
        yield from sorted(root.glob(pattern))


def model_file(root: Path = ROOT) -> Path:
    """Where the model for the present inputs is, or will be."""
    return root / "models" / f"chat-{fingerprint(root)}.tar.gz"


def can_train() -> bool:
    """True where a model can be written: in the unit of deploy/systemd/ the folder is read-only."""
    return os.access(MODELS if MODELS.exists() else ROOT, os.W_OK)


def ensure_model() -> Path:
    """Train unless the model for the present inputs exists; return its file.

    Its digest is beside it, and is compared whenever the model is opened
    (`bot.rasa_adapters.model_archive`).

    Raises:
        OperatorError: the configuration needs TensorFlow, or training failed.
    """
    model = model_file()
    if model.exists():
        return model
    _refuse_tensorflow()
    # The folder for logs too: the unit may write in no other one of here (deploy/systemd/).
    (MODELS / "logs").mkdir(parents=True, exist_ok=True)
    # Rasa writes the file piece by piece. It gets its name when it is whole, so that nothing reads
    # half a model when training is broken off or somebody trains at the same time.
    with tempfile.TemporaryDirectory(prefix="training-", dir=MODELS) as folder:
        _train(Path(folder), model.stem[:-4])
        model_archive.move(Path(folder) / model.name, model)
    return model


def _train(folder: Path, name: str) -> None:
    command = [
        sys.executable, "-m", "rasa", "train", "--force", "--out", str(folder),
        "--fixed-model-name", name,
        # The tests do (`rasa data validate`); here it would take a quarter of the whole time.
        "--skip-validation",
    ]  # fmt: skip
    # Rasa's cache of parts is of no use to a training from scratch, and its own place may be one
    # where nothing can be written (deploy/systemd/).
    with tempfile.TemporaryDirectory(prefix="cache-", dir=MODELS) as cache, LOG.open("w") as log:
        environment = {**os.environ, "RASA_CACHE_DIRECTORY": cache}
        with Progress("Training (the files the bot learns from have changed)"):
            result = subprocess.run(  # noqa: S603
                command, cwd=ROOT, env=environment, stdout=log, stderr=log, check=False
            )
    if result.returncode or not list(folder.iterdir()):
        raise OperatorError(f"training failed; the last lines of {LOG}:\n{_tail(LOG)}")


def _refuse_tensorflow() -> None:
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    names = [entry["name"] for kind in ("pipeline", "policies") for entry in config.get(kind, [])]
    try:
        refuse_tensorflow_components(names)
    except TensorFlowMissing as error:
        raise OperatorError(str(error)) from error


def _tail(path: Path, lines: int = 15) -> str:
    text = path.read_text(encoding="utf-8", errors="replace").replace("\r", "\n")
    return "\n".join([line for line in text.splitlines() if line.strip()][-lines:])
