"""The document for lawyers and advocates: texts as people see them, sources, status, room."""

from __future__ import annotations

import datetime as dt
import io
import re
import subprocess
import sys
from html.parser import HTMLParser

import docx
import pytest
from docx.oxml.ns import qn

from bot.cli import main
from bot.content import signed
from bot.content.hours import LONDON
from bot.content.register import load
from bot.signing import as_html, as_word
from bot.signing.document import Document, document
from tests.unit.content.small_register import TODAY
from tests.unit.signing.test_signed import signature

NOW = dt.datetime(2026, 11, 24, 12, 0, tzinfo=LONDON)


def told(small, signatures=None) -> Document:
    register = small.load()
    return document(register, register.forces["withpage"], signatures or {}, NOW)


def exported(small, signatures=None) -> str:
    return as_html.written(told(small, signatures)).decode()


def in_word(small, signatures=None):
    """The file, read back."""
    return docx.Document(io.BytesIO(as_word.written(told(small, signatures))))


def rows_of(table) -> dict[str, str]:
    return {row.cells[0].text: row.cells[1].text for row in table.rows}


def headings(word, level: int) -> list[str]:
    return [one.text for one in word.paragraphs if one.style.name == f"Heading {level}"]


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


def test_the_title_page_says_what_it_is_for_whom_and_from_when(small):
    word = in_word(small)
    title, day, lead = word.paragraphs[:3]
    name = small.load().forces["withpage"].name
    assert title.style.name == "Title" and name in title.text
    assert day.text == "Written on 24 November 2026"
    assert "as people see it" in lead.text and '"Comments"' in lead.text
    rows = [[cell.text for cell in row.cells] for row in word.tables[0].rows]
    assert rows[0] == ["Part", "Texts", "Drafts"]
    assert [row[0] for row in rows[1:]] == headings(word, 1)
    assert sum(int(row[1]) for row in rows[1:]) == sum(int(row[2]) for row in rows[1:]) == 6
    assert word.core_properties.title == title.text and word.core_properties.author == ""


def test_word_holds_the_same_as_the_page_with_room_for_comments(small):
    item = small.load().replies["advice/order", "england_wales"]
    signatures = signed.added({}, [signature(item)])
    small.item("advice/order")["bubbles"]["en"][0] = "It lasts for two years."
    document, word = told(small, signatures), in_word(small, signatures)
    entries = [entry for chapter in document.chapters for entry in chapter.entries]
    assert headings(word, 2) == [entry.title for entry in entries]
    for entry, table in zip(entries, word.tables[1:], strict=True):
        rows = rows_of(table)
        assert list(rows) == ["Id", *(part.title for part in entry.parts), "Status", "Comments"]
        assert (rows["Id"], rows["Status"], rows["Comments"]) == (entry.where, entry.status, "")
        for part in entry.parts:
            for line in part.lines:
                parts = [line] if isinstance(line, str) else [line.statement, line.state]
                assert all(one in rows[part.title] for one in parts)
    text = "\n".join(cell for table in word.tables[1:] for cell in rows_of(table).values())
    assert "draft again: the text has changed since it was signed off" in text
    assert "A page that was read, https://example.org/page" in text


def test_word_reads_it_as_british_english(small):
    word = in_word(small)
    languages = {one.get(qn("w:val")) for one in word.styles.element.iter(qn("w:lang"))}
    assert languages == {"en-GB"}


def test_the_bot_itself_does_not_load_what_writes_for_word():
    code = "import bot.cli, sys; sys.exit('docx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_real_register_is_written_whole(tmp_path, capsys):
    assert main(["content", "export", str(tmp_path / "words.html"), "--force", "cheshire"]) == 0
    shown = (tmp_path / "words.html").read_text(encoding="utf-8")
    register = load()
    assert shown.count("<article>") == len(register.replies) + len(register.services)
    assert "Cheshire Constabulary" in shown and not re.search(r"\{[a-z_]+\.[a-z_]+\}", shown)
    assert main(["content", "export", str(tmp_path / "none" / "words.html")]) == 1


@pytest.mark.slow
def test_the_real_register_is_written_whole_for_word(tmp_path):
    file = tmp_path / "words.docx"
    assert main(["content", "export", str(file), "--force", "cheshire"]) == 0
    word, register = docx.Document(str(file)), load()
    texts = len(register.replies) + len(register.services)
    assert len(word.element.body.findall(qn("w:tbl"))) == texts + 1, "and that of the title page"
