"""Whether a compared chat works is judged by what the browser says, and by nothing else."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import MagicMock

import pytest
from playwright.sync_api import Error

from benchmarks.widgets import measures
from benchmarks.widgets.pages import Chat
from benchmarks.widgets.servers import Site

pytestmark = pytest.mark.slow

CHAT = Chat("chat", Path("chat.js"))


@pytest.fixture
def site():
    with Site() as site:
        yield site


@pytest.fixture
def context():
    context = MagicMock()
    context.__enter__.return_value = context
    return context


@pytest.fixture
def browser(context):
    return MagicMock(**{"new_context.return_value": context})


def fails_with(error, monkeypatch):
    monkeypatch.setattr(measures, "asked", MagicMock(side_effect=error))


def test_a_chat_that_answers_works(browser, context, site):
    context.new_page().evaluate.return_value = 0
    assert measures.of_policy(browser, site, CHAT) == {"violations": 0, "works": True}


def test_a_chat_that_the_browser_cannot_use_does_not_work(browser, site, monkeypatch):
    fails_with(Error("no field"), monkeypatch)
    assert measures.of_policy(browser, site, CHAT)["works"] is False


def test_a_slip_of_the_script_is_not_held_against_the_chat(browser, context, site, monkeypatch):
    fails_with(NameError("slip"), monkeypatch)
    with pytest.raises(NameError):
        measures.of_policy(browser, site, CHAT)
    assert not site.strict, "the next chat is measured as it should be"
    context.__exit__.assert_called_once()
