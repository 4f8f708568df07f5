"""Sanitises a message before Rasa reads it."""

from __future__ import annotations

from typing import NamedTuple

from bot import security_events
from bot.gateway.http import buttons
from bot.gateway.http.answer import Said
from bot.gateway.http.body import MessageIn
from bot.gateway.turns import safe_reply
from bot.safety.normalise import clean
from bot.safety.rules import MAX_CHARACTERS
from bot.settings import get_settings


class RasaText(NamedTuple):
    """Holds a message as it goes to Rasa.

    Attributes:
        text: what to hand to Rasa; None if nothing is.
        notices: what to say before Rasa's answer.
        unread: the rest of a text that is too long for Rasa (see `sanitised_text`).
    """

    text: str | None
    notices: Said
    unread: str = ""


def rasa_text(message: MessageIn) -> RasaText:
    """Returns a message as it goes to Rasa, or what to say if nothing does."""
    if message.button is not None:
        if pressed := payload(message):
            return RasaText(pressed, [])
        security_events.seen(security_events.Event.FOREIGN_BUTTON)
        # The button is from an earlier server start or another conversation, so ask again in words.
        return RasaText(None, safe_reply.from_register("clarify"))
    text, unread = sanitised_text(message.text or "")
    if not text:
        return RasaText(None, safe_reply.from_register("empty_message"))
    return RasaText(text, safe_reply.from_register("too_long") if unread else [], unread)


def at_its_ends(message: MessageIn) -> MessageIn:
    """Returns the message with only the beginning and the end of its text."""
    if message.text is None:
        return message
    return message.model_copy(update={"text": safe_reply.ends(message.text)})


def sanitised_text(text: str) -> tuple[str, str]:
    """Returns what Rasa reads of a typed text ("" if there is nothing to read), then the rest.

    The rest overlaps a little, because a cry for help may lie across the cut.
    """
    text = clean(text)
    is_too_long = len(text) > MAX_CHARACTERS
    unread = text[MAX_CHARACTERS - safe_reply.OVERLAP :] if is_too_long else ""
    read = text[:MAX_CHARACTERS]
    # Rasa reads a leading "/" as an intent payload, and typed text must never be one.
    return (read.lstrip("/ ") or "?") if read else "", unread


def payload(message: MessageIn) -> str | None:
    """Returns the payload of the pressed button; None if it is not from this conversation."""
    key = get_settings().secret_key
    return buttons.payload_of(message.button or "", message.conversation, key)
