"""The table lets no plain safe reply pass for an answer to danger."""

from __future__ import annotations

import secrets

import pytest

from tests.faults import table
from tests.faults.table import DANGER, ask
from tests.integration.scripted import Scripted, running, write_dist

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("table")
    write_dist(folder / "dist")
    with running(folder) as started:
        yield started


@pytest.fixture(autouse=True)
def rows(server: Scripted, monkeypatch) -> list[table.Row]:
    """Not the rows of the report."""
    monkeypatch.setattr(table, "rows", [])
    yield table.rows
    server.set_agent("ready")


def told(server: Scripted, text: str, **more: bool) -> None:
    body = {"conversation": secrets.token_hex(16), "text": text}
    ask(server.url, body, "none", "fresh", "danger", **more)


@pytest.mark.parametrize("reply", ["emergency", "emergency/followed_now", "emergency_check"])
def test_words_that_lead_with_danger_pass(server, rows, reply):
    told(server, f"register {reply}")
    told(server, f"raise {DANGER}")
    assert [row.leads_with_danger for row in rows] == [True, True]


@pytest.mark.parametrize("text", ["raise hello", "register safe_now", "register crisis"])
def test_words_that_only_name_999_do_not(server, rows, text):
    with pytest.raises(AssertionError):
        told(server, text)
    assert [row.leads_with_danger for row in rows] == [False]


def test_the_words_of_nginx_pass_only_where_it_may_answer_alone(server):
    server.set_agent("none")
    told(server, "hello", nginx=True)
    with pytest.raises(AssertionError):
        told(server, "hello")
    server.set_agent("ready")
    with pytest.raises(AssertionError):
        told(server, "raise hello", nginx=True)
