"""Fills in the gateway's two pages, and the markup that another website needs.

- `chat.html`: the stand-alone chat, with the widget's element and its script.
- `help.html`: the static help page. It is one file with no script and nothing to load, so a web
  server can show it while the bot is down (`python -m bot static`).
- `snippet.html`: the element and the script for a force's own page (`python -m bot snippet`, and
  `/chat/embed`, see `embed.py`).

All three have the same placeholders:

- `{reply/id}` becomes the words of that register reply, and `{reply/id:1}` its first bubble alone.
- `{force.home_url}` or `{nsh.phone}` becomes a field of the force or of a service.
- `{script.name}` and `{script.integrity}` come from the widget's build.

Styles are in `<style>` elements, which the page's policy allows by their digest.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.content import render
from bot.content.models import Force
from bot.content.register import get_register
from bot.gateway.http import headers
from bot.gateway.pages.assets import Script
from bot.gateway.turns.safe_reply import bubbles, where

FOLDER = Path(__file__).parent
_PLACE = re.compile(r"\{([a-z_]+(?:[/.][a-z_]+)?)(?::(\d+))?\}")


@dataclass(frozen=True)
class Page:
    """Holds a page as it is served.

    Attributes:
        html: the document.
        headers: the page's own headers, on top of those that every response carries.
    """

    html: str
    headers: Mapping[str, str]


def help_page() -> Page:
    """Returns the static help page."""
    document = filled("help.html", {})
    return Page(document, headers.page(document, with_script=False))


def chat_page(script: Script) -> Page:
    """Returns the page of the stand-alone chat.

    Args:
        script: the widget's script.
    """
    document = filled("chat.html", of_script(script))
    return Page(document, headers.page(document, with_script=True))


def snippet(
    script: Script,
    gateway: str,
    folder: str,
    force: Force | None = None,
    *,
    as_div: bool = False,
    is_named: bool = False,
) -> str:
    """Returns the element, its fallback text and the script for a page of the force's website.

    Args:
        script: the widget's script.
        gateway: address of the gateway, ending in /chat.
        folder: where the website keeps the script, ending in "/".
        force: whose website it is; the one of CHAT_FORCE when None.
        as_div: whether a div holds the element, for systems that drop unknown elements.
        is_named: whether the chat shows the force's name.
    """
    force = force or where().force
    values = {"folder": folder, "report": str(force.report_url or force.home_url)}
    text = filled("snippet.html", {**values, **of_script(script)})
    given = {"api": gateway, "ui-lang": "en", **({"force-name": force.name} if is_named else {})}
    if as_div:
        given = {f"data-chat-{name}": value for name, value in given.items()}
        given = {"data-chat": given.pop("data-chat-api"), **given}
    written = "".join(f' {name}="{html.escape(value)}"' for name, value in given.items())
    tag = "div" if as_div else "force-chat"
    return text.replace("<!--open-->", f"<{tag}{written}>").replace("<!--close-->", f"</{tag}>")


def of_script(script: Script) -> dict[str, str]:
    """Returns the placeholders that name the script."""
    return {"script.name": script.name, "script.integrity": script.integrity}


def filled(file: str, values: Mapping[str, str]) -> str:
    """Returns a file of this folder with its placeholders filled in and escaped.

    Args:
        file: its name.
        values: placeholder -> value, on top of those of the register.

    Raises:
        KeyError: a placeholder names no reply.
        bot.content.render.UnknownPlaceholder: a placeholder names no service, force or field.
    """
    text = (FOLDER / file).read_text(encoding="utf-8")
    return _PLACE.sub(lambda match: html.escape(_value(match[1], match[2], values)), text)


def _value(name: str, bubble: str | None, values: Mapping[str, str]) -> str:
    """Returns the value of a placeholder.

    Raises:
        KeyError: there is no such reply.
        bot.content.render.UnknownPlaceholder: there is no such service, force or field.
    """
    if name in values:
        return values[name]
    if "." in name:
        return render.fill(get_register(), f"{{{name}}}", where())
    words = bubbles(name)
    return words[int(bubble) - 1] if bubble else "\n".join(words)
