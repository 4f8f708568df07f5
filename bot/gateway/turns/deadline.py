"""How much of its time a message has left that nginx sent to another process before.

nginx tells when it first sent a message on (deploy/nginx/chat-locations.conf). Where that process
died, this one must answer in the rest of the time that a person waits.
"""

from __future__ import annotations

import re
import time

from sanic.request import Request

from bot.settings import get_settings

HEADER = "X-Chat-Began"
# nginx sends nothing on after this (s): `proxy_next_upstream_timeout`. More is a wrong clock.
_LONGEST = 3.0
# What a turn is given at least (s).
_LEAST = 1.0
_SECONDS = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")


def deadline_of(request: Request) -> float:
    """Seconds in which the message must have its answer."""
    settings = get_settings()
    whole = settings.reply_deadline
    if not settings.proxies:
        return whole  # nobody but the client could have written it
    rest = whole - _elapsed(request.headers.get(HEADER, ""), time.time())
    return min(whole, max(_LEAST, rest))


def _elapsed(began: str, now: float) -> float:
    """Seconds since then; 0 where it tells no time, or one to come."""
    if not _SECONDS.fullmatch(began):
        return 0.0
    return min(max(now - float(began), 0.0), _LONGEST)
