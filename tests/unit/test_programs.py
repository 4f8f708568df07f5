"""A test that lacks something says so: here it is skipped, in CI it fails."""

from __future__ import annotations

import pytest

from local_servers.programs import Missing
from tests.services.programs import do_without, need


@pytest.mark.parametrize(("ci", "expected"), [("", pytest.skip.Exception), ("true", Missing)])
def test_a_missing_program_is_named(monkeypatch, ci, expected):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("CI", ci)
    with pytest.raises(expected, match="no nginx on this machine: apt install nginx"):
        need("nginx")


@pytest.mark.parametrize(
    ("ci", "expected"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)]
)
def test_what_else_is_missing_is_told(monkeypatch, ci, expected):
    monkeypatch.setenv("CI", ci)
    with pytest.raises(expected, match="no small disk"):
        do_without("no small disk")


def test_a_program_that_is_there_is_not(monkeypatch, tmp_path):
    (tmp_path / "nginx").touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    # Outside CI this test would be skipped if `need` did not find it.
    monkeypatch.setenv("CI", "true")
    need("nginx")
