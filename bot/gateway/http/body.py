"""Reads the body of a request, and checks its size, pace and shape."""

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
# We read and discard an oversized body for a moment, so that the client gets to read the refusal.
_DRAIN_BYTES = 2_000_000
_DRAIN_SECONDS = 1.0

# 128 random bits as 32 hexadecimal digits, chosen by the page.
_RANDOM = r"^[0-9a-f]{32}$"
ConversationId = Field(pattern=_RANDOM)


class MessageIn(BaseModel):
    """Describes the body of `POST /chat/messages`: a conversation, and a text or a button."""

    model_config = ConfigDict(extra="forbid")
    conversation: str = ConversationId
    # The page sends the same id again when an answer got lost. repeats.py recognises it, or the
    # conversation store does if the first message went to another process.
    message: str | None = Field(default=None, pattern=_RANDOM)
    text: str | None = None
    button: str | None = Field(default=None, max_length=2_000)
    # The language the page is shown in. Answers will use it once the register has it.
    language: str | None = Field(default=None, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")

    @model_validator(mode="after")
    def _one_of_both(self) -> MessageIn:
        if (self.text is None) == (self.button is None):
            raise ValueError("send either text or button")
        return self

    @property
    def key(self) -> str | None:
        """Returns what identifies a message when it is sent again; None if it has no id."""
        if self.message is None:
            return None
        # The key is kept for a while and typed text must not be, so this is a digest.
        content = f"{self.message}{self.text!r}{self.button!r}".encode(errors="replace")
        return hashlib.blake2b(content, digest_size=16).hexdigest()


class CheckIn(BaseModel):
    """Describes the body of `POST /chat/check`: a text that is no message of the conversation."""

    model_config = ConfigDict(extra="forbid")
    conversation: str = ConversationId
    text: str


class EndIn(BaseModel):
    """Describes the body of `POST /chat/end`."""

    model_config = ConfigDict(extra="forbid")
    conversation: str = ConversationId
    # Why the page ends the conversation. We only count it.
    reason: Literal["exit", "end", "idle", "left"] | None = None


Model = TypeVar("Model", bound=BaseModel)

# JSON may write an emoji as two escapes. One without the other has no meaning.
_ESCAPES = re.compile(
    rb"(?i)(\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|\\[^u])|\\ud[89a-f][0-9a-f]{2}"
)


async def parsed(request: Request, model: type[Model], content_types: Collection[str]) -> Model:
    """Returns the body as a `model`.

    Raises:
        Refused: the body has another content type, is too large, comes too slowly, or does not
            fit the model.
    """
    raw = await _received(request)
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type not in content_types:
        raise Refused(415)
    try:
        return read(raw, model)
    except ValidationError as error:
        field = _field_of(error, model)
        raise Refused(400, field=field) from None  # the original error would quote what was typed


def _field_of(error: ValidationError, model: type[BaseModel]) -> str:
    """Returns the first field that does not fit; "body" for the whole, or for a field too many.

    A name that somebody made up is not repeated.
    """
    for problem in error.errors(include_url=False, include_context=False, include_input=False):
        if problem["loc"] and problem["loc"][0] in model.model_fields:
            return str(problem["loc"][0])
    return "body"


def read(raw: bytes, model: type[Model]) -> Model:
    """Reads JSON into a `model`, and replaces half an emoji with U+FFFD.

    Without that, we would refuse the message every time the person tried to send it.

    Raises:
        ValidationError: the JSON does not fit the model.
    """
    if b"\\u" in raw:
        raw = _ESCAPES.sub(lambda match: match.group(1) or rb"\ufffd", raw)
    return model.model_validate_json(raw)


async def _received(request: Request) -> bytes:
    """Returns the whole body. Stops reading as soon as it is too large or too slow."""
    try:
        return await asyncio.wait_for(_received_within_limit(request), get_settings().body_deadline)
    except TimeoutError:
        await _stop_reading(request, drain=False)
        raise Refused(408) from None
    except PayloadTooLarge:
        await _stop_reading(request, drain=True)
        raise Refused(413) from None


async def _received_within_limit(request: Request) -> bytes:
    body, stream = bytearray(), _stream_of(request)
    # Check the announced length before waiting for the bytes. Sanic checks chunks as they come.
    if (stream.request_bytes or 0) > MAX_BYTES:
        raise PayloadTooLarge("Payload Too Large")
    stream.request_max_size = MAX_BYTES
    while (data := await stream.read()) is not None:
        body += data
    return bytes(body)


async def _stop_reading(request: Request, drain: bool) -> None:
    """Leaves the rest of a body unread, and closes the connection after the answer."""
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
    """Returns the stream that a request is read from. Both POST routes stream."""
    if request.stream is None:
        raise RuntimeError("the route does not stream")
    return request.stream
