"""Works out how much time is left for a message that nginx first sent to another process.

nginx says when it first sent a message on (deploy/nginx/chat-locations.conf). If that process
died, this one must answer in what is left of the time that a person waits.
"""

from __future__ import annotations

import re
import time

from sanic.request import Request

from bot.settings import get_settings

HEADER = "X-Chat-Began"
# nginx sends nothing on after this (s): `proxy_next_upstream_timeout`. More means a wrong clock.
_LONGEST = 3.0
# The least time that a turn gets (s).
_LEAST = 1.0
_SECONDS = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")


def deadline_of(request: Request) -> float:
    """Returns the seconds in which the message must be answered."""
    settings = get_settings()
    whole = settings.reply_deadline
    if not settings.proxies:
        return whole  # without a proxy, only the client could have written the header
    rest = whole - _elapsed(request.headers.get(HEADER, ""), time.time())
    return min(whole, max(_LEAST, rest))


def _elapsed(began: str, now: float) -> float:
    """Returns the seconds since `began`; 0 if it is no time, or lies in the future."""
    if not _SECONDS.fullmatch(began):
        return 0.0
    return min(max(now - float(began), 0.0), _LONGEST)
