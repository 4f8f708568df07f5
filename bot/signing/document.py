"""What lawyers, advocates and whoever else must read it are shown of the register.

It says what stands in the document. How it is written is the matter of `as_html` and `as_word`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.content import render, signed
from bot.content.models import Fact, FollowUp, Force, Item, Reply, Service, Source
from bot.content.pronouns import say
from bot.content.register import Register, name_of

_NATIONS = {
    "england_wales": "England and Wales",
    "scotland": "Scotland",
    "northern_ireland": "Northern Ireland",
    "uk": "all of the UK",
}
_LEAD = (
    "Each text stands as people see it, with the questions that lead to it, its sources and its "
    'status. Whoever stalks is "they" here; the chat says "he" or "she" where the person does. '
    'Please write what must change under "Comments", below each text.'
)
_ASKED = 3


@dataclass(frozen=True)
class Cited:
    """A fact that a text rests on.

    Attributes:
        statement: the fact.
        read: where it was read.
        state: the date of the source, how sure it is, and who has read the fact.
    """

    statement: str
    read: tuple[Source, ...]
    state: str


@dataclass(frozen=True)
class Part:
    """Lines of one kind, under a title.

    Attributes:
        title: what they are.
        lines: at least one.
        said: whether the chat says exactly this.
    """

    title: str
    lines: tuple[str | Cited, ...]
    said: bool = False


@dataclass(frozen=True)
class Entry:
    """A reply or a service.

    Attributes:
        title: the words of its button, or its name.
        where: its id, and the nation that it is for.
        parts: everything that belongs to it.
        status: when it was checked, who has read it, and whether it has changed since.
        draft: whether nobody has read it as it is now.
    """

    title: str
    where: str
    parts: tuple[Part, ...]
    status: str
    draft: bool


@dataclass(frozen=True)
class Chapter:
    """The entries of one file of the register."""

    title: str
    file: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Document:
    """The whole of it.

    Attributes:
        title: with the force's name.
        day: when it was written, as people write a date.
        lead: what it is, and what is asked of its readers.
        chapters: in the order of the register.
    """

    title: str
    day: str
    lead: str
    chapters: tuple[Chapter, ...]


def document(
    register: Register, force: Force, signatures: signed.Signatures, now: dt.datetime
) -> Document:
    """Returns what people see, its sources and its status.

    Args:
        register: the whole one.
        force: whose website it is shown for.
        signatures: what that force has read.
        now: when it is written; helplines that are closed then come last, as in a chat.
    """
    reading = _Reading(register, force, signatures, now)
    chapters = (
        _chapter(file, reading.entries(items)) for file, items in _by_file(register).items()
    )
    return Document(
        title=f"What the chat of {force.name} says",
        day=f"{now.day} {now:%B %Y}",
        lead=_LEAD,
        chapters=tuple(one for one in chapters if one.entries),
    )


def _by_file(register: Register) -> dict[str, list[Item]]:
    """The items of each file, first those of the force's own words: nobody else has read them."""
    own = {register.files[name] for name in register.own}
    files: dict[str, list[Item]] = {}
    for file, item in register.all_items():
        files.setdefault(file, []).append(item)
    return dict(sorted(files.items(), key=lambda one: one[0] not in own))


def _chapter(file: str, entries: Iterator[Entry]) -> Chapter:
    name = file.removesuffix(".yml").removeprefix("replies/").removeprefix("answers/")
    return Chapter(name.replace("_", " ").capitalize(), file, tuple(entries))


@dataclass(frozen=True)
class _Reading:
    """One reading of the register; the attributes are those of `document`."""

    register: Register
    force: Force
    signatures: signed.Signatures
    now: dt.datetime

    def entries(self, items: Iterable[Item]) -> Iterator[Entry]:
        """What is shown of the replies and services among the items."""
        for item in items:
            if isinstance(item, Reply):
                place = f"{_NATIONS[item.nation]}{' and elsewhere' if item.elsewhere else ''}"
                title = say(item.button.get("en", ""), "they") or item.id
                yield self._entry(item, title, place, self._reply(item))
            elif isinstance(item, Service):
                yield self._entry(item, item.name, _NATIONS[item.nation], self._service(item))

    def _entry(self, item: Item, title: str, place: str, parts: Iterator[Part]) -> Entry:
        return Entry(
            title=title,
            where=f"{item.id}, for {place}",
            parts=tuple(part for part in parts if part.lines),
            status=f"Checked {item.reviewed}, again by {item.review_by}. {self._state(item)}",
            draft=signed.status(item, self.signatures) == "draft",
        )

    def _reply(self, reply: Reply) -> Iterator[Part]:
        nations = (*render.nations_shown(self.register, reply), render.nation_shown(reply))
        where = render.Context(
            self.force, self.now, nation=nations[0], details=render.EXAMPLE_DETAILS
        )

        def said(title: str, texts: Sequence[str]) -> Part:
            filled = tuple(render.fill(self.register, text, where) for text in texts)
            return Part(title, filled, said=True)

        asked = [one.ask if isinstance(one, FollowUp) else one for one in reply.asks.get("en", ())]
        yield Part("People ask, for example", tuple(f"“{one}”" for one in asked[:_ASKED]))
        bubbles = tuple(render.bubbles(self.register, reply, where))
        yield Part("The chat says", bubbles, said=True)
        yield said("Behind “More about this”", reply.more.get("en", ()))
        yield said("In simpler words", reply.simple.get("en", ()))
        yield said("With hand-over to people", reply.with_handover.get("en", ()))
        yield said("Said before another answer", [*reply.opening.values()])
        buttons = render.buttons(self.register, reply, where)
        yield Part("Buttons", tuple(one.title for one in buttons))
        yield self._sources(reply.facts)

    def _service(self, service: Service) -> Iterator[Part]:
        texts = f"text {service.text_number}" if service.text_number else None
        hours = service.hours.text if service.hours else None
        ways = (service.phone, texts, service.email, service.url, hours)
        lines = (*(str(one) for one in ways if one), f"for {service.for_whom}")
        yield Part("What people are told", lines, said=True)
        yield self._sources(service.facts)

    def _sources(self, facts: Sequence[str]) -> Part:
        return Part("Sources", tuple(self._cited(self.register.facts[one]) for one in facts))

    def _cited(self, fact: Fact) -> Cited:
        state = f"{fact.as_of}; confidence {fact.confidence}; {self._state(fact)}"
        return Cited(fact.statement, (fact.source, *fact.more_sources), state)

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
