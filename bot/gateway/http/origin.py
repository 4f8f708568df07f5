"""Tells whether a request comes from a page of another website."""

from __future__ import annotations

from urllib.parse import urlsplit

from sanic.request import Request

from bot.settings import get_settings


def is_foreign(request: Request) -> bool:
    """Returns True if a browser says that a page sent this which may not use the chat.

    A browser asks first (CORS) before it sends JSON from another website, but not before plain
    text. It names the page's origin with both. Programs without a browser send no Origin: they can
    send what they like anyway, and no other person's browser does it for them.
    """
    origin = request.headers.get("origin")
    if origin is None or origin in get_settings().origins:
        return False
    # Newer browsers compare the addresses themselves, and no page can change what they say.
    if site := request.headers.get("sec-fetch-site"):
        return site != "same-origin"
    # A proxy may leave the port out of Host.
    host = urlsplit(f"//{request.host}").hostname
    return _host_of(origin) != host or host is None


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).hostname
    except ValueError:  # such as a half address of IPv6
        return None
