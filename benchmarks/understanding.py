"""Time and memory of understanding one message, on one core.

    .venv/bin/python -m benchmarks.understanding

Reads the development set with the newest model, one message at a time, as the running bot does,
and prints the median and 95th percentile of the whole NLU step in milliseconds, beside those of
the encoder alone; both as time that passed and as processor time, which other work on the machine
does not lengthen. Memory is what loading the encoder, and reading the same messages with it, adds
to a fresh process (MB resident): the encoder alone, then with the libraries that run it.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from bot.evaluation.judge import open_judge
from bot.evaluation.sets import DEVELOPMENT, SETS, read
from bot.gateway.turns.sanitise import sanitised_text
from bot.rasa_adapters.lean_rasa import lean
from bot.safety.normalise import normalise
from bot.serving.training import ensure_model
from bot.settings import ROOT

WARM_UP = 30
_MEMORY = """
import os
def resident():
    pages = int(open("/proc/self/statm").read().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
import numpy, rasa.engine.graph, rasa.shared.nlu.training_data.training_data
import rasa.engine.recipes.default_recipe
bare = resident()
import onnxruntime, tokenizers
libraries = resident()
from bot.nlu.corpus import development_set
from bot.nlu.encoder import Encoder
from bot.safety.normalise import normalise
texts = [normalise(message.text) for message in development_set()]
before = resident()
encoder = Encoder()
for text in texts:
    encoder.encode(text)
after = resident()
print(after - before, after - before + libraries - bare)
"""


def main() -> None:
    """Measure and print."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    texts = [sanitised_text(one.text)[0] for one in read(SETS[DEVELOPMENT])]
    model = ensure_model()
    passed, spent = asyncio.run(_whole_step(texts))
    print(f"model {model.name}, {len(texts)} messages, one core")
    _print("whole NLU step", passed, spent)

    from bot.nlu.encoder import Encoder  # noqa: PLC0415 - Rasa was loaded above

    encoder = Encoder()
    _print("encoder alone", *_measured([*map(normalise, texts)], encoder.encode))
    alone, with_libraries = _memory()
    print(
        f"encoder's memory: {alone:.0f} MB; with onnxruntime and tokenizers {with_libraries:.0f} MB"
    )


async def _whole_step(texts: list[str]) -> tuple[list[float], list[float]]:
    agent = (await open_judge(ensure_model()))._agent
    lean(agent)
    for text in texts[:WARM_UP]:
        await agent.parse_message(text)
    passed, spent = [], []
    for text in texts:
        began, began_spending = time.perf_counter(), time.process_time()
        await agent.parse_message(text)
        passed.append(time.perf_counter() - began)
        spent.append(time.process_time() - began_spending)
    return passed, spent


def _measured(texts: list[str], call: Callable[[str], object]) -> tuple[list[float], list[float]]:
    for text in texts[:WARM_UP]:
        call(text)
    passed, spent = [], []
    for text in texts:
        began, began_spending = time.perf_counter(), time.process_time()
        call(text)
        passed.append(time.perf_counter() - began)
        spent.append(time.process_time() - began_spending)
    return passed, spent


def _print(name: str, passed: list[float], spent: list[float]) -> None:
    rows = []
    for kind, seconds in (("passed", passed), ("processor", spent)):
        median, high = statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]
        rows.append(f"{kind} {1000 * median:.1f} / {1000 * high:.1f} ms")
    print(f"{name} (median / 95th percentile): {', '.join(rows)}")


def _memory() -> tuple[float, float]:
    told = subprocess.run(  # noqa: S603
        [sys.executable, "-c", _MEMORY], cwd=ROOT, capture_output=True, text=True, check=True
    )
    alone, with_libraries = map(float, told.stdout.split()[-2:])
    return alone, with_libraries


if __name__ == "__main__":
    main()
