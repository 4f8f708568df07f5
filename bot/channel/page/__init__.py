"""The gateway's two pages: their markup, with words and script filled in.

- `chat.html`: the stand-alone chat, the widget's element and its script.
- `help.html`: the static help page. No script, nothing to load: it is one file, so that a web
  server can show it while the bot is down (`python -m bot help-page`).

In both, `{reply/id}` becomes the words of that reply of the register, `{reply/id:1}` its first
bubble alone, `{force.home_url}` or
`{nsh.phone}` a field of the force or of a service, and in `chat.html`
`{script.name}` and `{script.integrity}` come from the widget's build. Styles stand in `<style>`
elements, which the page's policy allows by their digest.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.channel import headers
from bot.channel.assets import Script
from bot.channel.safe_reply import bubbles, where
from bot.content import render
from bot.content.register import get_register

FOLDER = Path(__file__).parent
_PLACE = re.compile(r"\{([a-z_]+(?:[/.][a-z_]+)?)(?::(\d+))?\}")


@dataclass(frozen=True)
class Page:
    """A page as it is served.

    Attributes:
        html: the document.
        headers: what is sent with it, beside what every response carries.
    """

    html: str
    headers: Mapping[str, str]


def help_page() -> Page:
    """The static help page."""
    document = _filled("help.html", {})
    return Page(document, headers.page(document, with_script=False))


def chat_page(script: Script) -> Page:
    """The stand-alone chat.

    Args:
        script: the widget's script.
    """
    values = {"script.name": script.name, "script.integrity": script.integrity}
    document = _filled("chat.html", values)
    return Page(document, headers.page(document, with_script=True))


def _filled(file: str, values: Mapping[str, str]) -> str:
    text = (FOLDER / file).read_text(encoding="utf-8")
    return _PLACE.sub(lambda match: html.escape(_value(match[1], match[2], values)), text)


def _value(name: str, bubble: str | None, values: Mapping[str, str]) -> str:
    """What stands for a place.

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
