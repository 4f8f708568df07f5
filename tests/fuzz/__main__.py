"""Hostile input, chosen by what it reaches in our code: no crash, no silence, nothing slow.

    python -m tests.fuzz net|body|turn|long SECONDS

atheris (libFuzzer) makes the input. It begins with messages of the development set, keeps what
reaches new code in a temporary folder, and writes input that fails to reports/fuzz-*.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import statistics
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import atheris
import numpy as np

with atheris.instrument_imports(include=["bot"]):
    from bot.gateway.http.answer import bubbles_of
    from bot.gateway.http.body import MAX_BYTES, MessageIn, read
    from bot.gateway.http.refused import Refused
    from bot.gateway.turns import answering, safe_reply, sanitise
    from bot.nlu.corpus import development_set
    from bot.safety import danger, rules
    from bot.safety.rules import MAX_CHARACTERS

REPORTS = Path(__file__).resolve().parents[2] / "reports"
# No input may cost more processor time than so many times an ordinary one.
SLOW = 10.0
# What is over the limit of a long text may add so many ordinary turns to the turn of what is read.
REST = 5.0
# What a measurement may be off by, in seconds: the clock of the processor ticks.
_TICK = 0.005
# Characters of a text of a message whose body is as long as it may be.
_LONGEST = MAX_BYTES - 2_000
# How many ordinary texts of each length are measured.
_MEASURED = 9


def budget_of(work: Callable[[str], None], lengths: tuple[int, ...]) -> Callable[[int], float]:
    """Seconds that a text of some length may cost: so many times an ordinary one of its length.

    Between the lengths that are measured it is a straight line; a shorter text than the shortest
    may cost what that may.

    Args:
        work: what is done with a text.
        lengths: in characters, the shortest first.
    """
    ordinary = " ".join(message.text for message in development_set())
    costs = [
        statistics.median(cost(work, text) for text in _texts(ordinary, size)) for size in lengths
    ]
    return lambda length: SLOW * float(np.interp(length, lengths, costs)) + _TICK


def _texts(ordinary: str, size: int) -> list[str]:
    """Parts of an ordinary text, as far apart as there is room."""
    step = max(1, (len(ordinary) - size) // _MEASURED)
    return [ordinary[number * step :][:size] for number in range(_MEASURED)]


def within(work: Callable[[str], None], budget: Callable[[int], float]) -> Callable[[str], None]:
    """A check that does some work with a text, which must not cost more than its budget."""

    def check(text: str) -> None:
        seconds, most = cost(work, text), budget(len(text))
        assert seconds < most, f"{seconds:.3f} s, more than {most:.3f}, for {len(text)} characters"

    return check


def net() -> Callable[[str], None]:
    """The emergency net without models."""

    def judge(text: str) -> None:
        assert danger.assess(text).tier in ("emergency", "check", "none")
        assert danger.assess_crisis(text).tier in ("crisis", "check", "none")
        assert danger.may_be(text) in (True, False)
        assert rules.crisis_cue(text) in (True, False)

    return within(judge, budget_of(judge, (100, 300, 1_000, MAX_CHARACTERS)))


def long(folder: Path) -> Callable[[str], None]:
    """What may be too long to be read: over the limit, as what a turn leaves unread, and in a turn.

    Args:
        folder: where the store lies.
    """
    loop = asyncio.new_event_loop()
    agent = _agent(folder)

    def refuse(text: str) -> None:
        message = MessageIn(conversation=secrets.token_hex(16), text=text)
        try:
            # A gateway of its own, so that there is always time to read the grammar too.
            gateway = answering.Turns(_nobody)
            answered = loop.run_until_complete(gateway.answer_over_limit(message, 1))
        except Refused as refused:
            assert refused.status_code == HTTPStatus.TOO_MANY_REQUESTS
        else:
            lines = bubbles_of(answered.said)
            assert lines and all(line.strip() for line in lines), "silence"
        known, unread = sanitise.sanitised_text(text)
        assert set(safe_reply.urgent_by_words(known)) <= set(safe_reply.URGENT)
        assert safe_reply.danger_in_long(unread) in (True, False)

    lengths = (100, MAX_CHARACTERS, 3 * MAX_CHARACTERS, _LONGEST // 3, _LONGEST)
    refused_in_time = within(refuse, budget_of(refuse, lengths))

    def answer(text: str) -> None:
        # As above: there is always time to read what is over the limit.
        _answer(loop, answering.Turns(agent.handle_message), agent, text)

    most = REST * _ordinary(answer) + _TICK

    def check(text: str) -> None:
        text = text.encode("utf-8", "replace").decode()
        refused_in_time(text)
        read, unread = sanitise.sanitised_text(text)
        if unread:
            seconds = cost(answer, text) - cost(answer, read)
            assert seconds < most, f"{seconds:.3f} s, more than {most:.3f} s, beside the turn"

    return check


async def _nobody(_message: object) -> None:
    """Nothing over a limit comes to Rasa."""


def body() -> Callable[[str], None]:
    """The body of a request: a message, or a refusal that quotes nothing."""

    def handle(text: str) -> None:
        try:
            message = read(text.encode("utf-8", "surrogatepass"), MessageIn)
        except ValueError:
            return
        handed_on, notices, _ = sanitise.rasa_text(message)
        assert handed_on or notices, "silence"
        assert handed_on is None or message.button or not handed_on.startswith("/")

    def check(text: str) -> None:
        seconds = cost(handle, text)
        assert seconds < 0.1, f"{seconds:.3f} s"

    return check


# What is typed before the input: the actions read other words while each of these is open.
_BEFORE: tuple[tuple[str, ...], ...] = (
    (),
    ("he is outside my house now",),
    ("he might be outside",),
    ("i want to die",),
    ("ask me the four questions",),
    ("can i talk to a real person", "yes please", "yes"),
)


def turn(folder: Path) -> Callable[[str], None]:
    """A whole turn, from the gateway to the store and back; against a turn in the middle.

    Args:
        folder: where the store lies.
    """
    agent = _agent(folder)
    loop = asyncio.new_event_loop()
    answer = partial(_answer, loop, answering.Turns(agent.handle_message), agent)
    budget = SLOW * _ordinary(answer)

    def check(text: str) -> None:
        text = text.encode("utf-8", "replace").decode()
        conversation = secrets.token_hex(16)
        # The same input comes after the same words, when it is tried again.
        before = _BEFORE[zlib.crc32(text.encode()) % len(_BEFORE)]
        for words in before:
            answer(words, conversation)
        seconds = cost(partial(answer, conversation=conversation), text)
        assert seconds < budget + _TICK, f"{seconds:.3f} s, more than {budget:.3f} s"

    return check


def _agent(folder: Path) -> Any:
    """Rasa's agent with the product's model, and a store in a folder."""
    from bot.evaluation.conversations import agent_for
    from bot.serving.training import ensure_model

    with atheris.instrument_imports(include=["actions"]):
        return agent_for(ensure_model(), folder)


def _answer(
    loop: asyncio.AbstractEventLoop,
    gateway: answering.Turns,
    agent: Any,
    text: str,
    conversation: str = "",
) -> None:
    """A message through the gateway and Rasa; without a conversation, the first of a new one."""
    message = MessageIn(conversation=conversation or secrets.token_hex(16), text=text)
    answered = loop.run_until_complete(gateway.answer(agent, message))
    assert not answered.outcome.value.startswith("safe_reply"), answered.outcome
    assert all(line.strip() for line in bubbles_of(answered.said)), "silence"


def _ordinary(answer: Callable[[str], None]) -> float:
    """What an ordinary turn costs: the one in the middle."""
    return statistics.median(cost(answer, one.text) for one in development_set()[::20])


def cost(work: Callable[[str], None], text: str) -> float:
    """Processor seconds of the whole process; the less of two, for the first may load things."""
    taken = []
    for _ in range(2):
        started = time.process_time()
        work(text)
        taken.append(time.process_time() - started)
        if taken[-1] < 4 * _TICK:
            break
    return min(taken)


@dataclass(frozen=True)
class Target:
    """What is tried.

    Attributes:
        make: makes the check, with a folder for a store.
        longest: characters of a text; more is cut off.
        seeds: the inputs that it begins with, out of messages.
    """

    make: Callable[[Path], Callable[[str], None]]
    longest: int
    seeds: Callable[[list[str]], list[str]]


def _bodies(texts: list[str]) -> list[str]:
    """As bodies of requests, and some as long as they may be."""
    return [
        MessageIn(conversation="0" * 32, text=text).model_dump_json(exclude_none=True)
        for text in [*texts, *_long_texts(texts)]
    ]


def _typed(texts: list[str]) -> list[str]:
    """A few of them, for each is a turn or three, and two as long as any that is read."""
    return [*texts[::12], *(text[:MAX_CHARACTERS] for text in _long_texts(texts)[::5])]


def _long_texts(texts: list[str]) -> list[str]:
    """Texts of several lengths up to the longest, of messages one after the other.

    Some are of calm ones alone, for what is read of a text ends with the first sign of danger.
    """
    calm = [text for text in texts if not rules.find(text).cues]
    sizes = (MAX_CHARACTERS + 1, 2 * MAX_CHARACTERS, 10_000, 30_000, _LONGEST)
    return [_joined(cycle(messages), size) for messages in (texts, calm) for size in sizes]


def _joined(messages: Iterator[str], size: int) -> str:
    parts, length = [], 0
    while length < size:
        parts.append(next(messages))
        length += len(parts[-1]) + 1
    return " ".join(parts)[:size]


TARGETS: dict[str, Target] = {
    "net": Target(lambda folder: net(), MAX_CHARACTERS, list),
    "body": Target(lambda folder: body(), MAX_BYTES, _bodies),
    "turn": Target(turn, MAX_CHARACTERS, _typed),
    "long": Target(long, _LONGEST, _long_texts),
}
# So that the hand-over is offered; nothing is passed on. And so that no turn runs out of time,
# however little of the processor it gets: what counts is what it takes of that.
_SETTINGS = {
    "CHAT_HANDOVER_URL": "http://127.0.0.1:9/",
    "CHAT_HANDOVER_SECRET": secrets.token_hex(32),
    "CHAT_REPLY_DEADLINE": "600",
}


def main(name: str, seconds: int) -> int:
    """Try inputs for so many seconds; the exit code, 0 when none failed."""
    REPORTS.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="chat-fuzz-") as folder:
        # In a process of its own: atheris ends the one it is in, and nothing is cleared away there.
        command = [sys.executable, "-m", "tests.fuzz", name, str(seconds), folder]
        return subprocess.run(command, check=False, env=os.environ | _SETTINGS).returncode


def try_inputs(name: str, seconds: int, folder: Path) -> None:
    """As `main`, but it ends this process; what reaches new code is kept in the folder."""
    store, seeds = folder / "store", folder / "seeds"
    store.mkdir()
    seeds.mkdir()
    target = TARGETS[name]
    check = target.make(store)
    # What is loaded once is loaded now.
    check(MessageIn(conversation="0" * 32, text="hello").model_dump_json(exclude_none=True))

    def one_input(data: bytes) -> None:
        check(as_text(data)[: target.longest])

    messages = [message.text for message in development_set()[::7]]
    for number, text in enumerate(target.seeds(messages)):
        (seeds / str(number)).write_text(text, encoding="utf-8")
    # A character takes up to four bytes; a body is bytes, and no text is longer than one.
    most_bytes = min(MAX_BYTES, 4 * target.longest)
    arguments = [
        sys.argv[0], str(seeds), f"-max_total_time={seconds}", f"-max_len={most_bytes}",
        "-timeout=300", "-rss_limit_mb=4096", "-print_final_stats=1",
        f"-artifact_prefix={REPORTS}/fuzz-{name}-",
    ]  # fmt: skip
    atheris.Setup(arguments, one_input)
    atheris.Fuzz()


def as_text(data: bytes) -> str:
    """The text that the bytes are in UTF-8; else each byte is a character."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


if __name__ == "__main__":
    target, limit, *folder = sys.argv[1:]
    if folder:
        try_inputs(target, int(limit), Path(*folder))
    else:
        sys.exit(main(target, int(limit)))
