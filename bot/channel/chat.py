"""Rasa input channel for the chat page: `POST /chat/messages`, `POST /chat/end`, and the page.

It guarantees what Rasa's own REST channel does not: every message gets an answer, typed text is
never an intent payload, a button works only where it was offered, and a conversation's id is
chosen at random by the page and travels in the body only.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json, raw

from bot.channel import buttons, erase, page, safe_reply
from bot.content.register import get_register
from bot.content.render import Button
from bot.safety.normalise import clean
from bot.settings import get_settings

logger = logging.getLogger(__name__)

NAME = "chat"
# What the pipeline reads of one message; NLU time grows with length.
MAX_CHARACTERS = 2_000
MAX_BODY_BYTES = 64_000
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'"
    ),
}

OnMessage = Callable[[UserMessage], Awaitable[Any]]


class MessageIn(BaseModel):
    """Body of `POST /chat/messages`: the conversation and either a text or a pressed button."""

    model_config = ConfigDict(extra="forbid")
    # 128 random bits as 32 hexadecimal digits.
    conversation: str = Field(pattern=r"^[0-9a-f]{32}$")
    text: str | None = None
    button: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> MessageIn:
        if (self.text is None) == (self.button is None):
            raise ValueError("send either text or button")
        return self


class ConversationIn(BaseModel):
    """Body of `POST /chat/end`."""

    model_config = ConfigDict(extra="forbid")
    conversation: str = Field(pattern=r"^[0-9a-f]{32}$")


class ChatInput(InputChannel):
    """The gateway, mounted at /chat."""

    @classmethod
    def name(cls) -> str:
        """Name of the channel, also stored with each message."""
        return NAME

    def url_prefix(self) -> str:
        """An absolute path, so that the address is /chat and not /webhooks/chat."""
        return f"/{NAME}"

    def blueprint(self, on_new_message: OnMessage) -> Blueprint:
        """The routes. Loads register and settings now, so that a broken one stops the start."""
        get_register()
        get_settings()
        blueprint = Blueprint("chat_gateway")

        @blueprint.get("/health")
        async def health(request: Request) -> HTTPResponse:
            ready = request.app.ctx.agent is not None and request.app.ctx.agent.is_ready()
            status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
            return _json({"ready": ready}, status)

        @blueprint.post("/messages")
        async def messages(request: Request) -> HTTPResponse:
            return await _messages(request, on_new_message)

        @blueprint.post("/end")
        async def end(request: Request) -> HTTPResponse:
            body = _parsed(ConversationIn, request)
            if body is None:
                return _json({"error": "invalid"}, HTTPStatus.BAD_REQUEST)
            await erase.conversation(request.app.ctx.agent, body.conversation)
            return _json({"ended": True})

        @blueprint.get("/")
        async def page_document(request: Request) -> HTTPResponse:
            return _page_file("")

        @blueprint.get("/<name:(page\\.css|page\\.js)>")
        async def page_file(request: Request, name: str) -> HTTPResponse:
            return _page_file(name)

        @blueprint.get("/notice")
        async def notice(request: Request) -> HTTPResponse:
            return _json({"messages": _as_messages(safe_reply.from_register("notice"), "")})

        return blueprint


async def _messages(request: Request, on_new_message: OnMessage) -> HTTPResponse:
    body = _parsed(MessageIn, request)
    if body is None:
        # Even a request that nobody should send gets a way to 999.
        answer = _as_messages(safe_reply.from_register("safe_reply"), "")
        return _json({"error": "invalid", "messages": answer}, HTTPStatus.BAD_REQUEST)
    answer = await _answer(request, body, on_new_message)
    return _json({"messages": answer})


async def _answer(
    request: Request, body: MessageIn, on_new_message: OnMessage
) -> list[dict[str, Any]]:
    text, notices = _rasa_text(body)
    if text is None:
        return _as_messages(notices, body.conversation)
    output = CollectingOutputChannel()
    message = UserMessage(text, output, body.conversation, input_channel=NAME)
    try:
        await asyncio.wait_for(on_new_message(message), get_settings().reply_deadline)
        await erase.if_asked(request.app.ctx.agent, body.conversation)
    except Exception as error:
        # The kind of error only: its text may hold what the person typed.
        logger.error("turn failed: %s", type(error).__name__)
    said = _from_rasa(output.messages)
    if not said:
        said = safe_reply.for_failed_turn(text)
    return _as_messages([*notices, *said], body.conversation)


def _rasa_text(body: MessageIn) -> tuple[str | None, list[Button | str]]:
    """What to hand to Rasa (None: nothing), and what to say before its answer."""
    if body.button is not None:
        payload = buttons.payload_of(body.button, body.conversation, get_settings().secret_key)
        # A button of an earlier server start or of another conversation: ask again, in words.
        return (payload, []) if payload else (None, safe_reply.from_register("clarify"))
    text = clean(body.text or "")
    if not text:
        return None, safe_reply.from_register("empty_message")
    notices: list[Button | str] = []
    if len(text) > MAX_CHARACTERS:
        text = text[:MAX_CHARACTERS]
        notices = safe_reply.from_register("too_long")
    # Rasa reads a leading "/" as an intent payload; typed text is never one.
    return text.lstrip("/ ") or "?", notices


def _from_rasa(collected: list[dict[str, Any]]) -> list[Button | str]:
    """Bubbles in order, then the buttons of the last message that has some."""
    said: list[Button | str] = []
    offered: list[Button] = []
    for message in collected:
        said += [part.strip() for part in re.split(r"\n\n+", message.get("text") or "")]
        if message.get("buttons"):
            offered = [Button(b["title"], b["payload"]) for b in message["buttons"]]
    bubbles = [part for part in dict.fromkeys(said) if part]
    return [*bubbles, *offered] if bubbles else []


def _as_messages(said: list[Button | str], conversation_id: str) -> list[dict[str, Any]]:
    """The answer's JSON: one object per bubble, the buttons with the last."""
    bubbles: list[dict[str, Any]] = [
        {"text": part, "buttons": []} for part in said if isinstance(part, str)
    ]
    key = get_settings().secret_key
    bubbles[-1]["buttons"] = [
        {"title": part.title, "id": buttons.issue(part.payload, conversation_id, key)}
        for part in said
        if isinstance(part, Button)
    ]
    return bubbles


def _parsed(model: type[BaseModel], request: Request) -> Any:
    if len(request.body) > MAX_BODY_BYTES:
        return None
    try:
        return model.model_validate_json(request.body)
    except ValidationError:
        return None


def _json(body: dict[str, Any], status: int = HTTPStatus.OK) -> HTTPResponse:
    return json(body, status=status, headers=_HEADERS)


def _page_file(name: str) -> HTTPResponse:
    body, content_type = page.read(name)
    return raw(body, content_type=content_type, headers=_HEADERS)
