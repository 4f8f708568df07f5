"""A light asynchronous client that talks to a running bot over HTTP with keep-alive."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

# Longer than any server's own deadline: what takes longer is lost for the person too.
GIVE_UP_AFTER = 30.0
MESSAGES_A_CONVERSATION = 10


@dataclass(frozen=True)
class Reply:
    """One answer.

    Attributes:
        seconds: from sending the message until the whole answer was there.
        texts: what was said.
        buttons: ids of the buttons, empty on Rasa's own channel.
        outcome: the gateway's outcome; "" on Rasa's own channel.
    """

    seconds: float
    texts: Sequence[str]
    buttons: Sequence[str] = ()
    outcome: str = ""


class NoAnswer(Exception):
    """No answer in the right format came back."""


class Door:
    """Rasa's own REST channel: what a stock project is talked to by."""

    path = "/webhooks/rest/webhook"

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self._session = session
        self._base = base

    async def say(self, conversation: str, text: str) -> Reply:
        """Type a message.

        Raises:
            NoAnswer: nothing, an error or another format came back.
        """
        return await self._post({"sender": conversation, "message": text})

    async def _post(self, body: dict[str, Any]) -> Reply:
        started = time.perf_counter()
        try:
            async with self._session.post(self._base + self.path, json=body) as response:
                content = await response.json()
                status = response.status
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError) as error:
            raise NoAnswer(type(error).__name__) from error
        if status != 200:
            raise NoAnswer(f"status {status}")
        try:
            return self._read(time.perf_counter() - started, content)
        except (KeyError, TypeError) as error:
            raise NoAnswer("wrong format") from error

    def _read(self, seconds: float, content: Any) -> Reply:
        return Reply(seconds, [message["text"] for message in content])


class Gateway(Door):
    """The product's gateway."""

    path = "/chat/messages"

    async def say(self, conversation: str, text: str) -> Reply:
        """Type a message."""
        return await self._post({"conversation": conversation, "text": text})

    async def press(self, conversation: str, button: str) -> Reply:
        """Press a button that an answer of the same conversation offered."""
        return await self._post({"conversation": conversation, "button": button})

    async def end(self, conversation: str) -> None:
        """Leave: the gateway erases the conversation.

        Raises:
            NoAnswer: it did not say so.
        """
        body = {"conversation": conversation}
        try:
            async with self._session.post(f"{self._base}/chat/end", json=body) as response:
                if response.status != 200:
                    raise NoAnswer(f"status {response.status}")
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            raise NoAnswer(type(error).__name__) from error

    def _read(self, seconds: float, content: Any) -> Reply:
        messages = content["messages"]
        return Reply(
            seconds,
            [message["text"] for message in messages],
            [button["id"] for message in messages for button in message["buttons"]],
            content["outcome"],
        )


@asynccontextmanager
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """Connections without a limit, kept alive."""
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        timeout=aiohttp.ClientTimeout(total=GIVE_UP_AFTER),
    ) as opened:
        yield opened


def new_conversation() -> str:
    """A random conversation id, as the widget makes them."""
    return secrets.token_hex(16)


async def closed_loop(
    door: Door, text: str, expected: str, senders: int, seconds: float
) -> tuple[list[float], float]:
    """Some senders at once, each sending the next message when the last is answered.

    Args:
        door: whom to talk to.
        text: the message.
        expected: words that each answer must hold.
        senders: how many people at once.
        seconds: how long.

    Returns:
        The seconds of each answer, and answers a second.

    Raises:
        NoAnswer: an answer was missing or another one than expected.
    """
    started = time.perf_counter()
    times: list[float] = []

    async def send() -> None:
        while True:
            conversation = new_conversation()
            for _ in range(MESSAGES_A_CONVERSATION):
                if time.perf_counter() - started >= seconds:
                    return
                times.append((await say_expecting(door, conversation, text, expected)).seconds)

    await asyncio.gather(*(send() for _ in range(senders)))
    return times, len(times) / (time.perf_counter() - started)


async def say_expecting(door: Door, conversation: str, text: str, expected: str) -> Reply:
    """Say something whose answer is known.

    Raises:
        NoAnswer: an answer was missing or another one than expected.
    """
    reply = await door.say(conversation, text)
    if not any(expected in said for said in reply.texts):
        raise NoAnswer(f"the answer to '{text}' does not hold '{expected}'")
    return reply
