"""Requests that are refused, and how: always JSON, always with a way to 999."""

from __future__ import annotations

from http import HTTPStatus

from sanic.exceptions import InvalidUsage, SanicException
from sanic.request import Request

# What the `error` field says for a status, for programs; people are shown the messages.
NAMES = {
    400: "invalid",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    413: "too_large",
    415: "wrong_content_type",
    417: "invalid",
    429: "rate_limited",
    503: "unavailable",
}


class Refused(SanicException):
    """A request that gets no answer from the bot.

    Attributes:
        retry_after: whole seconds after which it may be sent again, if that helps.
    """

    quiet = True

    def __init__(self, status: int, retry_after: int | None = None) -> None:
        super().__init__(HTTPStatus(status).phrase, status_code=status)
        self.retry_after = retry_after


def status_of(error: BaseException, request: Request) -> int:
    """The HTTP status for anything that went wrong with a request."""
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return status
    # Sanic had no complete request yet, so the fault lies in what was sent, not in us.
    return 400 if request.method == "NONE" else 500


def refuse_ambiguous_length(request: Request) -> None:
    """Refuse a request whose end two servers could see in different places (request smuggling).

    Raises:
        InvalidUsage: a length that is no plain number, is given twice, or stands beside chunks.
    """
    lengths = request.headers.getall("content-length", [])
    codings = request.headers.getall("transfer-encoding", [])
    if codings and (lengths or codings != ["chunked"]):
        raise InvalidUsage("Bad Request")
    if len(lengths) > 1 or not all(length.isascii() and length.isdigit() for length in lengths):
        raise InvalidUsage("Bad Request")
