"""A serving process as the supervisor sees it: started, watched, and started again."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from bot import stopping
from bot.serving.telling import tell
from bot.serving.training import ROOT
from bot.settings import Settings

LOGS = ROOT / "models" / "logs"
# A log longer than this is put aside, so that two of them are all that a port ever has.
LOG_BYTES = 20_000_000
# Seconds without an answer to /chat/health after which a process counts as hung. Longer than any
# reply may take, so whoever waits for it has been given up anyway. On a machine that is too busy,
# those in which it got no processor do not count: another one would get none either, and has to
# start first.
HUNG_SECONDS = 8.0
_PROCESSES = Path("/proc")
# Found here, for a process that has just been forked must load nothing.
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None
# How long a process may take until it answers at all.
START_SECONDS = 120.0
_LOOK_SECONDS = 1.0
# Connections that wait until the event loop has a moment for them. Rasa's 100 are few when many
# come while a step of a turn runs: one more is tried again only after a second, and nginx does not
# wait for that. Linux itself allows no more than net.core.somaxconn.
_BACKLOG = 1_024
# Addresses that stand for all of this machine's, and one of those. What listens on `::` listens on
# no address of the old kind.
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - nothing listens here
# Seconds before the next start: doubled each time, and short again after a steady run.
_FIRST_PAUSE, _LONGEST_PAUSE, _STEADY_SECONDS = 0.25, 30.0, 60.0


class Worker:
    """One serving process on one port.

    Attributes:
        port: where it listens.
        log: its output since the supervisor's start; what grew too long is beside it, in `.old`.
        ends: how often it has ended without being asked to.
    """

    def __init__(self, settings: Settings, port: int, models: Sequence[Path]) -> None:
        """Each start reads the first of the models that is there then."""
        self.port = port
        self.log = LOGS / f"chat-{port}.log"
        self.ends = 0
        self._host = reachable(settings.host)
        self._models = models
        self._stop_seconds = stopping.in_all(settings)
        self._is_stopping = False
        self._why_to_end = ""
        self._environment = {
            **os.environ,
            "CHAT_PORT": str(port),
            "CHAT_METRICS_PORT": str(_metrics_port(settings, port)),
            # Rasa would share one socket among workers, unevenly.
            "SANIC_WORKERS": "1",
            "SANIC_BACKLOG": str(_BACKLOG),
            "PYTHONUNBUFFERED": "1",
        }
        # One that is set reaches the process as it reached us, perhaps by a file and not by the
        # environment. One that was made here has no other way.
        if "secret_key" not in settings.model_fields_set:
            self._environment["CHAT_SECRET_KEY"] = settings.secret_key

    def stop(self) -> None:
        """Start it no more.

        Said before a cancel, which asyncio.wait_for may lose (before Python 3.12).
        """
        self._is_stopping = True

    def end(self, why: str) -> None:
        """End the process that runs now, gracefully, and start another.

        Args:
            why: completes "The process on port 5005 ..." for operators.
        """
        self._why_to_end = why

    async def keep_running(self) -> None:
        """Run until told to stop or cancelled, and then stop gracefully."""
        with contextlib.suppress(OSError):
            LOGS.mkdir(parents=True, exist_ok=True)
            self.log.write_bytes(b"")
        pause = _FIRST_PAUSE
        while not self._is_stopping:
            started = time.monotonic()
            try:
                reason = await self._run_once()
            # No memory, no process, no file, or what went wrong in the new process: it may pass.
            except (OSError, subprocess.SubprocessError) as error:
                reason = f"could not be started ({error})"
            if self._is_stopping:
                return
            self.ends += 1
            if time.monotonic() - started > _STEADY_SECONDS:
                pause = _FIRST_PAUSE
            tell(f"The process on port {self.port} {reason}; starting it again. See {self.log}")
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def answers(self, path: str, seconds: float) -> bool:
        """True when `GET /chat/PATH` is answered with 200 in time."""
        try:
            return await asyncio.wait_for(self._get(path), seconds)
        except (TimeoutError, OSError, ValueError, EOFError):
            return False

    def last_lines(self) -> str:
        """The end of its log, for operators; "" where there is none."""
        try:
            lines = self.log.read_text(errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join([line for line in lines if line.strip()][-8:])

    async def _run_once(self) -> str:
        """Run one process to its end; return how it ended."""
        self._why_to_end = ""
        process = await self._start()
        ended = asyncio.ensure_future(process.wait())
        last_answer, patience = _own_time(process.pid), START_SECONDS
        try:
            while not (ended.done() or self._is_stopping):
                await asyncio.wait({ended}, timeout=_LOOK_SECONDS)
                if ended.done():
                    break
                if self._why_to_end:
                    return self._why_to_end
                # Elsewhere, for a slow disk must not keep others from being looked after.
                await asyncio.to_thread(self._shorten_log)
                if await self.answers("health", HUNG_SECONDS):
                    last_answer, patience = _own_time(process.pid), HUNG_SECONDS
                elif _own_time(process.pid) - last_answer > patience:
                    process.kill()
                    await ended
                    return "did not answer"
            return f"ended ({ended.result()})" if ended.done() else "is to stop"
        finally:
            await self._stop(process, ended)

    async def _start(self) -> asyncio.subprocess.Process:
        model = next((one for one in self._models if one.exists()), self._models[-1])
        with self._output() as log:
            return await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "serve", str(model),
                cwd=ROOT,
                stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
                # Of its own group, so that Ctrl-C reaches it through us, in order.
                start_new_session=True,
                # And if we are killed outright, it must not live on alone.
                preexec_fn=end_with_parent if sys.platform == "linux" else None,
                env=self._environment,
            )  # fmt: skip

    def _output(self) -> IO[bytes]:
        """Its log, or this process's own output: a log that cannot be opened stops nobody's answer.

        In a container all files are read-only, and what a process prints is collected.
        """
        try:
            return self.log.open("ab")
        except OSError as error:
            tell(f"Note: no log in {self.log} ({error.strerror}), so its lines come here")
            return _own_output()

    def _shorten_log(self) -> None:
        """Put a long log aside and empty it; on a full disk it is only emptied.

        The process writes on in the same file, at its end.
        """
        with contextlib.suppress(OSError):
            if self.log.stat().st_size <= LOG_BYTES:
                return
            with contextlib.suppress(OSError):
                shutil.copyfile(self.log, self.log.with_suffix(".log.old"))
            os.truncate(self.log, 0)

    async def _stop(self, process: asyncio.subprocess.Process, ended: asyncio.Future) -> None:
        if ended.done():
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
            await asyncio.wait({ended}, timeout=self._stop_seconds)
            if not ended.done():
                process.kill()
        await ended

    async def _get(self, path: str) -> bool:
        reader, writer = await asyncio.open_connection(self._host, self.port)
        try:
            host = in_url(self._host)
            writer.write(f"GET /chat/{path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            return (await reader.readline()).split()[1:2] == [b"200"]
        finally:
            writer.close()


def reachable(host: str) -> str:
    """An address at which this machine itself reaches what listens on another.

    >>> reachable("::"), reachable("192.0.2.1")
    ('::1', '192.0.2.1')
    """
    return _ANY.get(host, host)


def in_url(host: str) -> str:
    """A host as it stands before a port.

    >>> in_url("::1"), in_url("127.0.0.1")
    ('[::1]', '127.0.0.1')
    """
    return f"[{host}]" if ":" in host else host


def _own_time(pid: int) -> float:
    """Seconds by the clock, but for those that a process has waited for a processor so far.

    Linux counts these for each thread; this is the first one, in which the event loop runs.
    """
    try:
        waited = int((_PROCESSES / str(pid) / "schedstat").read_text().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):  # another system, or one that does not count them
        waited = 0.0
    return time.monotonic() - waited


def end_with_parent() -> None:
    """Ask Linux to send this process SIGTERM when its parent dies (prctl, PR_SET_PDEATHSIG)."""
    if _prctl:
        _prctl(1, signal.SIGTERM)


def _own_output() -> IO[bytes]:
    """What this process prints to, opened once more; nowhere if it was closed."""
    try:
        return os.fdopen(os.dup(2), "ab", buffering=0)
    except OSError:
        return Path(os.devnull).open("ab")


def _metrics_port(settings: Settings, port: int) -> int:
    """Each process has figures of its own, on the next port each; 0 where none are wanted."""
    return settings.metrics_port and settings.metrics_port + port - settings.port
