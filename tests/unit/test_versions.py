"""Every library was reviewed, in the version that is pinned, and is not older than it may be."""

from __future__ import annotations

import dataclasses
import re

import pytest
from packaging.version import Version
from pydantic import ValidationError

from release import advisories, pins
from release.archive import refuse_unreviewed

PINS = pins.read()
KNOWN = advisories.load().libraries
# `3.9.2:` before those that are closed since 3.9.2.
_CLOSED_SINCE = re.compile(r"(?:^| )(\d+\.[\d.]+):")
_NUMBER = re.compile(r"CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3}|PYSEC-\d{4}-\d+")
ABSENT = (
    "tensorflow", "tensorflow-text", "tensorflow-hub", "keras", "jax", "jaxlib", "torch",
    "werkzeug", "flask", "tornado",
)  # fmt: skip


def test_every_pin_was_reviewed_as_it_is():
    assert list(advisories.problems(PINS, KNOWN)) == []
    refuse_unreviewed()


def test_a_pin_that_changed_is_not_reviewed_until_somebody_says_so():
    newer = PINS | {"sanic": dataclasses.replace(PINS["sanic"], version="99.1")}
    (problem,) = advisories.problems(newer, KNOWN)
    assert "sanic" in problem and "99.1" in problem and "advisories.yml" in problem


def test_a_new_a_lost_and_an_old_library_are_told():
    one, *_ = PINS
    fewer = {name: library for name, library in KNOWN.items() if name != one}
    assert [one in problem for problem in advisories.problems(PINS, fewer)] == [True]
    pinned = {name: pin for name, pin in PINS.items() if name != one}
    assert [one in problem for problem in advisories.problems(pinned, KNOWN)] == [True]
    known = KNOWN | {one: KNOWN[one].model_copy(update={"at_least": "99"})}
    assert ["older than 99" in problem for problem in advisories.problems(PINS, known)] == [True]


def test_a_file_of_another_form_is_refused(tmp_path):
    file = tmp_path / "advisories.yml"
    file.write_text('reviewed_on: 2026-11-29\nlibraries: {rasa: {review: "3.6.21"}}\n')
    with pytest.raises(ValidationError, match="review"):
        advisories.load(file)


def test_no_vulnerability_was_closed_later_than_the_oldest_version_allowed():
    floors = {name: one for name, one in KNOWN.items() if one.at_least}
    assert {"rasa", "sanic", "aiohttp", "skops"} <= floors.keys()
    for name, one in floors.items():
        for since in _CLOSED_SINCE.findall(one.closed or ""):
            assert Version(since) <= Version(one.at_least), name


def test_each_number_that_is_open_is_one():
    for name, one in KNOWN.items():
        assert bool(one.at_least) == bool(one.closed), name
        for entry in one.open:
            assert all(_NUMBER.fullmatch(number) for number in entry.ids), name


@pytest.mark.parametrize("name", ABSENT)
def test_what_would_bring_many_vulnerabilities_is_not_installed(name):
    assert name not in PINS
