"""Reads and checks the body of a request, while it arrives: its size, its pace, its shape."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
from collections.abc import Collection
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from sanic.exceptions import PayloadTooLarge
from sanic.http import Http
from sanic.request import Request

from bot.gateway.http.refused import Refused
from bot.settings import get_settings

MAX_BYTES = 64_000
# A body that is too large is thrown away for a moment, so that the client gets to read why.
_DRAIN_BYTES = 2_000_000
_DRAIN_SECONDS = 1.0

# 128 random bits as 32 hexadecimal digits, chosen by the page.
_RANDOM = r"^[0-9a-f]{32}$"
ConversationId = Field(pattern=_RANDOM)


class MessageIn(BaseModel):
    """Body of `POST /chat/messages`: the conversation and either a text or a pressed button."""

    model_config = ConfigDict(extra="forbid")
    conversation: str = ConversationId
    # The same when a message is sent again because its answer got lost (repeats.py, and
    # the conversation store for one that came to another process).
    message: str | None = Field(default=None, pattern=_RANDOM)
    text: str | None = None
    button: str | None = Field(default=None, max_length=2_000)
    # The language the page is shown in. Answers come in it once the register has it.
    language: str | None = Field(default=None, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")

    @model_validator(mode="after")
    def _one_of_both(self) -> MessageIn:
        if (self.text is None) == (self.button is None):
            raise ValueError("send either text or button")
        return self

    @property
    def key(self) -> str | None:
        """What makes a message the same one when it comes again; None where it has no id."""
        if self.message is None:
            return None
        # A digest: it is kept for a while, and what was typed must not be.
        content = f"{self.message}{self.text!r}{self.button!r}".encode(errors="replace")
        return hashlib.blake2b(content, digest_size=16).hexdigest()


class EndIn(BaseModel):
    """Body of `POST /chat/end`."""

    model_config = ConfigDict(extra="forbid")
    conversation: str = ConversationId
    # Why the page ends it. It is counted, and changes nothing.
    reason: Literal["exit", "end", "idle", "left"] | None = None


Model = TypeVar("Model", bound=BaseModel)

# JSON writes an emoji as two escapes; one without the other stands for nothing.
_ESCAPES = re.compile(
    rb"(?i)(\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|\\[^u])|\\ud[89a-f][0-9a-f]{2}"
)


async def parsed(request: Request, model: type[Model], content_types: Collection[str]) -> Model:
    """The body as a `model`.

    Raises:
        Refused: another content type, too large, too slow, or not what the model says.
    """
    raw = await _received(request)
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type not in content_types:
        raise Refused(415)
    try:
        return read(raw, model)
    except ValidationError:
        raise Refused(400) from None  # the error would quote what was typed


def read(raw: bytes, model: type[Model]) -> Model:
    """JSON as a `model`, with a sign (U+FFFD) for half an emoji that a slip left behind.

    Refused, the same message would be refused each time that it is sent.

    Raises:
        ValidationError: not what the model says.
    """
    if b"\\u" in raw:
        raw = _ESCAPES.sub(lambda match: match.group(1) or rb"\ufffd", raw)
    return model.model_validate_json(raw)


async def _received(request: Request) -> bytes:
    """All bytes of the body; stops at the first one too many, and when they come too slowly."""
    try:
        return await asyncio.wait_for(_received_within_limit(request), get_settings().body_deadline)
    except asyncio.TimeoutError:
        await _stop_reading(request, drain=False)
        raise Refused(408) from None
    except PayloadTooLarge:
        await _stop_reading(request, drain=True)
        raise Refused(413) from None


async def _received_within_limit(request: Request) -> bytes:
    body, stream = bytearray(), _stream_of(request)
    # By the announced length or, in Sanic, chunk by chunk: before the bytes are waited for.
    if (stream.request_bytes or 0) > MAX_BYTES:
        raise PayloadTooLarge("Payload Too Large")
    stream.request_max_size = MAX_BYTES
    while (data := await stream.read()) is not None:
        body += data
    return bytes(body)


async def _stop_reading(request: Request, drain: bool) -> None:
    """Leave the rest of a body unread, and close the connection after the answer."""
    stream = _stream_of(request)
    stream.keep_alive = False
    if drain and not stream.expecting_continue:
        stream.request_max_size = _DRAIN_BYTES
        with contextlib.suppress(asyncio.TimeoutError, PayloadTooLarge):
            await asyncio.wait_for(_throw_away(request), _DRAIN_SECONDS)
    stream.expecting_continue = False
    stream.request_body = None


async def _throw_away(request: Request) -> None:
    while await _stream_of(request).read() is not None:
        pass


def _stream_of(request: Request) -> Http:
    """The connection that a request is read from: both POST routes are streaming routes."""
    if request.stream is None:
        raise RuntimeError("the route does not stream")
    return request.stream
