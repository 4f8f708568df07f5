"""The register's words, so that tests compare with them and hold no copies."""

from __future__ import annotations

from bot.content import render
from bot.content.hours import now_in_london
from bot.content.pronouns import Pronoun, say
from bot.content.register import get_register


def said(
    reply_id: str,
    nation: str = "england_wales",
    bubble: int = 0,
    pronoun: Pronoun = "they",
    force: str = render.DEFAULT_FORCE,
) -> str:
    """One bubble of a reply as it is shown for a force, and of whom it speaks."""
    return _bubbles(reply_id, nation, pronoun=pronoun, force=force)[bubble]


def in_short(reply_id: str) -> str:
    """The first bubble of a reply's simple words, which an answer has in an emergency."""
    return _bubbles(reply_id, "england_wales", simple=True)[0]


def whole(reply_id: str, *, simple: bool = False) -> str:
    """All bubbles of a reply, or of its simple words, one on each line."""
    return "\n".join(_bubbles(reply_id, "england_wales", simple=simple))


def _bubbles(
    reply_id: str,
    nation: str,
    *,
    simple: bool = False,
    pronoun: Pronoun = "they",
    force: str = render.DEFAULT_FORCE,
) -> list[str]:
    register = get_register()
    context = render.Context(
        force=register.forces[force], moment=now_in_london(), nation=nation, pronoun=pronoun
    )
    return render.bubbles(register, register.reply(reply_id, nation), context, simple)


def number(service_id: str) -> str:
    """The telephone number of a service, or the one for texts where it has no other."""
    service = get_register().services[service_id]
    found = service.phone or service.text_number
    assert found, service_id
    return found


def title(reply_id: str) -> str:
    """What the button says that leads to a reply."""
    return say(get_register().reply(reply_id).button["en"], "they")
