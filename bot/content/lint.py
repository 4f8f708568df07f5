"""Checks the register's wording, numbers, sources and review dates.

The rules are those of a service that people in danger rely on: no blame, no minimising, no
promise, no verdict, short plain bubbles, no number and no fact without a source, nothing overdue.
Forbidden wordings are listed in `wording.yml` beside this file.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path

import yaml

from bot.content import layers, places, render
from bot.content.answers import answers
from bot.content.due import GRACE
from bot.content.hours import now_in_london
from bot.content.models import Fact, Force, Item, Reply, Service
from bot.content.pronouns import say, strays
from bot.content.readability import reading_age
from bot.content.register import CONTENT_FOLDER, Register, name_of

MAX_WORDS_PER_BUBBLE = 60
# "Reading age about 11": the register as a whole must not exceed 11, a single reply 13, since
# one legal term in a short reply weighs more than it reads.
MAX_READING_AGE_OF_REGISTER = 11.0
MAX_READING_AGE_OF_REPLY = 13.0
MAX_REVIEW_INTERVAL = dt.timedelta(days=370)
MAX_BUTTON_TITLE = 40
# An answer that is found by its questions lists so many, and shows so many words without a press.
MIN_ASKS = 8
MAX_WORDS_FOUND = 60

_PHONE = re.compile(r"(?<!\d)\d(?:[ -]?\d){4,}(?!\d)")
# Numbers that can be dialled in the UK, as digits: a slip of the finger rarely leaves one of these.
_UK_NUMBERS = {
    "phone": re.compile(r"0\d{9,10}|0800\d{4}|116\d{3}|[19]\d{2}"),
    "text_number": re.compile(r"07\d{9}|\d{5}"),
}
_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")
_UP_TO_NINETEEN = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBER_WORDS = {word: str(number) for number, word in enumerate(_UP_TO_NINETEEN, 1)}
_NUMBER_WORDS |= {word: str(10 * number) for number, word in enumerate(_TENS, 2)}
_NUMBER_WORDS |= {
    f"{ten}-{unit}": str(int(_NUMBER_WORDS[ten]) + int(_NUMBER_WORDS[unit]))
    for ten in _TENS
    for unit in _UP_TO_NINETEEN[:9]
}
_COUNTED = (
    r"years?|months?|weeks?|days?|hours?|minutes?|seconds?|times|occasions|per cent|percent|pence"
)
_NUMBER_WORD = (
    rf"(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(_UP_TO_NINETEEN[:9])}))?"
    rf"|{'|'.join(sorted(_UP_TO_NINETEEN, key=len, reverse=True))}"
)
# "two years", and both numbers of "two to five years", in small letters.
_WORDED_NUMBER = re.compile(
    rf"\b(?:({_NUMBER_WORD}) (?:to|or) )?({_NUMBER_WORD})[ -](?:working )?(?:{_COUNTED})\b"
)
_URL = re.compile(r"https?://\S+")
# What misleads alone: a wording of a reply that says the first says the second too.
_SAID_TOGETHER = tuple(
    (re.compile(said, re.IGNORECASE), also)
    for said, also in (
        (r"\b(?:strangl|chok)(?:ed|es|ing)\b", "A&E"),
        (r"\bcan still (?:report|tell the police about)\b", "soon"),
        (r"\bnon-harassment order\b.*\b(?:twice|two)\b", "domestic abuse"),
        (r"\bbasic offence\b", "serious"),
        (r"\bform FL401\b", "urgent"),
    )
)
_BRACE = re.compile(r"[{}]")
# Replies about the force whose website this is, wherever the person is.
_OF_SITE = ("handover/", "page/", "widget/")
# How people name the nations, and places in them.
NATIONS_FILE = CONTENT_FOLDER.parent / "nlu" / "nations.yml"


@dataclass(frozen=True)
class Finding:
    """One thing to mend: where it stands, which rule it breaks, and how."""

    file: str
    item: str
    field: str
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.item}: {self.field}: {self.rule}: {self.message}"


def check(register: Register, today: dt.date | None = None) -> list[Finding]:
    """Every finding in our register; an empty list means it may be published.

    Args:
        register: a loaded register.
        today: the date reviews are measured against; today in London by default.
    """
    findings = [*_items(register, register.all_items(), today)]
    files = {reply.id: file for file, reply in register.all_items() if isinstance(reply, Reply)}
    findings += (Finding(files[one], one, *rest) for one, *rest in _asks(register))
    findings += (
        Finding(register.files[name_of(force)], force.id, *rest)
        for force, *rest in _places(register)
    )
    findings += _whole_register(register)
    return findings


def check_own(register: Register, today: dt.date | None = None) -> list[Finding]:
    """Every finding in a force's own items, and in those of ours that rest on one of them."""
    return [*_items(register, layers.touched(register), today), *_whole_register(register)]


def _items(
    register: Register, items: Iterable[tuple[str, Item]], today: dt.date | None
) -> Iterator[Finding]:
    today = today or now_in_london().date()
    for file, item in items:
        yield from (Finding(file, item.id, *rest) for rest in _review_dates(item, today))
        if isinstance(item, Service):
            yield from (Finding(file, item.id, *rest) for rest in _service(register, item))
        if isinstance(item, Force):
            yield from (Finding(file, item.id, *rest) for rest in _force(item))
        if isinstance(item, Reply):
            yield from (Finding(file, item.id, *rest) for rest in _reply(register, item))


_Problem = tuple[str, str, str]


def _review_dates(item: Item, today: dt.date) -> Iterator[_Problem]:
    if item.review_by + GRACE < today:
        yield "review_by", "overdue", f"was due on {item.review_by}"
    if item.reviewed > today:
        yield "reviewed", "date", f"{item.reviewed} lies in the future"
    if item.review_by - item.reviewed > MAX_REVIEW_INTERVAL:
        yield "review_by", "date", "more than a year after the last review"


def _service(register: Register, service: Service) -> Iterator[_Problem]:
    sourced = " ".join(register.facts[fact].statement for fact in service.facts)
    for field, dialled in _UK_NUMBERS.items():
        number = getattr(service, field)
        if number and not dialled.fullmatch(re.sub(r"[ -]", "", number)):
            yield field, "number", f"{number} is no UK number: check its digits"
        if number and not _whole_number(number).search(sourced):
            yield field, "number", f"{number} is in none of the facts it cites"
    if service.hours:
        says = "not bank holidays" in service.hours.text
        if says != bool(service.hours.closed_on_bank_holidays_of):
            yield "hours", "hours", "of bank holidays, `text` must say what the other field says"
    yield from _cited_facts(register, service.facts, service.nation)


def _force(force: Force) -> Iterator[_Problem]:
    """A guessed link on this subject is worse than the national page."""
    page = (force.report_url, force.report_url_confirmed, force.report_url_source)
    if any(page) and not all(page):
        yield "report_url", "link", "needs `report_url_confirmed` and `report_url_source`"
    if bool(force.places or force.places_after_in) != bool(force.places_source):
        yield "places", "places", "needs `places_source`, and the other way round"


def _reply(register: Register, reply: Reply) -> Iterator[_Problem]:
    sourced = _numbers_in(" ".join(register.facts[fact].statement for fact in reply.facts))
    for field, texts in _texts(reply):
        for text in texts:
            yield from ((field, *rest) for rest in _wording(text))
            yield from ((field, *rest) for rest in _numbers(sourced, text))
            yield from ((field, *rest) for rest in _hours(register, reply, text))
    yield from _marks(reply)
    yield from _of_site(reply)
    yield from _readability(reply)
    yield from _half_said(reply)
    yield from _found(reply)
    yield from _rendered(register, reply)
    yield from _cited_facts(register, reply.facts, reply.nation)
    for language, written in reply.button.items():
        title = say(written, "they")
        if len(title) > MAX_BUTTON_TITLE:
            yield f"button.{language}", "length", f"{len(title)} characters: {title!r}"
        if _BRACE.search(title):
            yield f"button.{language}", "placeholder", "a button has none but who stalks"
    if len(reply.offers) > render.MAX_BUTTONS:
        yield "offers", "length", f"{len(reply.offers)} buttons; at most {render.MAX_BUTTONS}"
    if reply.id.startswith(("advice/", "reporting/", "crisis/")) and not reply.offers:
        yield "offers", "next_step", "an answer must offer something to do next"


def _of_site(reply: Reply) -> Iterator[_Problem]:
    """What the website's force says of itself would name the person's, once that is told."""
    if not reply.id.startswith(_OF_SITE):
        return
    for field, texts in _written(reply):
        if any("{force." in text for text in texts):
            yield field, "placeholder", "{force.…} may be another force; say {site.…}"


def _marks(reply: Reply) -> Iterator[_Problem]:
    """Braces that stand neither for a number nor for who stalks."""
    for field, texts in _written(reply):
        name = field.partition(".")[0]
        for text in texts:
            if strays(text):
                yield name, "placeholder", f"a verb without {{they}} before it: {text[:40]!r}"
            # What is shown at once is looked at as it will be shown, below.
            rest = render.PLACEHOLDER.sub("", say(text, "they"))
            if name in ("more", "opening", "question") and _BRACE.search(rest):
                yield name, "placeholder", f"shown as it stands: {text[:40]!r}"


def _found(reply: Reply) -> Iterator[_Problem]:
    """What only holds for an answer that is found by the questions it lists."""
    if not reply.asks:
        return
    for language, bubbles in reply.bubbles.items():
        texts = (*bubbles, *reply.steps.get(language, ()))
        words = len(say(" ".join(texts), "they").split())
        if words > MAX_WORDS_FOUND:
            yield f"bubbles.{language}", "length", f"{words} words; put the rest under `more`"
    if len(reply.offers) > render.MOST_FOUND:
        yield "offers", "length", f"{len(reply.offers)} buttons; at most {render.MOST_FOUND}"


def _texts(reply: Reply) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every text of a reply by its field, as it is shown while no pronoun is known."""
    for field, texts in _written(reply):
        yield field, tuple(say(text, "they") for text in texts)


def _written(reply: Reply) -> Iterator[tuple[str, tuple[str, ...]]]:
    for language, texts in reply.bubbles.items():
        yield f"bubbles.{language}", texts
    for language, texts in reply.steps.items():
        yield f"steps.{language}", texts
    for language, texts in reply.more.items():
        yield f"more.{language}", texts
    for language, text in reply.opening.items():
        yield f"opening.{language}", (text,)
    for language, texts in reply.simple.items():
        yield f"simple.{language}", texts
    for language, texts in reply.with_handover.items():
        yield f"with_handover.{language}", texts
    for language, text in reply.question.items():
        yield f"question.{language}", (text,)
    for language, title in reply.button.items():
        yield f"button.{language}", (title,)


@lru_cache(maxsize=1)
def _forbidden() -> tuple[tuple[str, re.Pattern[str]], ...]:
    document = yaml.safe_load(Path(__file__).with_name("wording.yml").read_text(encoding="utf-8"))
    return tuple(
        (rule, re.compile(pattern, re.IGNORECASE))
        for rule, patterns in document.items()
        for pattern in patterns
    )


def _wording(text: str) -> Iterator[tuple[str, str]]:
    text = _typed_plainly(text)
    for rule, pattern in _forbidden():
        if match := pattern.search(text):
            yield rule, f"says {match[0]!r}"
    if "—" in text or "–" in text:
        yield "plain", "a dash; write two sentences"


def _half_said(reply: Reply) -> Iterator[_Problem]:
    """What a wording leaves out, although it says what misleads without it."""
    written = dict(_texts(reply))
    for field, texts in written.items():
        # The steps belong to the bubbles that they follow.
        name, _, language = field.partition(".")
        if name in ("button", "steps"):
            continue
        steps = written.get(f"steps.{language}", ()) if name == "bubbles" else ()
        text = _typed_plainly(" ".join((*texts, *steps)))
        for said, also in _SAID_TOGETHER:
            if (match := said.search(text)) and also not in text:
                yield field, "half_said", f"says {match[0]!r} and not {also!r}"


def _numbers(sourced: set[str], text: str) -> Iterator[tuple[str, str]]:
    """Numbers must come from a cited fact, and long ones through a placeholder."""
    plain = _URL.sub(" ", render.PLACEHOLDER.sub(" ", _typed_plainly(text)))
    for match in _PHONE.finditer(plain):
        if _only_digits(match[0]) not in {"18000", "18001101"}:  # dialled codes, not services
            yield "number", f"{match[0]} is written out; use a placeholder such as {{nsh.phone}}"
    for number in sorted(_numbers_in(plain) - sourced):
        yield "number", f"{number} is in none of the facts it cites"


def _hours(register: Register, reply: Reply, text: str) -> Iterator[tuple[str, str]]:
    """Hours that may have changed stand beside the website that has today's.

    Not among the widget's own words: its script has no room for an address.
    """
    if reply.id.startswith("widget/"):
        return
    for match in render.PLACEHOLDER.finditer(text):
        service = register.services.get(match[1])
        if match[2] != "hours" or not service or not service.hours or not service.url:
            continue
        if not service.hours.always and f"{{{service.id}.url}}" not in text:
            yield "hours", f"{match[0]} without {{{service.id}.url}}"


def _numbers_in(text: str) -> set[str]:
    digits = {match[0].replace(",", "") for match in _DIGITS.finditer(text)}
    found = _WORDED_NUMBER.finditer(text.lower())
    words = {word for match in found for word in match.groups() if word}
    return digits | {_NUMBER_WORDS[word.replace(" ", "-")] for word in words}


def _whole_number(number: str) -> re.Pattern[str]:
    """Finds a phone number in a text, however it is spaced, but not as part of a longer one."""
    digits = r"[ -]?".join(_only_digits(number))
    return re.compile(rf"(?<!\d)(?<!\d[ -]){digits}(?![ -]?\d)")


def _typed_plainly(text: str) -> str:
    """With straight apostrophes and single spaces, so that neither hides a wording or number."""
    return " ".join(text.replace("\u2019", "'").split())


def _only_digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _readability(reply: Reply) -> Iterator[_Problem]:
    for field, texts in _texts(reply):
        # A single word makes no sentence.
        if field.startswith("button") or len(" ".join(texts).split()) < 2:
            continue
        age = reading_age(" ".join(_sentences(texts)))
        if age > MAX_READING_AGE_OF_REPLY:
            yield field, "reading_age", f"{age:.1f}; at most {MAX_READING_AGE_OF_REPLY:.0f}"


def _sentences(texts: tuple[str, ...]) -> list[str]:
    """The texts without what is looked at rather than read: placeholders and addresses."""
    return [_URL.sub("", render.PLACEHOLDER.sub("", text)) for text in texts]


def _rendered(register: Register, reply: Reply) -> Iterator[_Problem]:
    """Bubbles as they will be shown, for a force with and one without a report page."""
    moment = now_in_london()
    for force in _example_forces(register):
        for language in reply.bubbles:
            nations = render.nations_shown(register, reply)
            for nation, simple, handover in product(nations, (False, True), (False, True)):
                context = render.Context(
                    force=force,
                    moment=moment,
                    nation=nation,
                    language=language,
                    handover=handover,
                    details=render.EXAMPLE_DETAILS,
                )
                try:
                    shown = render.bubbles(register, reply, context, simple)
                    render.buttons(register, reply, context)
                except (render.UnknownPlaceholder, KeyError) as error:
                    yield "bubbles", "placeholder", str(error)
                    return
                for text in shown:
                    if _BRACE.search(text):
                        yield "bubbles", "placeholder", f"shown as it stands: {text[:40]!r}"
                        return
                    words = len(text.split())
                    if words > MAX_WORDS_PER_BUBBLE:
                        yield "bubbles", "length", f"{words} words: {text[:40]!r}..."
                        return


def _example_forces(register: Register) -> list[Force]:
    """One with and one without a report page, as far as there are such."""
    return list({bool(force.report_url): force for force in register.forces.values()}.values())


def _cited_facts(register: Register, facts: tuple[str, ...], nation: str) -> Iterator[_Problem]:
    for fact_id in facts:
        fact: Fact = register.facts[fact_id]
        if fact.unverified:
            yield "facts", "unverified", f"{fact_id} has no source yet and may not be stated"
        if fact.force and fact.force != register.force:
            yield "facts", "nation", f"{fact_id} holds for {fact.force} only"
        elif "uk" not in (nation, fact.nation) and fact.nation != nation:
            yield "facts", "nation", f"{fact_id} is about {fact.nation}, this item about {nation}"


def _whole_register(register: Register) -> Iterator[Finding]:
    words = [
        sentence
        for reply in register.replies.values()
        for sentence in _sentences(
            tuple(say(one, "they") for one in (*reply.bubbles["en"], *reply.steps.get("en", ())))
        )
    ]
    if words:
        age = reading_age(" ".join(words))
        if age > MAX_READING_AGE_OF_REGISTER:
            yield Finding(
                "(all files)", "(all replies)", "bubbles", "reading_age",
                f"{age:.1f} on average; at most {MAX_READING_AGE_OF_REGISTER:.0f}",
            )  # fmt: skip


def _places(register: Register) -> Iterator[tuple[Force, str, str, str]]:
    """Each place has one force, and lies in England or Wales."""
    owners = {places.area(force): force for force in register.forces.values()}
    seen: set[places.Key] = set()
    for force in register.forces.values():
        for name in (*force.places, *force.places_after_in, *force.also_called):
            key = places.key(name)
            if key in seen or owners.get(key, force) is not force:
                yield force, "places", "places", f"{name!r} stands twice"
            if key in _places_elsewhere():
                yield force, "places", "places", f"{name!r} is in {NATIONS_FILE.name} elsewhere"
            seen.add(key)


@lru_cache(maxsize=1)
def _places_elsewhere() -> frozenset[places.Key]:
    """The names by which a message is known to be about Scotland or Northern Ireland."""
    document = yaml.safe_load(NATIONS_FILE.read_text(encoding="utf-8"))
    return frozenset(
        places.key(line)
        for one in document["nlu"]
        if one.get("synonym") in ("scotland", "northern_ireland")
        for line in one["examples"].splitlines()
    )


def _asks(register: Register) -> Iterator[tuple[str, str, str, str]]:
    """Each answer lists enough questions, and none lists one of another."""
    owners: dict[tuple[str, str | None], str] = {}
    for answer in answers(register):
        if len(answer.asks) < MIN_ASKS:
            yield answer.id, "asks", "asks", f"{len(answer.asks)} questions; at least {MIN_ASKS}"
        for text, after in answer.asks:
            known = owners.setdefault((_typed_plainly(text).lower(), after), answer.id)
            if known != answer.id:
                yield answer.id, "asks", "asks", f"{text!r} also leads to {known}"
