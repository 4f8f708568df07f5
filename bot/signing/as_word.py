"""Writes the document for lawyers and advocates for Word, so that they can comment in it."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence

import docx
from docx.document import Document as Word
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from bot.signing.document import Cited, Document, Entry, Part

_WIDTHS = (Cm(3.5), Cm(13))
_ROOM = Cm(2)
_SMALL = Pt(8.5)
_SHADE = "EEF2F6"
_DRAFT = RGBColor(0xB4, 0x23, 0x18)


def written(document: Document) -> bytes:
    """Returns the file: a title page, a chapter for each file, a table for each text."""
    word = docx.Document()
    _prepare(word, document.title)
    _title_page(word, document)
    for chapter in document.chapters:
        word.add_heading(chapter.title, level=1)
        for entry in chapter.entries:
            word.add_heading(entry.title, level=2)
            _entry(word, entry)
    file = io.BytesIO()
    word.save(file)
    return file.getvalue()


def _prepare(word: Word, title: str) -> None:
    """Sets the page, the language and what the file says of itself."""
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.25)
    for language in word.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")
    normal = word.styles["Normal"]
    normal.font.size, normal.paragraph_format.space_after = Pt(10.5), Pt(4)
    word.styles["Heading 1"].paragraph_format.page_break_before = True
    about = word.core_properties
    about.title, about.language = title, "en-GB"
    about.author = about.comments = ""
    about.created = about.modified = dt.datetime.now(dt.UTC)
    _footer(section.footer.paragraphs[0], title)


def _footer(paragraph: Paragraph, title: str) -> None:
    paragraph.add_run(f"{title}, page ")
    number = OxmlElement("w:fldSimple")
    number.set(qn("w:instr"), "PAGE")
    paragraph._p.append(number)


def _title_page(word: Word, document: Document) -> None:
    word.add_paragraph(document.title, style="Title")
    word.add_paragraph(f"Written on {document.day}", style="Subtitle")
    word.add_paragraph(document.lead)
    table = _table(word, (Cm(8.5), Cm(4), Cm(4)))
    _row(table, ("Part", "Texts", "Drafts"))
    _shade(table.rows[0].cells)
    _repeated(table)
    for chapter in document.chapters:
        drafts = sum(entry.draft for entry in chapter.entries)
        _row(table, (chapter.title, str(len(chapter.entries)), str(drafts)))


def _entry(word: Word, entry: Entry) -> None:
    table = _table(word, _WIDTHS)
    _row(table, ("Id", entry.where))
    for part in entry.parts:
        _, told = _row(table, (part.title, ""))
        _fill(told, part)
    _, status = _row(table, ("Status", ""))
    run = status.paragraphs[0].add_run(entry.status)
    if entry.draft:
        run.font.color.rgb = _DRAFT
    _row(table, ("Comments", ""))
    table.rows[-1].height = _ROOM
    _shade(table.columns[0].cells)


def _fill(cell: _Cell, part: Part) -> None:
    for place, line in enumerate(part.lines):
        paragraph = cell.add_paragraph() if place else cell.paragraphs[0]
        if not part.said:
            # By its id: the library takes most of a minute to look up so many names.
            paragraph._p.style = "ListBullet"
        if isinstance(line, str):
            paragraph.add_run(line)
        else:
            _cite(paragraph, line)


def _cite(paragraph: Paragraph, fact: Cited) -> None:
    paragraph.add_run(fact.statement)
    # The addresses are written out: they are read on paper too.
    read = (f"{one.title}, {one.url}" if one.url else one.title for one in fact.read)
    small = paragraph.add_run(f"\n{'; '.join(read)} ({fact.state})")
    small.font.size = _SMALL


def _table(word: Word, widths: Sequence[Cm]) -> Table:
    table = word.add_table(rows=0, cols=len(widths), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    return table


def _row(table: Table, texts: Sequence[str]) -> tuple[_Cell, ...]:
    cells = table.add_row().cells
    for cell, text in zip(cells, texts, strict=True):
        cell.text = text
    return cells


def _shade(cells: Iterable[_Cell]) -> None:
    """Makes headers of cells."""
    for cell in cells:
        shade = OxmlElement("w:shd")
        shade.set(qn("w:val"), "clear")
        shade.set(qn("w:fill"), _SHADE)
        cell._tc.get_or_add_tcPr().append(shade)
        for run in cell.paragraphs[0].runs:
            run.font.bold = True


def _repeated(table: Table) -> None:
    """Repeats the first row on each page."""
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
