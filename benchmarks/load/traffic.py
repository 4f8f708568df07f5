"""Sends conversations that arrive at random, whether or not the server keeps up."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks import leads
from benchmarks.client import Gateway, NoAnswer, Reply, new_conversation
from benchmarks.figures import percentile
from benchmarks.load.conversations import Kind, Message, Step, conversation, schedule
from bot.counters.names import SAFE_REPLIES, Outcome
from bot.safety import danger

# Danger must be answered with 999 within this time, however many write.
URGENT_SECONDS = 5.0
# The same people in each run.
_SEED = 1
_LEADS = leads.first_bubbles(leads.DANGER + leads.CRISIS)


@dataclass
class Seen:
    """What came back during one stretch of load, and what the server used meanwhile.

    Attributes:
        times: seconds of each answer.
        answered_at: when each came, in seconds since the beginning.
        outcomes: how often each outcome came.
        errors: answers that did not come or were wrong, by kind; `silent` is an empty one.
        urgent: messages in which the net's rules are sure of danger.
        urgent_late: of these, answered too late or not at all.
        not_led: of these, answered with something else than danger first, however it was done.
        unseen: of these, refused with the plain safe reply, for only the grammar sees the danger.
        urgent_slowest: seconds until the last of these was answered.
        sent: messages sent.
        seconds: during which they were sent.
        memory: MB of all the server's processes over seconds, where they were watched.
        processor: seconds of the processor that they have used, over the same seconds.
    """

    times: list[float] = field(default_factory=list)
    answered_at: list[float] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    urgent: int = 0
    urgent_late: int = 0
    not_led: int = 0
    unseen: int = 0
    urgent_slowest: float = 0.0
    sent: int = 0
    seconds: float = 0.0
    memory: list[tuple[float, float]] = field(default_factory=list)
    processor: list[tuple[float, float]] = field(default_factory=list)

    @property
    def safe(self) -> int:
        """Answers that the gateway gave in the place of the bot."""
        return sum(self.outcomes[outcome.value] for outcome in SAFE_REPLIES)

    @property
    def rate(self) -> float:
        """Messages sent a second."""
        return self.sent / self.seconds

    def at(self, share: float) -> float:
        """A percentile of the seconds of all answers; 0 without any."""
        return percentile(self.times, share) if self.times else 0.0


class Traffic:
    """People who come to one server at random.

    Args:
        door: the server's gateway.
        known: messages to choose from.
    """

    def __init__(self, door: Gateway, known: Sequence[Message]) -> None:
        self._door = door
        self._known = known
        self._chance = random.Random(_SEED)  # noqa: S311 - a reproducible choice, no secret

    async def open(self, rate: float, seconds: float) -> Seen:
        """Conversations arrive as a Poisson process, and each message is sent at its time.

        Nobody waits for an answer before writing on, so a slow server gets no less to do.

        Args:
            rate: messages a second.
            seconds: how long new conversations and messages come.
        """
        seen = Seen()
        planned = schedule(self._chance, self._known, rate, seconds)
        started = time.perf_counter()
        people: dict[int, _Person] = {}
        acting = []
        for moment, number, step in planned:
            await asyncio.sleep(max(0.0, started + moment - time.perf_counter()))
            person = people.setdefault(number, _Person(self._door, seen, started))
            acting.append(asyncio.ensure_future(person.act(step)))
        await asyncio.gather(*acting)
        seen.seconds = seconds
        return seen

    async def closed(self, senders: int, seconds: float) -> Seen:
        """Some people at once without pauses, each writing when the last message is answered."""
        seen = Seen()
        started = time.perf_counter()

        async def one_after_another() -> None:
            while time.perf_counter() - started < seconds:
                person = _Person(self._door, seen, started)
                for step in list(conversation(self._chance, self._known)):
                    await person.act(step)

        await asyncio.gather(*(one_after_another() for _ in range(senders)))
        seen.seconds = time.perf_counter() - started
        return seen


class _Person:
    """One conversation: remembers the buttons that were offered."""

    def __init__(self, door: Gateway, seen: Seen, started: float) -> None:
        self._door = door
        self._seen = seen
        self._started = started
        self._id = new_conversation()
        self._buttons: Sequence[str] = ()

    async def act(self, step: Step) -> None:
        """Do one thing and note what came back."""
        seen = self._seen
        try:
            if step.kind is Kind.END:
                await self._door.end(self._id)
                return
            seen.sent += 1
            pressed = step.kind is Kind.PRESS and self._buttons
            if pressed:
                reply = await self._door.press(self._id, self._buttons[0])
            else:
                reply = await self._door.say(self._id, step.text)
        except NoAnswer as error:
            seen.errors[str(error)] += 1
            if step.urgent:
                seen.urgent += 1
                seen.urgent_late += 1
            return
        self._buttons = reply.buttons
        self._note(reply)
        if step.urgent and not pressed:
            self._note_urgent(step.text, reply)

    def _note(self, reply: Reply) -> None:
        seen = self._seen
        seen.times.append(reply.seconds)
        seen.answered_at.append(time.perf_counter() - self._started)
        seen.outcomes[reply.outcome] += 1
        if not all(text.strip() for text in reply.texts) or not reply.texts:
            seen.errors["silent"] += 1

    def _note_urgent(self, text: str, reply: Reply) -> None:
        seen = self._seen
        seen.urgent += 1
        seen.urgent_slowest = max(seen.urgent_slowest, reply.seconds)
        seen.urgent_late += reply.seconds > URGENT_SECONDS
        if reply.texts and reply.texts[0] in _LEADS:
            return
        # What is refused is read by its words alone (docs/gateway.md).
        if reply.outcome == Outcome.SAFE_REPLY_OVERLOADED.value and not danger.may_be(text):
            seen.unseen += 1
        else:
            seen.not_led += 1
