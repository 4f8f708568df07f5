"""The product in a folder of its own, for what writes to its tree or breaks it."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.rasa_adapters import model_archive
from bot.serving.training import ROOT, ensure_model

# The packages find their tree by where they are; the rest is read only.
_COPIED = ("bot", "actions")
_LINKED = (
    "config.yml", "domain.yml", "endpoints.yml", "credentials.yml", "data", "deploy",
    "pyproject.toml", "requirements", "tests", "widget",
)  # fmt: skip


def copy_product(folder: Path) -> Path:
    """A tree that behaves like the repository, with the trained model in it."""
    folder.mkdir()
    for name in _COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in _LINKED:
        (folder / name).symlink_to(ROOT / name)
    (folder / "models").mkdir()
    model_archive.copy(ensure_model(), folder / "models")
    return folder
