"""The model's fingerprint follows the contents of what it is trained from, and nothing else."""

from __future__ import annotations

import os
import shutil

import pytest

from bot.rasa_adapters import model_archive
from bot.serving import training
from bot.serving.training import _INPUTS, ROOT, fingerprint, model_file


@pytest.fixture
def tree(tmp_path):
    """A copy of the files that a model depends on, and of some that it does not."""
    # Few of the many answers: to read all of them takes a second, each time.
    others = ("data/content/*.yml", "data/content/replies/answers/chat.yml", "bot/safety/rules.py")
    for pattern in (*_INPUTS, *others):
        for source in ROOT.glob(pattern):
            target = tmp_path / source.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    return tmp_path


def test_it_is_twelve_digits_and_the_same_for_the_same_contents(tree):
    assert len(fingerprint(tree)) == 12
    assert int(fingerprint(tree), 16) >= 0
    shutil.copytree(ROOT / "data" / "content", tree / "data" / "content", dirs_exist_ok=True)
    assert fingerprint(tree) == fingerprint(ROOT)


def test_every_pattern_names_files(tree):
    for pattern in _INPUTS:
        assert list(tree.glob(pattern)), pattern


@pytest.mark.parametrize("pattern", _INPUTS)
def test_changed_contents_change_it(tree, pattern):
    before = fingerprint(tree)
    # Of many files the first two stand for all.
    for path in sorted(tree.glob(pattern))[:2]:
        original = path.read_bytes()
        path.write_bytes(original + b"\n")
        assert fingerprint(tree) != before, path
        path.write_bytes(original)
        assert fingerprint(tree) == before


def test_a_new_date_does_not(tree):
    before = fingerprint(tree)
    for pattern in _INPUTS:
        for path in tree.glob(pattern):
            os.utime(path, (1, 1))
    assert fingerprint(tree) == before


def test_a_new_a_lost_and_a_renamed_file_change_it(tree):
    before = fingerprint(tree)
    added = tree / "data" / "nlu" / "zz_new.yml"
    added.write_bytes(b"")
    with_new = fingerprint(tree)
    assert with_new != before
    added.rename(added.with_name("zz_other.yml"))
    assert fingerprint(tree) not in (before, with_new)
    added.with_name("zz_other.yml").unlink()
    assert fingerprint(tree) == before
    (tree / "data" / "stories.yml").unlink()
    assert fingerprint(tree) != before


def test_contents_that_change_places_change_it(tree):
    before = fingerprint(tree)
    one, other = sorted((tree / "data" / "nlu").rglob("*.yml"))[:2]
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    assert fingerprint(tree) != before


@pytest.mark.parametrize("name", ["data/content/services.yml", "bot/safety/rules.py", "README.md"])
def test_what_the_model_does_not_depend_on_does_not(tree, name):
    before = fingerprint(tree)
    path = tree / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("something else", encoding="utf-8")
    assert fingerprint(tree) == before


def test_the_model_file_is_named_after_it(tree):
    assert model_file(tree) == tree / "models" / f"chat-{fingerprint(tree)}.tar.gz"


def test_a_trained_model_gets_its_name_together_with_its_digest(tmp_path, monkeypatch):
    """Rasa writes both into a folder of its own (bot/rasa_adapters/model_archive.py)."""

    def train(folder, name):
        archive = folder / f"{name}.tar.gz"
        archive.write_bytes(b"a model")
        model_archive.write_digest(archive)

    monkeypatch.setattr(training, "MODELS", tmp_path)
    monkeypatch.setattr(training, "model_file", lambda: tmp_path / "chat-0123456789ab.tar.gz")
    monkeypatch.setattr(training, "_train", train)
    model = training.ensure_model()
    model_archive.check_digest(model)
    assert {path.name for path in tmp_path.iterdir()} == {
        model.name, f"{model.name}.sha256", "logs"
    }  # fmt: skip


def test_where_nothing_can_be_written_nothing_can_be_trained(tmp_path, monkeypatch):
    monkeypatch.setattr(training, "MODELS", tmp_path)
    assert training.can_train()
    monkeypatch.setattr(training.os, "access", lambda path, mode: False)
    assert not training.can_train()
