"""A report as one page of HTML that loads nothing. Everything put in is escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from string import Template

_TEMPLATE = Path(__file__).with_name("page.html")


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Cell = object


def escape(value: Cell) -> Markup:
    """A value as HTML; None is a dash."""
    if isinstance(value, Markup):
        return value
    return Markup(html.escape("–" if value is None else str(value)))


def element(name: str, *children: Cell, attributes: Mapping[str, str] | None = None) -> Markup:
    """An element around its children."""
    opened = "".join(f' {key}="{html.escape(value)}"' for key, value in (attributes or {}).items())
    return Markup(f"<{name}{opened}>{''.join(map(escape, children))}</{name}>")


def table(head: Sequence[Cell], rows: Iterable[Sequence[Cell]], *, kind: str = "figures") -> Markup:
    """A table; the first cell of each row is its header.

    Args:
        head: the cells of the first row.
        rows: the others; a cell that is a `<td>` already is taken as it is.
        kind: its class: `figures` sets all but the first column in figures, `texts` none.
    """
    top = element("tr", *(element("th", cell, attributes={"scope": "col"}) for cell in head))
    body = [
        element(
            "tr",
            element("th", row[0], attributes={"scope": "row"}),
            *(cell if _is_cell(cell) else element("td", cell) for cell in row[1:]),
        )
        for row in rows
    ]
    whole = element(
        "table", element("thead", top), element("tbody", *body), attributes={"class": kind}
    )
    return element("div", whole, attributes={"class": "scroll"})


def _is_cell(value: Cell) -> bool:
    return isinstance(value, Markup) and value.startswith("<td")


def cell(value: Cell, *, kind: str) -> Markup:
    """A table cell with a class, such as `met` or `missed`."""
    return element("td", value, attributes={"class": kind})


def shaded(value: Cell, strength: float, *, right: bool) -> Markup:
    """A cell of a confusion matrix, coloured by how much of its row it holds (0 to 1)."""
    color = "22, 101, 52" if right else "194, 65, 12"
    style = f"background: rgba({color}, {0.08 + 0.5 * strength:.2f})"
    return element("td", value, attributes={"style": style})


def folded(title: str, *children: Cell) -> Markup:
    """A part that is closed until it is pressed."""
    return element("details", element("summary", title), *children)


def section(title: str, identity: str, *children: Cell) -> Markup:
    """A part of the page with a heading, which a link can point to."""
    return element("section", element("h2", title), *children, attributes={"id": identity})


def figure(svg: str, title: str) -> Markup:
    """A plot with its caption."""
    return element("figure", Markup(svg), element("figcaption", title))


def page(title: str, *children: Cell) -> str:
    """The whole page."""
    template = Template(_TEMPLATE.read_text(encoding="utf-8"))
    return template.substitute(title=escape(title), body=Markup("\n".join(map(escape, children))))
