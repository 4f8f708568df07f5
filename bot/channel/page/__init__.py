"""The plain stand-alone chat page: its files, with its words filled in from the register."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from pathlib import Path

from bot.channel.safe_reply import bubbles

# File name in the address -> file and content type.
FILES = {
    "": ("page.html", "text/html"),
    "page.css": ("page.css", "text/css"),
    "page.js": ("page.js", "text/javascript"),
}
_WORDS = re.compile(r"\{(page/[a-z_]+)\}")


@lru_cache(maxsize=len(FILES))
def read(name: str) -> tuple[bytes, str]:
    """Body and content type of one of the page's files.

    Raises:
        KeyError: the page has no such file.
    """
    file, content_type = FILES[name]
    text = (Path(__file__).parent / file).read_text(encoding="utf-8")
    if content_type == "text/html":
        text = _WORDS.sub(lambda match: html.escape(" ".join(bubbles(match[1]))), text)
    return text.encode(), f"{content_type}; charset=utf-8"
