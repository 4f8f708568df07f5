"""The widget's build: read as it was made, or refused with what is missing."""

from __future__ import annotations

import json

import pytest

from bot.gateway.pages import assets
from tests.integration.scripted import SCRIPT, SCRIPT_NAME, write_dist


def test_a_build_is_read(tmp_path):
    script = assets.load(write_dist(tmp_path / "dist"))
    assert (script.name, script.body) == (SCRIPT_NAME, SCRIPT)
    assert script.integrity.startswith("sha384-")


def test_without_a_build_the_message_names_the_file(tmp_path):
    with pytest.raises(
        assets.NoScript, match=r"manifest\.json is missing.*python -m widget\.build"
    ):
        assets.load(tmp_path)


def test_a_missing_script_is_named(tmp_path):
    folder = write_dist(tmp_path / "dist")
    (folder / SCRIPT_NAME).unlink()
    with pytest.raises(assets.NoScript, match=rf"{SCRIPT_NAME} is missing"):
        assets.load(folder)


def test_a_changed_script_is_not_served(tmp_path):
    with pytest.raises(assets.NoScript, match="is not the file that was built"):
        assets.load(write_dist(tmp_path / "dist", script=SCRIPT + b" "))


WRONG = {
    "no json": "chat-1.js",
    "list": "[]",
    "no script": '{"version": "1", "integrity": "x"}',
    "folder": None,
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_manifest_is_refused(tmp_path, text):
    folder = write_dist(tmp_path / "dist")
    file = folder / "manifest.json"
    outside = json.loads(file.read_text()) | {"script": "../secret.js"}
    file.write_text(json.dumps(outside) if text is None else text)
    with pytest.raises(assets.NoScript, match="not readable"):
        assets.load(folder)
