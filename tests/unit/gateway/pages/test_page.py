"""The two pages: words filled in and escaped, nothing from elsewhere, styles allowed by digest."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import html
import re

import pytest

from bot.cli import main
from bot.content import render
from bot.content.register import get_register
from bot.gateway import pages
from bot.gateway.pages import assets
from bot.gateway.pages.assets import Script
from bot.gateway.turns import safe_reply
from tests.integration.words import number

SCRIPT = Script("chat-1.js", "sha384-" + "A" * 64, b"")
EXIT_HOST = "www.bbc.co.uk"
ADDRESS = re.compile(r"(?:https?:)?//([a-z0-9-]+(?:\.[a-z0-9-]+)+)", re.IGNORECASE)


@pytest.fixture(params=["help", "chat"])
def document(request):
    return pages.help_page() if request.param == "help" else pages.chat_page(SCRIPT)


def test_every_place_is_filled(document):
    body = document.html.split("</style>")[1]
    assert not re.search(r"[{}]", body)


def test_only_the_exit_leads_elsewhere(document):
    assert set(ADDRESS.findall(document.html)) == {EXIT_HOST}
    assert "url(" not in document.html and "@import" not in document.html


def test_its_title_tells_nobody_what_it_is_about(document):
    assert "stalk" not in document.html.split("</head>")[0].lower()
    assert '<meta name="referrer" content="no-referrer">' in document.html
    assert '<meta name="robots" content="noindex">' in document.html
    assert '<html lang="en-GB">' in document.html


def test_its_style_is_allowed_by_its_digest_alone(document):
    style = re.search(r"<style>(.*?)</style>", document.html, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = document.headers["Content-Security-Policy"]
    assert f"style-src 'sha256-{digest}';" in policy
    assert "unsafe" not in policy
    assert "style=" not in document.html, "an attribute would be blocked"


def test_the_help_page_says_the_registers_words():
    shown = pages.help_page().html
    for reply in ("help/danger", "help/police", "help/people", "help/device"):
        for bubble in safe_reply.bubbles(reply):
            assert html.escape(bubble) in shown


def test_words_are_escaped(monkeypatch):
    register = get_register()
    hostile = register.reply("help/police").model_copy(
        update={"bubbles": {"en": ('<script>alert("1")</script> & more',)}}
    )
    replies = {**register.replies, ("help/police", "uk"): hostile}
    changed = dataclasses.replace(register, replies=replies)
    monkeypatch.setattr(safe_reply, "get_register", lambda: changed)
    shown = pages.help_page().html
    assert "<script>" not in shown
    assert "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; more" in shown


def test_the_script_is_named_with_its_integrity():
    shown = pages.chat_page(SCRIPT).html
    assert f'src="assets/{SCRIPT.name}" integrity="{SCRIPT.integrity}" crossorigin' in shown


def test_a_place_that_does_not_exist_stops_the_start(monkeypatch, tmp_path):
    (tmp_path / "help.html").write_text("<p>{no/such_reply}</p>")
    monkeypatch.setattr(pages, "FOLDER", tmp_path)
    with pytest.raises(KeyError):
        pages.help_page()
    (tmp_path / "help.html").write_text("<p>{force.no_such_field}</p>")
    with pytest.raises(render.UnknownPlaceholder):
        pages.help_page()


def test_fields_of_force_and_services_may_stand_in_a_page(monkeypatch, tmp_path):
    (tmp_path / "help.html").write_text("<p>{nsh.phone} {force.name} {help/danger:2}</p>")
    monkeypatch.setattr(pages, "FOLDER", tmp_path)
    shown = pages.help_page().html
    assert f"{number('nsh')} Bedfordshire Police" in shown
    assert html.escape(safe_reply.bubbles("help/danger")[1]) in shown


def test_the_snippet_holds_what_a_page_needs(capsys):
    assert main(["snippet", "https://chat.example/chat/", "--folder", "/js"]) == 0
    shown = capsys.readouterr().out
    script = assets.load()
    assert '<force-chat api="https://chat.example/chat" ui-lang="en">' in shown
    assert f'src="/js/{script.name}" integrity="{script.integrity}" crossorigin=' in shown
    for told in ("Call 999", "101", number("nsh"), str(safe_reply.where().force.home_url)):
        assert told in shown
    assert not re.search(r"[{}]", shown)


def test_without_a_script_there_is_no_snippet(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(assets, "DIST", tmp_path)
    assert main(["snippet", "https://chat.example/chat"]) == 1
    assert "manifest.json" in capsys.readouterr().err
