"""No pinned library is older than the version that closes its known vulnerabilities."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from packaging.version import Version

from tests.unit.test_docs import rows, section, text_of

ROOT = Path(__file__).resolve().parents[2]
PINNED = dict(
    re.findall(
        r"^([a-z0-9._-]+)==(\S+)",
        (ROOT / "requirements" / "serving.txt").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
)
FLOORS = rows(section(text_of("security.md"), "Closed by version"))
# `3.9.2:` before those that are closed since 3.9.2.
_CLOSED_SINCE = re.compile(r"`(\d[\d.]*):`")
ABSENT = (
    "tensorflow", "tensorflow-text", "tensorflow-hub", "keras", "jax", "jaxlib", "torch",
    "werkzeug", "flask", "tornado",
)  # fmt: skip


def test_the_page_names_floors():
    assert {"rasa", "sanic", "aiohttp", "skops"} <= FLOORS.keys()


@pytest.mark.parametrize("name", FLOORS)
def test_the_pinned_version_is_the_fixed_one_or_newer(name):
    assert Version(PINNED[name]) >= Version(FLOORS[name][1])


@pytest.mark.parametrize("name", FLOORS)
def test_no_vulnerability_of_a_row_was_closed_later_than_its_floor(name):
    _, floor, closes = FLOORS[name][:3]
    assert all(Version(since) <= Version(floor) for since in _CLOSED_SINCE.findall(closes))


@pytest.mark.parametrize("name", ABSENT)
def test_what_would_bring_many_vulnerabilities_is_not_installed(name):
    assert name not in PINNED


def test_every_package_is_pinned_by_its_digest():
    text = (ROOT / "requirements" / "serving.txt").read_text(encoding="utf-8")
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(entries) == len(PINNED) and all("--hash=sha256:" in entry for entry in entries)
