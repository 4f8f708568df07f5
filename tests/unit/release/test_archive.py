"""A release is packed from a tagged commit only, and its digests are what `sha256sum` checks."""

from __future__ import annotations

import subprocess
import tarfile

import pytest

from bot.errors import OperatorError
from bot.rasa_adapters import model_archive
from release import archive
from tests.services.programs import need

VERSION = "4.5.6"


def git(root, *command):
    names = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(["git", *names, *command], cwd=root, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A small repository that lacks only the tag. The model stands for a trained one."""
    need("git")
    root = tmp_path / "repository"
    root.mkdir()
    model = tmp_path / "chat-0123456789ab.tar.gz"
    model.write_bytes(b"a model")
    model_archive.write_digest(model)
    monkeypatch.setattr(archive, "ensure_model", lambda: model)
    (root / "pyproject.toml").write_text(f'[project]\nversion = "{VERSION}"\n')
    (root / "CHANGELOG.md").write_text(f"# Changes\n\n## {VERSION}\n")
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "Say what has changed")
    return root


def test_it_holds_sources_model_bill_and_digests(repository, tmp_path):
    git(repository, "tag", f"v{VERSION}")
    folder = tmp_path / "dist"
    sources, model, bill, sums = archive.write(folder, repository)
    with tarfile.open(sources) as packed:
        names = {name.partition("/")[2] for name in packed.getnames()}
    assert {"pyproject.toml", "CHANGELOG.md"} <= names
    model_archive.check_digest(model)
    check = subprocess.run(
        ["sha256sum", "--check", "--strict", sums.name], cwd=folder, capture_output=True, text=True
    )
    assert check.returncode == 0 and check.stdout.count(": OK") == 4
    bill.write_text("changed")
    check = subprocess.run(["sha256sum", "--check", sums.name], cwd=folder, capture_output=True)
    assert check.returncode != 0


def test_what_was_released_before_is_not_mixed_in(repository, tmp_path):
    git(repository, "tag", f"v{VERSION}")
    (tmp_path / "of-before").write_text("")
    with pytest.raises(OperatorError, match="is not empty"):
        archive.write(tmp_path, repository)


def test_a_commit_without_the_tag_is_refused(repository, tmp_path):
    git(repository, "tag", "v4.5.5")
    with pytest.raises(OperatorError, match=f"not tagged v{VERSION}"):
        archive.write(tmp_path / "dist", repository)


def test_changes_that_are_not_committed_are_refused(repository, tmp_path):
    git(repository, "tag", f"v{VERSION}")
    (repository / "pyproject.toml").write_text(f'[project]\nversion = "{VERSION}"\n\n')
    with pytest.raises(OperatorError, match="not committed"):
        archive.write(tmp_path / "dist", repository)


def test_a_release_that_nobody_is_told_of_is_refused(repository, tmp_path):
    (repository / "CHANGELOG.md").write_text("# Changes\n\n## 4.5.5\n")
    git(repository, "commit", "-qam", "Forget to say what has changed")
    git(repository, "tag", f"v{VERSION}")
    with pytest.raises(OperatorError, match=rf"no heading with {VERSION}"):
        archive.write(tmp_path / "dist", repository)


def test_outside_of_a_repository_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(OperatorError, match="git log"):
        archive.moment(tmp_path)
