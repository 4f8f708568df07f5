"""Where the time of a turn goes: `python -m benchmarks.parts`.

Holds conversations in this process as the gateway does, but for HTTP, and looks a thousand times a
second at what it is at: the innermost line that belongs to a part tells. Prints each part's share
of the samples. The looking costs some percent itself, the same for all parts.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from types import FrameType

from bot.evaluation.conversations import agent_for
from bot.gateway.http.body import MessageIn
from bot.gateway.turns.answering import Turns
from bot.nlu.corpus import corpus
from bot.serving.training import ensure_model

# By the files of a part; the first that fits counts, so what is narrower stands first.
PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("encoder (ONNX)", ("/bot/nlu/encoder.py",)),
    ("grammar (spaCy)", ("/bot/safety/parser.py", "/bot/safety/word_vectors.py", "/spacy/")),
    ("n-grams and labels", ("/bot/nlu/ngrams.py", "/bot/nlu/label_", "/bot/nlu/predictions.py")),
    ("rules and normalising", ("/bot/safety/", "/bot/nlu/danger_", "/bot/nlu/readings.py")),
    ("actions", ("/actions/", "/bot/rasa_adapters/own_actions.py", "/rasa_sdk/")),
    ("words of answers", ("/bot/content/", "/bot/rasa_adapters/responses.py")),
    ("store", ("/bot/storage/", "/sqlalchemy/")),
    ("RulePolicy", ("/rule_policy.py",)),
    ("gateway", ("/bot/gateway/", "/bot/rasa_adapters/turn_guards.py")),
    ("rest of Rasa", ("/rasa/", "/bot/rasa_adapters/", "/bot/nlu/")),
)
WAITING = "waiting"
_EVERY = 0.001
_MESSAGES, _WARM_UP = 1_500, 100


class Samples(threading.Thread):
    """Looks at all threads until it is told to stop: one of them works for a turn at a time.

    Attributes:
        seen: how often each part was met.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.seen: Counter[str] = Counter()
        self._is_over = threading.Event()

    def run(self) -> None:
        """Look now and then."""
        while not self._is_over.wait(_EVERY):
            found = map(part, sys._current_frames().values())
            self.seen[next((one for one in found if one != WAITING), WAITING)] += 1

    def end(self) -> None:
        """Look no more."""
        self._is_over.set()
        self.join()


def part(frame: FrameType | None) -> str:
    """The part that the innermost line which belongs to any belongs to."""
    while frame is not None:
        file = frame.f_code.co_filename
        for name, files in PARTS:
            if any(one in file for one in files):
                return name
        frame = frame.f_back
    return WAITING


def main() -> None:
    """Measure and print."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    # So that who looks has its turn soon, also where Python works on.
    sys.setswitchinterval(_EVERY / 5)
    texts = [message.text for message in corpus()]
    texts = texts[:: len(texts) // (_MESSAGES + _WARM_UP)]
    with tempfile.TemporaryDirectory() as folder:
        seen, seconds = asyncio.run(_measure(texts, Path(folder)))
    messages = len(texts) - _WARM_UP
    print(f"{messages} first messages of conversations, {1_000 * seconds / messages:.1f} ms each")
    for name, times in seen.most_common():
        print(f"{name:24}{100 * times / seen.total():5.1f} %")


async def _measure(texts: list[str], folder: Path) -> tuple[Counter[str], float]:
    agent = agent_for(ensure_model(), folder)
    turns = Turns(agent.handle_message)
    await _say(turns, agent, texts[:_WARM_UP])
    samples = Samples()
    samples.start()
    began = time.perf_counter()
    await _say(turns, agent, texts[_WARM_UP:])
    seconds = time.perf_counter() - began
    samples.end()
    return samples.seen, seconds


async def _say(turns: Turns, agent: object, texts: list[str]) -> None:
    for text in texts:
        await turns.answer(agent, MessageIn(conversation=secrets.token_hex(16), text=text))


if __name__ == "__main__":
    main()
