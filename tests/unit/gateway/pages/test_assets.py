"""The widget's build: read as it was made, or refused with what is missing."""

from __future__ import annotations

import gzip
import json

import brotli
import pytest

from bot.gateway.pages import assets
from tests.integration.scripted import SCRIPT, SCRIPT_NAME, write_dist


def test_a_build_is_read(tmp_path):
    script = assets.load(write_dist(tmp_path / "dist"))
    assert (script.name, script.body) == (SCRIPT_NAME, SCRIPT)
    assert script.integrity.startswith("sha384-")


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br", "br"),
        ("br;q=0.1, gzip", "br"),
        ("gzip", "gzip"),
        ("GZIP;q=1.0", "gzip"),
        ("br;q=0, gzip;q=0.0", None),
        ("deflate, zbr", None),
        ("", None),
    ],
)
def test_it_is_packed_as_the_browser_takes_it(accepted, coding):
    script = assets.load()
    body, given = script.for_browser(accepted)
    assert given == coding
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding]
    assert unpack(body) == script.body
    assert coding is None or len(body) < len(script.body) / 2


def test_a_changed_packed_script_is_not_served(tmp_path):
    folder = write_dist(tmp_path / "dist")
    (folder / f"{SCRIPT_NAME}.br").write_bytes(b"another")
    with pytest.raises(assets.NoScript, match="is not the file that was built"):
        assets.load(folder)


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
