"""Turns register items into what a person sees: filled-in bubbles, helpline lines, buttons."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.content import pronouns
from bot.content.bubble import Bubble
from bot.content.hours import likely_open
from bot.content.models import Force, Hours, Language, Nation, Reply, Service
from bot.content.register import Register

DEFAULT_FORCE = "bedfordshire"
# As many as are shown below one answer.
MAX_BUTTONS = 6
# The reply (id) that shows the rest of the last answer, where a page does not do so in place.
MORE = "more"
# The same where the answer lists the questions that it answers.
MOST_FOUND = 4
PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)\.([a-z_]+)\}")
# Top levels that are Rasa intents with topics; a reply id "advice/tracker" is one of their labels.
TOP_LEVELS_WITH_TOPICS = frozenset({"emergency", "crisis", "reporting", "advice", "out_of_scope"})
# Rasa intents without topics. Rasa reads the payload of any other name as typed text.
PLAIN_INTENTS = frozenset(
    {
        "greet", "thank", "goodbye", "affirm", "deny", "not_sure", "bot_challenge", "capabilities",
        "repeat", "simplify", "start_four", "delete_chat", "safe_now", "talk_to_person",
        "other_language", "insult",
    }
)  # fmt: skip
# Stands in for a real hand-over where a reply is only checked, or shown to staff.
EXAMPLE_DETAILS = {
    "way": "text 07700 900123, please do not call",
    "time": "weekday evenings",
    "agreed": "24 November 2026, 14:05",
    "id": "0123456789abcdef0123456789abcdef",
}
_FORCE_FIELDS = ("name", "home_url", "report_url", "non_emergency_phone")
_NATIONS: tuple[Nation, ...] = ("england_wales", "scotland", "northern_ireland")
_SERVICE_FIELDS = ("name", "phone", "text_number", "email", "url", "hours", "for_whom")


class UnknownPlaceholder(Exception):
    """A bubble names a service, force or field that the register does not have."""


@dataclass(frozen=True)
class Context:
    """Who is asking, and when.

    Attributes:
        force: the one that polices where the person is, once it is told; else that of the website.
        nation: where the person is, as far as known.
        language: the language of the reply.
        moment: aware time, for opening hours.
        handover: the force takes hand-overs.
        by_text: the person cannot ring, so services that can be written to come first.
        pronoun: theirs for who stalks them.
        details: of a hand-over: `{handover.way}` and so on.
        site: the force whose website this is, where it is another than `force`.
    """

    force: Force
    moment: dt.datetime
    nation: Nation = "england_wales"
    language: Language = "en"
    handover: bool = False
    by_text: bool = False
    pronoun: pronouns.Pronoun = "they"
    details: Mapping[str, str] = field(default_factory=dict)
    site: Force | None = None


@dataclass(frozen=True)
class Button:
    """A quick reply: its words, and the Rasa payload that it stands for.

    Attributes:
        title: what it says.
        payload: what it sends.
        is_rating: it answers "Did this answer it?", which a page asks below the other buttons.
    """

    title: str
    payload: str
    is_rating: bool = False


def bubbles(
    register: Register, reply: Reply, context: Context, simple: bool = False
) -> list[Bubble]:
    """The reply's speech bubbles, filled in: what it tells, then what it asks."""
    return [
        *statements(register, reply, context, simple),
        *question(register, reply, context),
    ]


def question(register: Register, reply: Reply, context: Context) -> list[Bubble]:
    """The bubble with what the reply asks at its end; [] where it has no such question."""
    asked = reply.question.get(context.language)
    return [Bubble(fill(register, asked, context), reply.id)] if asked else []


def statements(
    register: Register, reply: Reply, context: Context, simple: bool = False
) -> list[Bubble]:
    """The reply's bubbles without its question: words, then steps, then the services it names."""
    texts, steps = reply.bubbles, reply.steps.get(context.language, ())
    if context.handover and reply.with_handover:
        texts, steps = reply.with_handover, ()  # also for "more simply": an untruth helps nobody
    elif simple and reply.simple:
        texts, steps = reply.simple, ()
    said = [Bubble(fill(register, text, context), reply.id) for text in texts[context.language]]
    if steps:
        said.append(_steps(reply, [fill(register, step, context) for step in steps]))
    if reply.services:
        cards = [contact(service, context) for service in listed(register, reply, context)]
        lines = service_lines(register, reply, context)
        said.append(Bubble(lines, reply.id, {"contacts": cards}))
    return said


def _steps(reply: Reply, steps: list[str]) -> Bubble:
    numbered = "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))
    return Bubble(numbered, reply.id, {"steps": steps})


def with_rest(
    register: Register, reply: Reply, context: Context, said: list[Bubble]
) -> list[Bubble]:
    """The statements of a reply, the last one in words with what stands behind a press.

    That is what "More" shows, and where the reply was read.
    """
    number = max(n for n, one in enumerate(said) if "contacts" not in one.layout)
    more = [fill(register, text, context) for text in reply.more.get(context.language, ())]
    opens = said[number].with_layout(more=more, sources=sources(register, reply))
    return [*said[:number], opens, *said[number + 1 :]]


def sources(register: Register, reply: Reply) -> list[dict[str, str]]:
    """Where the facts behind a reply were read, each place once: `title`, and `url` if known."""
    read: dict[str, dict[str, str]] = {}
    for source in (register.facts[fact].source for fact in reply.facts):
        url = {"url": source.url} if source.url else {}
        read.setdefault(source.title, {"title": source.title, **url})
    return [*read.values()]


def is_from_elsewhere(reply: Reply, context: Context) -> bool:
    """Whether a reply was written for another nation, but holds where the person is too."""
    return reply.elsewhere and context.nation not in ("uk", reply.nation)


def service_lines(register: Register, reply: Reply, context: Context) -> str:
    """One line for each service of a reply, those open now first."""
    line = _written_line if context.by_text else _service_line
    return "\n".join(line(service, context) for service in listed(register, reply, context))


def listed(register: Register, reply: Reply, context: Context) -> list[Service]:
    """The services that a reply lists where the person is, in the order in which they are read.

    All of them where none is there: somebody may have asked for one by its name.
    """
    services = [register.services[service_id] for service_id in reply.services]
    services = [one for one in services if one.nation in ("uk", context.nation)] or services
    services.sort(
        key=lambda one: (
            reply.to_ring and one.phone is None,
            context.by_text and one.text_number is None,
            likely_open(one.hours, context.moment) is False,
        )
    )
    return services


def contact(service: Service, context: Context) -> dict[str, Any]:
    """A service as a card on a page: the fields of `contacts` in docs/openapi.yaml.

    `open` is a guide, and missing where nothing is known. Who cannot ring gets what can be written
    to, or else the number through Relay UK.
    """
    if context.by_text:
        is_written_to = service.text_number or service.email
        relay = f"18001 {service.phone}" if service.phone and not is_written_to else None
        ways: dict[str, Any] = {"text": service.text_number, "email": service.email, "relay": relay}
    else:
        hours = service.hours.text if service.hours else None
        is_open = likely_open(service.hours, context.moment)
        ways = {
            "phone": service.phone, "text": service.text_number, "hours": hours, "open": is_open,
        }  # fmt: skip
    ways["url"] = str(service.url) if service.url else None
    known = {name: value for name, value in ways.items() if value is not None}
    return {"name": service.name, "for_whom": service.for_whom, **known}


def _service_line(service: Service, context: Context) -> str:
    ways = [service.phone] if service.phone else []
    if service.text_number:
        ways.append(f"text {service.text_number}")
    if not ways and service.url:
        ways.append(str(service.url))
    line = f"{service.name}: {' or '.join(ways)}"
    if service.hours:
        line += f" ({service.hours.text}{_now(service.hours, context)})"
    return line


def _now(hours: Hours, context: Context) -> str:
    is_open = None if hours.always else likely_open(hours, context.moment)
    return "" if is_open is None else ("; open now" if is_open else "; closed now")


def _written_line(service: Service, context: Context) -> str:
    """The line for somebody who cannot ring; a voice line is reached through Relay UK (18001)."""
    ways = [f"text {service.text_number}"] if service.text_number else []
    ways += [service.email] if service.email else []
    if not ways and service.phone:
        ways.append(f"18001 {service.phone} in the Relay UK app")
    if not ways and service.url:
        ways.append(str(service.url))
    return f"{service.name}: {' or '.join(ways)}"


def fill(register: Register, text: str, context: Context) -> str:
    """Replace each `{item.field}` by the register's value, and each `{they}` by who it stands for.

    Raises:
        UnknownPlaceholder: the item or the field does not exist, or is empty.
    """
    said = pronouns.say(text, context.pronoun)
    return PLACEHOLDER.sub(lambda match: _value(register, match[1], match[2], context), said)


def _value(register: Register, item_id: str, field: str, context: Context) -> str:
    if item_id in ("force", "site") and field in _FORCE_FIELDS:
        force = context.site if item_id == "site" else None
        return _of_force(register, force or context.force, field)
    if item_id == "handover" and field in context.details:
        return context.details[field]
    service = register.services.get(item_id)
    if service is None or field not in _SERVICE_FIELDS:
        raise UnknownPlaceholder(f"{{{item_id}.{field}}}")
    value = service.hours.text if field == "hours" and service.hours else getattr(service, field)
    if not value:
        raise UnknownPlaceholder(f"{{{item_id}.{field}}} is empty")
    return str(value)


def _of_force(register: Register, force: Force, field: str) -> str:
    if field != "report_url" or force.report_url is not None:
        return str(getattr(force, field))
    # No confirmed report page: the national page finds the right one of the local forces.
    if force.nation == "railways":
        return str(force.home_url)
    return str(register.services["find_my_force"].url)


def buttons(register: Register, reply: Reply, context: Context) -> list[Button]:
    """The buttons a reply offers, but those that lead to an answer which is held back."""
    return [
        button_to(register, offer, context)
        for offer in reply.offers
        if not register.is_held_back(offer, context.nation)
    ]


def button_to(register: Register, reply_id: str, context: Context) -> Button:
    """The button that leads to a reply."""
    titled = {
        nation: reply.button
        for nation, reply in register.versions(reply_id).items()
        if reply.button
    }
    title = titled.get(context.nation) or titled.get("uk") or next(iter(titled.values()))
    said = pronouns.say(title[context.language], context.pronoun)
    return Button(title=said, payload=payload_for(reply_id))


def nation_shown(reply: Reply) -> Nation:
    """A nation in which a reply is shown as it stands; one for all of the UK, in England."""
    return "england_wales" if reply.nation == "uk" else reply.nation


def nations_shown(register: Register, reply: Reply) -> tuple[Nation, ...]:
    """All nations in which a reply is shown: of one for all of the UK, those without their own."""
    if reply.nation == "uk" or reply.elsewhere:
        return tuple(
            nation
            for nation in _NATIONS
            if register.replies.get((reply.id, nation), reply) is reply
        )
    return (reply.nation,)


def payload_for(reply_id: str) -> str:
    """The Rasa intent payload for a reply id.

    >>> payload_for("thank")
    '/thank'
    >>> payload_for("advice/tracker")
    '/advice{"reply": "advice/tracker"}'
    >>> payload_for("check_denied")
    '/advice{"reply": "check_denied"}'
    """
    if reply_id in PLAIN_INTENTS | TOP_LEVELS_WITH_TOPICS:
        return f"/{reply_id}"
    top = reply_id.partition("/")[0]
    intent = top if top in TOP_LEVELS_WITH_TOPICS else "advice"
    return f"/{intent}{json.dumps({'reply': reply_id})}"
