"""The whole register as one page of HTML, for lawyers, advocates and whoever else must read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.content import render, signed
from bot.content.models import Fact, FollowUp, Force, Item, Reply, Service, Source
from bot.content.pronouns import say
from bot.content.register import Register, name_of
from bot.report.html import Markup, element, page, section

_NATIONS = {
    "england_wales": "England and Wales",
    "scotland": "Scotland",
    "northern_ireland": "Northern Ireland",
    "uk": "all of the UK",
}
_LEAD = (
    "Written on {day}. Each text stands as people see it, with the questions that lead to it, its "
    'sources and its status. Whoever stalks is "they" here; the chat says "he" or "she" where the '
    "person does. Please write what must change into the box below a text."
)
_STYLE = Markup(
    "<style>article { border: 1px solid var(--line); border-radius: 6px; margin: 1rem 0;"
    " padding: .25rem 1rem 1rem; break-inside: avoid; } nav a { display: inline-block; }"
    " .said { border-left: 3px solid var(--accent); padding-left: .75rem; white-space: pre-line; }"
    " .comments { border: 1px dashed var(--soft); min-height: 4rem; padding: .25rem .5rem;"
    " color: var(--soft); font-size: .85rem; } .draft { color: #b42318; } ul { margin: .25rem 0; }"
    "</style>"
)
_ASKED = 3


def document(
    register: Register, force: Force, signatures: signed.Signatures, now: dt.datetime
) -> str:
    """The page: what people see, its sources and status, and room for comments.

    Args:
        register: the whole one.
        force: whose website it is shown for.
        signatures: what that force has read.
        now: when it is written; helplines that are closed then come last, as in a chat.
    """
    reading = _Reading(register, force, signatures, now)
    shown = [one for one in register.all_items() if isinstance(one[1], Reply | Service)]
    files = [
        (file, [item for _, item in items])
        for file, items in groupby(shown, key=lambda one: one[0])
    ]
    links = (element("a", _title(one), attributes={"href": f"#{_anchor(one)}"}) for one, _ in files)
    title = f"What the chat of {force.name} says"
    return page(
        title,
        _STYLE,
        element("h1", title),
        element("p", _LEAD.format(day=f"{now:%d %B %Y}"), attributes={"class": "lead"}),
        element("nav", *links),
        *(
            section(_title(file), _anchor(file), *(reading.article(item) for item in items))
            for file, items in files
        ),
    )


def _title(file: str) -> str:
    name = file.removesuffix(".yml").removeprefix("replies/").removeprefix("answers/")
    return name.replace("_", " ").capitalize()


def _anchor(file: str) -> str:
    return file.removesuffix(".yml").replace("/", "-")


@dataclass(frozen=True)
class _Reading:
    """One writing of the document; the attributes are those of `document`."""

    register: Register
    force: Force
    signatures: signed.Signatures
    now: dt.datetime

    def article(self, item: Item) -> Markup:
        """One item with everything that belongs to it."""
        parts = self._reply(item) if isinstance(item, Reply) else self._service(item)
        return element(
            "article",
            *parts,
            self._status(item),
            element("div", "Comments", attributes={"class": "comments"}),
        )

    def _reply(self, reply: Reply) -> Iterator[Markup]:
        nations = (*render.nations_shown(self.register, reply), render.nation_shown(reply))
        where = render.Context(
            self.force, self.now, nation=nations[0], details=render.EXAMPLE_DETAILS
        )

        def filled(texts: Sequence[str]) -> list[str]:
            return [render.fill(self.register, text, where) for text in texts]

        yield element("h3", say(reply.button.get("en", ""), "they") or reply.id)
        place = f"{_NATIONS[reply.nation]}{' and elsewhere' if reply.elsewhere else ''}"
        yield element("p", f"{reply.id}, for {place}", attributes={"class": "note"})
        asked = [one.ask if isinstance(one, FollowUp) else one for one in reply.asks.get("en", ())]
        yield from _listed("People ask, for example", [f"“{one}”" for one in asked[:_ASKED]])
        yield from _said("", render.bubbles(self.register, reply, where))
        yield from _said("Behind “More about this”", filled(reply.more.get("en", ())))
        yield from _said("In simpler words", filled(reply.simple.get("en", ())))
        yield from _said("With hand-over to people", filled(reply.with_handover.get("en", ())))
        yield from _said("Said before another answer", filled([*reply.opening.values()]))
        buttons = [one.title for one in render.buttons(self.register, reply, where)]
        yield from _listed("Buttons", buttons)
        yield from self._sources(reply.facts)

    def _service(self, item: Item) -> Iterator[Markup]:
        if not isinstance(item, Service):
            return
        yield element("h3", item.name)
        yield element("p", f"{item.id}, for {_NATIONS[item.nation]}", attributes={"class": "note"})
        texts = f"text {item.text_number}" if item.text_number else None
        hours = item.hours.text if item.hours else None
        ways = [item.phone, texts, item.email, item.url, hours, f"for {item.for_whom}"]
        yield from _said("", [str(one) for one in ways if one])
        yield from self._sources(item.facts)

    def _sources(self, facts: Sequence[str]) -> Iterator[Markup]:
        yield from _listed("Sources", [self._source(self.register.facts[one]) for one in facts])

    def _source(self, fact: Fact) -> Markup:
        read = [_link(one) for one in (fact.source, *fact.more_sources)]
        told = f" ({fact.as_of}; confidence {fact.confidence}; {self._state(fact)})"
        return element("span", fact.statement, " ", *_between(read), told)

    def _status(self, item: Item) -> Markup:
        dates = f"Checked {item.reviewed}, again by {item.review_by}. "
        kind = "draft" if signed.status(item, self.signatures) == "draft" else "note"
        return element("p", dates, self._state(item), attributes={"class": kind})

    def _state(self, item: Item) -> str:
        valid = signed.valid(item, self.signatures)
        if valid:
            return "; ".join(f"{_words(x.status)} by {_words(x.role)}, {x.date}" for x in valid)
        before = self.signatures.get(name_of(item))
        if not before:
            return "draft"
        last = max(before, key=lambda one: one.date)
        who = f"{_words(last.role)} on {last.date}"
        return f"draft again: the text has changed since it was {_words(last.status)} by {who}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _said(title: str, texts: Sequence[str]) -> Iterator[Markup]:
    if texts and title:
        yield element("p", f"{title}:")
    for text in texts:
        yield element("p", text, attributes={"class": "said"})


def _listed(title: str, lines: Sequence[object]) -> Iterator[Markup]:
    if lines:
        yield element("p", f"{title}:")
        yield element("ul", *(element("li", line) for line in lines))


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
