"""A PostgreSQL of our own on this machine, thrown away at the end."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg2

from local_servers.ports import free_port
from local_servers.programs import find

_DEADLINE = 120.0


class Postgres:
    """One cluster in a folder of its own, on a free port of this machine.

    Attributes:
        data: the folder with everything the server writes.
        log: its log.
        port: where it listens, also again after a stop.
    """

    def __init__(self) -> None:
        """Write its files; it is not started yet.

        Raises:
            Missing: PostgreSQL is not on this machine.
            CalledProcessError: it cannot write them.
        """
        # PostgreSQL refuses to run as root.
        self._user = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
        # Where it really is, the server stands beside it.
        self._programs = find("initdb").resolve().parent
        self._folder = Path(tempfile.mkdtemp(prefix="chat-postgres-"))
        self._process: subprocess.Popen | None = None
        self.data = self._folder / "data"
        self.log = self._folder / "log"
        self.port = free_port()
        try:
            self._write_files()
        except BaseException:
            self.remove()
            raise

    def start(self) -> None:
        """Start, and wait until it answers.

        Raises:
            TimeoutError: it did not in time; the message ends with its log.
        """
        command = [
            self._programs / "postgres", "-D", self.data, "-p", str(self.port),
            "-k", self._folder, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off",
            "-c", "max_connections=50",
            # As docs/deployment.md asks for.
            "-c", "log_min_error_statement=panic",
        ]  # fmt: skip
        deadline = time.monotonic() + _DEADLINE
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                # Again, too, when what a killed server left is still being cleared away.
                with self.log.open("ab") as log:
                    self._process = subprocess.Popen(  # noqa: S603
                        command, stdout=log, stderr=log, start_new_session=True, cwd=self._folder,
                        **self._user,
                    )  # fmt: skip
            try:
                psycopg2.connect(self.url("postgres"), connect_timeout=20).close()
                return
            except psycopg2.OperationalError:
                time.sleep(0.05)
        raise TimeoutError(f"PostgreSQL did not start:\n{self.log.read_text(errors='replace')}")

    def stop(self) -> None:
        """Stop in order, but without waiting for clients."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End all its processes at once, as a power cut would."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Keep it from answering, with all connections open."""
        os.killpg(self._process.pid, signal.SIGSTOP)
        for child in _children(self._process.pid):
            os.kill(child, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it answer again."""
        for child in _children(self._process.pid):
            os.kill(child, signal.SIGCONT)
        os.killpg(self._process.pid, signal.SIGCONT)

    def remove(self) -> None:
        """Stop it and delete its folder."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, name: str) -> str:
        """The address of one of its databases."""
        return f"postgresql://chat@127.0.0.1:{self.port}/{name}"

    def create(self) -> str:
        """A new empty database; its address."""
        name = f"chat_{secrets.token_hex(4)}"
        connection = psycopg2.connect(self.url("postgres"))
        connection.autocommit = True
        connection.cursor().execute(f'CREATE DATABASE "{name}"')
        connection.close()
        return self.url(name)

    def _write_files(self) -> None:
        if self._user:
            shutil.chown(self._folder, **self._user)
        self._run("initdb", "-D", self.data, "-U", "chat", "-A", "trust", "-E", "UTF8", "--no-sync")

    def _end(self, number: int) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        children = _children(self._process.pid) if number == signal.SIGKILL else []
        for pid in [self._process.pid, *children]:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue
        self._process.wait(_DEADLINE)

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(part) for part in (self._programs / program, *arguments)]
        subprocess.run(  # noqa: S603
            command, check=True, capture_output=True, cwd=self._folder, **self._user
        )


def _children(pid: int) -> list[int]:
    """The server processes of a postmaster; each has a session of its own."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]
