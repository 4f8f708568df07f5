"""A model archive is refused unless it is the one that was trained and holds what one holds."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import yaml
from rasa.engine.storage.local_model_storage import LocalModelStorage

from bot.rasa_adapters import model_archive
from bot.rasa_adapters.model_archive import ModelRefused
from bot.serving.training import ROOT, ensure_model

FLOOR = ROOT / "benchmarks" / "floor"
PLANTED = "raise AssertionError('code out of an archive was run')\n"


@pytest.fixture(scope="module")
def trained() -> Path:
    return ensure_model()


@pytest.fixture(scope="module")
def metadata(trained) -> dict:
    with tarfile.open(trained) as archive:
        return json.load(archive.extractfile("metadata.json"))


def packed(path: Path, metadata: object, *members: tarfile.TarInfo) -> Path:
    """An archive with a true digest: what was signed off by mistake, or by the wrong person."""
    content = json.dumps(metadata).encode()
    with tarfile.open(path, "w:gz") as archive:
        for member in members:
            member.size = len(PLANTED) if member.isfile() else 0
            archive.addfile(member, io.BytesIO(PLANTED.encode()))
        info = tarfile.TarInfo("metadata.json")
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    model_archive.write_digest(path)
    return path


def member(name: str, kind: bytes = tarfile.REGTYPE, leads_to: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, leads_to
    return info


def read(archive: Path, folder: Path) -> object:
    """As Rasa reads it."""
    folder.mkdir()
    return LocalModelStorage.from_model_archive(folder, archive)[1]


def with_class(metadata: dict, uses: str, **changed: str) -> dict:
    """The metadata of the trained model with one class exchanged."""
    copied = json.loads(json.dumps(metadata))
    node = next(iter(copied["predict_schema"]["nodes"].values()))
    node.update({"uses": uses, **changed})
    return copied


def test_the_trained_model_is_read(trained, metadata, tmp_path):
    assert read(trained, tmp_path / "in").model_id == metadata["model_id"]
    assert any((tmp_path / "in").rglob("*.npz"))


def test_a_model_that_was_changed_is_not_opened(trained, tmp_path):
    copy = model_archive.copy(trained, tmp_path)
    with copy.open("r+b") as opened:
        opened.seek(-1, os.SEEK_END)
        last = opened.read(1)
        opened.seek(-1, os.SEEK_END)
        opened.write(bytes([last[0] ^ 1]))
    with pytest.raises(ModelRefused, match=r"not the one .*chat-\w+\.tar\.gz\.sha256.*train anew"):
        read(copy, tmp_path / "in")
    assert not any((tmp_path / "in").iterdir())


def test_the_digest_comes_before_the_first_look_inside(tmp_path):
    archive = tmp_path / "model.tar.gz"
    archive.write_text("this is not an archive")
    model_archive.digest_file(archive).write_text("0" * 64)
    with pytest.raises(ModelRefused):
        read(archive, tmp_path / "in")
    model_archive.write_digest(archive)
    with pytest.raises(tarfile.ReadError):
        read(archive, tmp_path / "also")


@pytest.mark.parametrize("stated", [None, "", "0123", "\u00e9"])
def test_a_model_without_a_digest_is_not_opened(metadata, tmp_path, stated):
    archive = packed(tmp_path / "model.tar.gz", metadata)
    file = model_archive.digest_file(archive)
    file.unlink() if stated is None else file.write_text(stated, encoding="utf-8")
    with pytest.raises(ModelRefused, match=r"model\.tar\.gz\.sha256"):
        read(archive, tmp_path / "in")


def test_the_digest_is_what_sha256sum_reads(metadata, tmp_path):
    archive = packed(tmp_path / "model.tar.gz", metadata)
    assert model_archive.digest_file(archive).read_text().split() == [
        hashlib.sha256(archive.read_bytes()).hexdigest(),
        "model.tar.gz",
    ]


@pytest.mark.parametrize("started_in", ["the root", "a folder"])
@pytest.mark.parametrize(
    "name", ["../planted.py", "components/../../planted.py", "{here}/planted.py", "/planted-x"]
)
def test_a_member_that_lies_outside_is_refused(metadata, tmp_path, monkeypatch, started_in, name):
    """With Rasa's own guard the first is written from `/`, the third from its own folder."""
    monkeypatch.chdir("/" if started_in == "the root" else tmp_path)
    archive = packed(tmp_path / "m.tar.gz", metadata, member(name.format(here=tmp_path)))
    before = set(tmp_path.rglob("*"))
    with pytest.raises(ModelRefused, match=r"m\.tar\.gz is not unpacked: its member .* outside"):
        read(archive, tmp_path / "in")
    assert set(tmp_path.rglob("*")) - before == {tmp_path / "in"}
    assert not Path("/planted-x").exists()


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE]
)
def test_links_and_devices_are_refused(metadata, tmp_path, kind):
    archive = packed(tmp_path / "m.tar.gz", metadata, member("components", kind, "metadata.json"))
    with pytest.raises(ModelRefused, match="is a link"):
        read(archive, tmp_path / "in")


def test_an_archive_that_fills_the_disk_is_refused(metadata, tmp_path, monkeypatch):
    monkeypatch.setattr(model_archive, "_MOST_BYTES", 1_000)
    archive = packed(tmp_path / "m.tar.gz", metadata)
    with pytest.raises(ModelRefused, match="more than 1000 bytes"):
        read(archive, tmp_path / "in")


@pytest.mark.parametrize(
    "uses",
    [
        "subprocess.Popen",
        "planted.Component",
        "bot.nlu.encoder.Anything",
        # Rasa's own, but it unpickles what is in the archive.
        "rasa.nlu.classifiers.sklearn_intent_classifier.SklearnIntentClassifier",
        "rasa_plus.RulePolicy",
    ],
)
def test_a_class_that_config_yml_does_not_name_is_not_even_imported(
    metadata, tmp_path, monkeypatch, uses
):
    (tmp_path / "planted.py").write_text(PLANTED)
    monkeypatch.syspath_prepend(tmp_path)
    archive = packed(tmp_path / "m.tar.gz", with_class(metadata, uses))
    with pytest.raises(ModelRefused, match=rf"names the class '{uses}', which config.yml does not"):
        read(archive, tmp_path / "in")
    assert "planted" not in sys.modules


@pytest.mark.parametrize(
    "changed", [{"constructor_name": "mro"}, {"fn": "__init_subclass__"}, {"fn": "_load_model"}]
)
def test_only_what_makes_a_component_and_its_public_functions_are_called(
    metadata, tmp_path, changed
):
    uses = "bot.nlu.encoder.EncoderComponent"
    archive = packed(tmp_path / "m.tar.gz", with_class(metadata, uses, **changed))
    with pytest.raises(ModelRefused, match=next(iter(changed.values()))):
        read(archive, tmp_path / "in")


@pytest.mark.parametrize("content", [[], {}, {"train_schema": {}}, {"train_schema": {"nodes": 1}}])
def test_metadata_that_says_nothing_is_refused(tmp_path, content):
    with pytest.raises(ModelRefused, match="metadata.json cannot be read"):
        read(packed(tmp_path / "m.tar.gz", content), tmp_path / "in")


def test_what_rasa_adds_is_what_this_rasa_adds(metadata):
    """A new Rasa may add other steps: then the list in the code is to be read again."""
    schemas = (metadata["train_schema"], metadata["predict_schema"])
    uses = {node["uses"] for schema in schemas for node in schema["nodes"].values()}
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    named = {part["name"] for part in config["pipeline"] + config["policies"]}
    added = {one for one in uses if not {one, one.rpartition(".")[2]} & named}
    # These two convert stories with texts in them, of which we have none.
    precomputing = {one for one in model_archive.RASAS_OWN if ".precomputation." in one}
    assert added == model_archive.RASAS_OWN - precomputing and len(precomputing) == 2


@pytest.mark.slow
def test_plain_rasa_gives_its_model_a_digest_and_reads_it_where_its_config_is(tmp_path):
    project = tmp_path / "project"
    shutil.copytree(FLOOR, project)
    train = [sys.executable, "-m", "rasa", "train", "--fixed-model-name", "floor"]
    subprocess.run(train, cwd=project, check=True, capture_output=True, timeout=300)
    model = project / "models" / "floor.tar.gz"
    model_archive.check_digest(model)
    script = "import sys; from bot.rasa_adapters.model_archive import unpack; unpack(*sys.argv[1:])"
    for folder, is_read in ((project, True), (ROOT, False)):
        (tmp_path / str(is_read)).mkdir()
        command = [sys.executable, "-c", script, str(model), str(tmp_path / str(is_read))]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert (done.returncode == 0) is is_read, done.stderr
        assert is_read or "KeywordIntentClassifier" in done.stderr
