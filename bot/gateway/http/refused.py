"""Decides which requests are refused. Each refusal is JSON, and always tells people about 999."""

from __future__ import annotations

import re
from http import HTTPStatus

from sanic.exceptions import InvalidUsage, SanicException
from sanic.request import Request

# The `error` field for each status. It is for programs; people are shown the messages.
NAMES = {
    400: "invalid",
    403: "other_website",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    413: "too_large",
    415: "wrong_content_type",
    417: "invalid",
    429: "rate_limited",
    503: "unavailable",
}

# Allows visible characters, spaces and tabs, but no lone line break, no folded line and no space
# in a name.
_HEADER = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]+:[\t\x20-\x7e\x80-\xff]*")
_LENGTH = re.compile(r"[0-9]{1,15}")


class Refused(SanicException):
    """Says that a request gets no answer from the bot.

    Attributes:
        retry_after: whole seconds until the request may be sent again; None if that won't help.
        field: which part of the body does not fit: a field that the body may have, or "body".
    """

    quiet = True

    def __init__(
        self, status: int, retry_after: int | None = None, field: str | None = None
    ) -> None:
        super().__init__(HTTPStatus(status).phrase, status_code=status)
        self.retry_after = retry_after
        self.field = field


def status_of(error: BaseException, request: Request) -> int:
    """Returns the HTTP status for anything that went wrong with a request."""
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return status
    # Sanic had no complete request yet, so the fault is in what was sent, not in our code.
    return 400 if request.method == "NONE" else 500


def refuse_ambiguous(request: Request) -> None:
    """Refuses a request head that two servers could read differently (request smuggling).

    Raises:
        InvalidUsage: a header is malformed, the transfer coding is not plain `chunked`, or the
            length is no plain number, is given twice or comes with a transfer coding.
    """
    if not all(_HEADER.fullmatch(line) for line in request.head.split(b"\r\n")[1:]):
        raise InvalidUsage("Bad Request")
    lengths = request.headers.getall("content-length", [])
    codings = request.headers.getall("transfer-encoding", [])
    if codings and (lengths or codings != ["chunked"]):
        raise InvalidUsage("Bad Request")
    if len(lengths) > 1 or not all(_LENGTH.fullmatch(length) for length in lengths):
        raise InvalidUsage("Bad Request")
