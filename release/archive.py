"""Packs a release: the sources of a tag, the model, the bill of materials, and their digests."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from bot.errors import OperatorError
from bot.rasa_adapters import model_archive
from bot.serving.training import ensure_model
from bot.settings import ROOT
from release import advisories, pins, sbom

SUMS = "SHA256SUMS"
_VERSION = re.compile(r'^version = "([^"]+)"$', re.MULTILINE)


def version(root: Path = ROOT) -> str:
    """Returns the version in pyproject.toml.

    Raises:
        OperatorError: there is none.
    """
    found = _VERSION.search((root / "pyproject.toml").read_text(encoding="utf-8"))
    if not found:
        raise OperatorError('pyproject.toml has no line `version = "..."`')
    return found[1]


def moment(root: Path = ROOT) -> str:
    """Returns when the sources were last changed, so that the same sources give the same files.

    Raises:
        OperatorError: this is no git repository.
    """
    return _git(["log", "-1", "--format=%cI"], root).strip()


def refuse_unreviewed() -> None:
    """Refuses a release with a library that nobody has looked at.

    Raises:
        OperatorError: names each, and says what to do.
    """
    if found := list(advisories.problems(pins.read(), advisories.load().libraries)):
        raise OperatorError("\n  ".join(["pinned libraries were not reviewed:", *found]))


def refuse_unmarked(root: Path) -> str:
    """Returns the tag of the release.

    Raises:
        OperatorError: files differ from the last commit, it has no tag for this version, or the
            changelog does not tell of it.
    """
    number = version(root)
    tag = f"v{number}"
    if _git(["status", "--porcelain"], root).strip():
        raise OperatorError("some changes are not committed: commit them or put them away")
    if tag not in _git(["tag", "--points-at", "HEAD"], root).split():
        raise OperatorError(
            f"this commit is not tagged {tag}: `git tag -s {tag}`, or raise the version in "
            "pyproject.toml first"
        )
    log = root / "CHANGELOG.md"
    if not log.exists() or not re.search(
        rf"^#+ .*{re.escape(number)}", log.read_text(encoding="utf-8"), re.MULTILINE
    ):
        raise OperatorError(f"CHANGELOG.md has no heading with {number}: say what has changed")
    return tag


def write(folder: Path, root: Path = ROOT) -> list[Path]:
    """Writes the files of a release, and returns them; the last one holds the digests.

    Args:
        folder: an empty folder, or one that does not exist yet.
        root: the repository.

    Raises:
        OperatorError: something is not reviewed, committed, tagged or told of.
    """
    refuse_unreviewed()
    tag = refuse_unmarked(root)
    if folder.exists() and any(folder.iterdir()):
        raise OperatorError(f"{folder} is not empty: what is in it would look like this release's")
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{sbom.NAME}-{version(root)}"
    sources = folder / f"{name}.tar.gz"
    _git(["archive", "--format=tar.gz", f"--prefix={name}/", f"--output={sources}", tag], root)
    model = model_archive.copy(ensure_model(), folder)
    bill = write_bill(folder / f"{name}.cdx.json", root)
    return [sources, model, bill, _sums(folder)]


def write_bill(file: Path, root: Path = ROOT) -> Path:
    """Writes the bill of materials, and returns its file."""
    document = sbom.present(version(root), moment(root))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return file


def _sums(folder: Path) -> Path:
    """Writes the digest of each file, as `sha256sum --check` reads them."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(folder.iterdir())
    ]
    sums = folder / SUMS
    sums.write_text("".join(lines), encoding="ascii")
    return sums


def _git(command: Sequence[str], root: Path) -> str:
    try:
        done = subprocess.run(  # noqa: S603
            ["git", *command],  # noqa: S607
            cwd=root, capture_output=True, text=True, check=True,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError) as error:
        told = getattr(error, "stderr", None) or str(error)
        raise OperatorError(f"git {command[0]}: {told.strip()}") from error
    return done.stdout
