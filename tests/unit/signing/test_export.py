"""The document for lawyers and advocates: texts as people see them, sources, status, room."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser

from bot.cli import main
from bot.content import signed
from bot.content.hours import LONDON
from bot.content.register import load
from bot.signing.export import document
from tests.unit.content.small_register import TODAY
from tests.unit.signing.test_signed import signature

NOW = dt.datetime(2026, 11, 24, 12, 0, tzinfo=LONDON)


def exported(small, signatures=None) -> str:
    register = small.load()
    return document(register, register.forces["withpage"], signatures or {}, NOW)


class Balanced(HTMLParser):
    """Counts opened and closed elements."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_each_text_stands_as_people_see_it(small):
    shown = exported(small)
    assert "An order lasts for at least two years. Report it at https://www.withpage" in shown
    assert "You can call 0808 802 0300" in shown
    assert "It lasts two years or more." in shown and "Get help" in shown
    assert "A page that was read" in shown and 'href="https://example.org/page"' in shown
    assert f"Checked {TODAY}, again by 2027-05-24" in shown
    articles = shown.count("<article>")
    assert articles == 6 == shown.count('class="comments"'), "3 replies, 3 services"
    reader = Balanced()
    reader.feed(shown)
    assert reader.open == []
    assert not re.search(r"<script|\bsrc=", shown), "it loads nothing"


def test_status_and_role_stand_beside_it_and_that_it_changed(small):
    item = small.load().replies["advice/order", "england_wales"]
    signatures = signed.added({}, [signature(item), signature(item, "reviewed", "advocate")])
    shown = exported(small, signatures)
    assert "signed off by legal services, 2026-12-01" in shown
    assert "reviewed by advocate, 2026-12-01" in shown
    small.item("advice/order")["bubbles"]["en"][0] = "It lasts for two years."
    changed = exported(small, signatures)
    assert "draft again: the text has changed since it was" in changed
    assert "signed off by legal" not in changed.replace("was signed off by legal", "")


def test_markup_in_a_text_stays_text(small):
    small.item("advice/help")["bubbles"]["en"][0] = "Write <b>everything</b> down & keep it."
    assert "Write &lt;b&gt;everything&lt;/b&gt; down &amp; keep it." in exported(small)


def test_the_real_register_is_written_whole(tmp_path, capsys):
    assert main(["content", "export", str(tmp_path / "words.html"), "--force", "cheshire"]) == 0
    shown = (tmp_path / "words.html").read_text(encoding="utf-8")
    register = load()
    assert shown.count("<article>") == len(register.replies) + len(register.services)
    assert "Cheshire Constabulary" in shown and not re.search(r"\{[a-z_]+\.[a-z_]+\}", shown)
    assert main(["content", "export", str(tmp_path / "none" / "words.html")]) == 1
