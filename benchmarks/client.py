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
    """Rasa's own REST channel: what a stock project is talked to by.

    Attributes:
        wrong: how many answers to a question were missing or not the expected one.
    """

    path = "/webhooks/rest/webhook"

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self._session = session
        self._base = base
        self.wrong = 0

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
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
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
        return await self._send(conversation, text=text)

    async def press(self, conversation: str, button: str) -> Reply:
        """Press a button that an answer of the same conversation offered."""
        return await self._send(conversation, button=button)

    async def _send(self, conversation: str, **content: str) -> Reply:
        """With an id, as the widget sends each message, so that its answer is kept."""
        message = secrets.token_hex(16)
        return await self._post({"conversation": conversation, "message": message, **content})

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
        except (TimeoutError, aiohttp.ClientError) as error:
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


@dataclass(frozen=True)
class Question:
    """A message, and words of which every answer to it must hold some."""

    text: str
    expected: frozenset[str]

    def is_answered_by(self, reply: Reply) -> bool:
        """True when an answer holds some of the words."""
        return any(words in text for text in reply.texts for words in self.expected)


async def ask(door: Door, conversation: str, question: Question) -> float:
    """Seconds until the answer. One that is missing or another one counts in `door.wrong`."""
    started = time.perf_counter()
    try:
        reply = await door.say(conversation, question.text)
    except NoAnswer:
        door.wrong += 1
        return time.perf_counter() - started
    door.wrong += not question.is_answered_by(reply)
    return reply.seconds


async def closed_loop(
    door: Door, question: Question, senders: int, seconds: float
) -> tuple[list[float], float]:
    """Some senders at once, each sending the next message when the last is answered.

    Args:
        door: whom to talk to.
        question: what they say.
        senders: how many people at once.
        seconds: how long.

    Returns:
        The seconds of each answer, and answers a second.
    """
    started = time.perf_counter()
    times: list[float] = []

    async def send() -> None:
        while True:
            conversation = new_conversation()
            for _ in range(MESSAGES_A_CONVERSATION):
                if time.perf_counter() - started >= seconds:
                    return
                times.append(await ask(door, conversation, question))

    await asyncio.gather(*(send() for _ in range(senders)))
    return times, len(times) / (time.perf_counter() - started)
