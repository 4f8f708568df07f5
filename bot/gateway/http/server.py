"""Sets up the whole Sanic server for the gateway: errors, headers, timeouts, no access log.

Rasa creates the server. A blueprint's own handlers only see requests that match one of its routes,
so a wrong address or a broken request would get Sanic's error page, which has no 999 on it.
"""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Mapping
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any

from httptools.parser.errors import HttpParserInvalidURLError
from sanic import Blueprint, Sanic
from sanic.exceptions import InvalidUsage
from sanic.handlers import ErrorHandler
from sanic.request import Request
from sanic.response import BaseHTTPResponse, HTTPResponse, json
from sanic_cors.core import get_regexp_pattern

from bot import security_events, stopping
from bot.counters.counting import count
from bot.errors import reason_of
from bot.gateway.http import framing, headers, open_doors
from bot.gateway.http.answer import as_messages
from bot.gateway.http.body import MAX_BYTES
from bot.gateway.http.refused import NAMES, refuse_ambiguous, status_of
from bot.gateway.turns import safe_reply
from bot.settings import get_settings

logger = logging.getLogger(__name__)

PREFIX = "/chat"
# Seconds for a request's head to arrive, and for a client to reuse its connection.
_HEAD_SECONDS = 10
_KEEP_ALIVE_SECONDS = 30
# Seconds that an answer may take on top of the body's and the bot's own deadlines.
_SPARE_SECONDS = 10


class GatewayBlueprint(Blueprint):
    """Registers the routes, and prepares the server they are registered with."""

    def register(self, app: Sanic, options: dict[str, Any]) -> None:
        """Registers the routes, then prepares the server."""
        super().register(app, options)
        framing.install()
        _configure(app)
        _leave_cors_to_us(app)
        app.request_class = ForgivingRequest
        app.error_handler = GatewayErrors(app.error_handler)
        app.register_middleware(_finish, "response")
        app.register_listener(open_doors.warn, "after_server_start")
        app.signal("http.lifecycle.request")(_on_request)


class ForgivingRequest(Request):
    """Accepts a request with an unreadable address, so it gets an answer, not a lost connection."""

    def __init__(self, url_bytes: bytes, *args: Any, **kwargs: Any) -> None:
        self.is_readable = True
        try:
            super().__init__(url_bytes, *args, **kwargs)
        except HttpParserInvalidURLError:
            super().__init__(b"*", *args, **kwargs)
            self.is_readable = False


class GatewayErrors(ErrorHandler):
    """Answers errors at our addresses and of unreadable requests. Passes on all others."""

    def __init__(self, others: ErrorHandler) -> None:
        super().__init__()
        self._others = others

    def add(self, *args: Any, **kwargs: Any) -> None:
        """Adds a handler to the server's own error handler, which keeps those of other parts."""
        self._others.add(*args, **kwargs)

    def lookup(self, exception: BaseException, route_name: str | None = None) -> Any:
        """Looks a handler up in the server's own error handler."""
        return self._others.lookup(exception, route_name)

    def response(self, request: Request, exception: BaseException) -> Any:
        """Returns the response to an error."""
        if is_ours(request):
            return error_response(request, exception)
        return self._others.response(request, exception)


def is_ours(request: Request) -> bool:
    """Returns True for an address below /chat, and for a request with no readable address."""
    return request.path in ("*", PREFIX) or request.path.startswith(f"{PREFIX}/")


def error_response(request: Request, error: BaseException) -> HTTPResponse:
    """Returns JSON with the kind of error for programs and the safe reply for people."""
    status = status_of(error, request)
    security_events.refused(status)
    # A bot that is not ready answers 503. That is not an error, so we log only 500.
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        # Log only the kind and the place. The error's text may hold what a person typed.
        logger.error("request failed: %s", reason_of(error))
        count("error", "request")
    extra = {}
    if retry_after := getattr(error, "retry_after", None):
        extra["Retry-After"] = str(retry_after)
    if status == 405:
        allowed = getattr(error, "headers", {}).get("Allow", "").split(", ")
        extra["Allow"] = ", ".join(sorted(allowed))
    # We would refuse the same message again, so tell the person that it is too long.
    reply = "too_large" if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else "safe_reply"
    body = {
        "error": NAMES.get(status, "failed"),
        "messages": as_messages(safe_reply.from_register(reply), ""),
    }
    if field := getattr(error, "field", None):
        body["field"] = field
    return respond(body, status, extra)


def respond(
    body: dict[str, Any], status: int = 200, extra: Mapping[str, str] | None = None
) -> HTTPResponse:
    """Returns a JSON response. `_finish` adds the headers that all responses share."""
    return json(body, status=int(status), headers=dict(extra or {}))


async def _finish(request: Request, response: BaseHTTPResponse) -> None:
    """Adds the headers that all our responses carry, including errors."""
    if response is None or not is_ours(request):
        return
    for name, value in headers.ALL.items():
        response.headers.setdefault(name, value)
    if "Access-Control-Allow-Origin" not in response.headers:
        origin = request.headers.get("origin")
        preflight = request.method == "OPTIONS"
        for name, value in headers.cors(origin, preflight).items():
            response.headers[name] = value


async def _on_request(request: ForgivingRequest, **context: Any) -> None:
    if not request.is_readable:
        raise InvalidUsage("Bad Request")
    refuse_ambiguous(request)


def _configure(app: Sanic) -> None:
    settings = get_settings()
    # An access log would record the addresses and times of people who asked for help.
    app.config.ACCESS_LOG = False
    app.config.REQUEST_MAX_SIZE = MAX_BYTES
    app.config.REQUEST_TIMEOUT = _HEAD_SECONDS
    app.config.KEEP_ALIVE_TIMEOUT = _KEEP_ALIVE_SECONDS
    seconds = settings.body_deadline + settings.reply_deadline + _SPARE_SECONDS
    app.config.RESPONSE_TIMEOUT = math.ceil(seconds)
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = stopping.draining(settings)
    app.config.PROXIES_COUNT = settings.proxies or None
    app.config.REAL_IP_HEADER = None


def _leave_cors_to_us(app: Sanic) -> None:
    """Takes our addresses out of the cross-origin rules that Rasa sets up for `--cors`.

    Rasa's rules allow credentials, and reflect whatever origin asks.
    """
    theirs: SimpleNamespace | None = getattr(app.ctx, "sanic_cors", None)
    if theirs is not None:
        theirs.resources = [
            (re.compile(rf"(?!{PREFIX}(?:/|$))(?:{get_regexp_pattern(pattern)})"), options)
            for pattern, options in theirs.resources
        ]
