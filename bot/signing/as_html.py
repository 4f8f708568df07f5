"""Writes the document for lawyers and advocates as one page of HTML that loads nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.content.models import Source
from bot.report.html import Markup, element, page, section
from bot.signing.document import Chapter, Cited, Document, Entry, Part

_STYLE = Markup(
    "<style>article { border: 1px solid var(--line); border-radius: 6px; margin: 1rem 0;"
    " padding: .25rem 1rem 1rem; break-inside: avoid; } nav a { display: inline-block; }"
    " .said { border-left: 3px solid var(--accent); padding-left: .75rem; white-space: pre-line; }"
    " .comments { border: 1px dashed var(--soft); min-height: 4rem; padding: .25rem .5rem;"
    " color: var(--soft); font-size: .85rem; } .draft { color: #b42318; } ul { margin: .25rem 0; }"
    "</style>"
)


def written(document: Document) -> bytes:
    """Returns the page."""
    links = (
        element("a", one.title, attributes={"href": f"#{_anchor(one)}"})
        for one in document.chapters
    )
    text = page(
        document.title,
        _STYLE,
        element("h1", document.title),
        element("p", f"Written on {document.day}. {document.lead}", attributes={"class": "lead"}),
        element("nav", *links),
        *(
            section(one.title, _anchor(one), *(_article(entry) for entry in one.entries))
            for one in document.chapters
        ),
    )
    return text.encode()


def _anchor(chapter: Chapter) -> str:
    return chapter.file.removesuffix(".yml").replace("/", "-")


def _article(entry: Entry) -> Markup:
    return element(
        "article",
        element("h3", entry.title),
        element("p", entry.where, attributes={"class": "note"}),
        *(line for part in entry.parts for line in _part(part)),
        element("p", entry.status, attributes={"class": "draft" if entry.draft else "note"}),
        element("div", "Comments", attributes={"class": "comments"}),
    )


def _part(part: Part) -> Iterator[Markup]:
    yield element("p", f"{part.title}:")
    if part.said:
        yield from (element("p", line, attributes={"class": "said"}) for line in part.lines)
    else:
        yield element("ul", *(element("li", _line(line)) for line in part.lines))


def _line(line: str | Cited) -> object:
    if isinstance(line, str):
        return line
    read = [_link(one) for one in line.read]
    return element("span", line.statement, " ", *_between(read), f" ({line.state})")


def _link(source: Source) -> Markup:
    web = (source.url or "").startswith("https://")
    return (
        element("a", source.title, attributes={"href": str(source.url)})
        if web
        else element("span", source.title)
    )


def _between(parts: Sequence[Markup]) -> Iterator[object]:
    for place, part in enumerate(parts):
        yield from ("; ", part) if place else (part,)
