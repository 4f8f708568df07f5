"""Time from start to first answer, memory and size, for one or more environments in one run.

    .venv/bin/python benchmarks/start.py .venv /elsewhere/venv-with-tensorflow

Each environment starts the action server and Rasa with the newest model, as `make run` does,
three times in turn. Printed are the median seconds until the first answer over HTTP, the
resident memory of both processes after it (MB), and the size of the environment (MB).
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

import requests

from bot.serving.training import ROOT, ensure_model

RUNS = 3
GIVE_UP_AFTER = 120


def main(environments: list[str]) -> None:
    """Measure each environment (a folder with bin/python) and print a table."""
    model = ensure_model()
    results: dict[str, list[tuple[float, float, float]]] = {name: [] for name in environments}
    for _ in range(RUNS):
        for name in environments:
            results[name].append(measure(Path(name) / "bin" / "python", model))
    print(f"{'environment':50} seconds  Rasa MB  actions MB  both MB  installed MB")
    for name, runs in results.items():
        seconds, rasa, actions = (statistics.median(column) for column in zip(*runs, strict=True))
        size = int(subprocess.check_output(["du", "-sm", name], text=True).split()[0])  # noqa: S603, S607
        both = rasa + actions
        print(f"{name:50} {seconds:7.1f}  {rasa:7.0f}  {actions:10.0f}  {both:7.0f}  {size:12}")


def measure(python: Path, model: Path) -> tuple[float, float, float]:
    """Seconds to the first answer, and MB resident of the Rasa and the action server."""
    port, action_port = _free_port(), 5055
    environment = {
        **os.environ,
        "CHAT_ACTION_PORT": str(action_port),
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    rasa = ["-m", "rasa", "run", "--model", str(model), "-i", "127.0.0.1", "--port", str(port)]
    started = time.monotonic()
    processes = [
        subprocess.Popen(  # noqa: S603
            [str(python.absolute()), *command],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for command in (rasa, ["-m", "bot", "actions"])
    ]
    try:
        _first_answer(port, started)
        seconds = time.monotonic() - started
        return seconds, *(_resident_mb(process.pid) for process in processes)  # type: ignore[return-value]
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def _first_answer(port: int, started: float) -> None:
    address = f"http://127.0.0.1:{port}/webhooks/rest/webhook"
    body = {"sender": "start", "message": "what is a stalking protection order"}
    while time.monotonic() - started < GIVE_UP_AFTER:
        try:
            if requests.post(address, json=body, timeout=30).json():
                return
        except (requests.RequestException, ValueError):
            pass
        time.sleep(0.05)
    raise SystemExit(f"no answer within {GIVE_UP_AFTER} s")


def _resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise SystemExit(f"no memory figure for process {pid}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main(sys.argv[1:])
