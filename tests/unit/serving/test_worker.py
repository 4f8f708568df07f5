"""A serving process is started again whatever stands in the way."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

import pytest

from bot.serving import worker
from bot.serving.worker import Worker
from bot.settings import Settings
from local_servers.ports import free_port
from tests.integration.waiting import PATIENCE

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::1", "::"])
def test_a_process_is_found_on_whatever_address_it_listens(host):
    seen = []

    async def answer(reader, writer):
        seen.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        writer.close()

    async def scene():
        async with await asyncio.start_server(answer, host, 0) as server:
            port = server.sockets[0].getsockname()[1]
            return await Worker(Settings(host=host), port, [Path("model")]).answers(
                "health", PATIENCE
            )

    assert asyncio.run(scene())
    assert ("Host: [::1]\r\n" in seen[0]) is (":" in host)


async def is_tried_again():
    """A start that fails, three times."""
    started = Worker(Settings(), 1, [Path("model")])
    keeping = asyncio.create_task(started.keep_running())
    while started.ends < 3 and not keeping.done():
        await asyncio.sleep(0.01)
    assert not keeping.done(), keeping.exception()
    keeping.cancel()


def test_a_start_that_fails_is_tried_again_even_when_nothing_can_be_said(
    tmp_path, monkeypatch, disk_is_full
):
    monkeypatch.setattr(worker, "LOGS", tmp_path)
    monkeypatch.setattr(worker, "_FIRST_PAUSE", 0.01)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-such-program"))
    with disk_is_full():
        asyncio.run(asyncio.wait_for(is_tried_again(), PATIENCE))


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells a process that its parent died"
)
def test_a_start_that_fails_in_the_new_process_itself_is_tried_again(tmp_path, monkeypatch):
    """What is raised there is no OSError here."""

    def fail(*given):
        raise MemoryError

    monkeypatch.setattr(worker, "LOGS", tmp_path)
    monkeypatch.setattr(worker, "_FIRST_PAUSE", 0.01)
    monkeypatch.setattr(worker, "_prctl", fail)
    asyncio.run(asyncio.wait_for(is_tried_again(), PATIENCE))


def runs(script, serving, until):
    """A worker whose process runs the script, until something holds; what is said of its end."""
    serving(script)

    async def scene():
        started = AnswersWhileItRuns(Settings(), free_port(), [Path("model")])
        started.runs = lambda: True
        keeping = asyncio.create_task(started.keep_running())
        while not until(started) and not keeping.done():
            await asyncio.sleep(0.02)
        has_failed = keeping.done()
        started.stop()
        keeping.cancel()
        await asyncio.wait({keeping}, timeout=PATIENCE)
        assert not has_failed and not started.ends
        return started

    return asyncio.run(asyncio.wait_for(scene(), PATIENCE))


def test_a_log_that_gets_long_is_put_aside_and_the_process_writes_on(
    tmp_path, serving, monkeypatch
):
    monkeypatch.setattr(worker, "LOG_BYTES", 2_000)
    lines = "#!/bin/sh\nn=0\nwhile sleep 0.002; do n=$((n + 1)); echo line $n; done\n"

    def old():
        return next(tmp_path.glob("*.log.old"), None)

    seen = []

    def is_put_aside_twice(started):
        first = old().read_text().split("\n")[0] if old() else ""
        if first not in seen:
            seen.append(first)
        return len(seen) > 3

    started = runs(lines, serving, is_put_aside_twice)
    assert b"\0" not in started.log.read_bytes(), "it goes on from the beginning"
    assert old().read_text().startswith("line ")
    assert len(list(tmp_path.glob("*.old"))) == 1


def test_a_log_that_cannot_be_put_aside_is_shortened_all_the_same(tmp_path, serving, monkeypatch):
    monkeypatch.setattr(worker, "LOG_BYTES", 2_000)

    def no_room(*given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(worker.shutil, "copyfile", no_room)
    lines = (
        "#!/bin/sh\nprintf '%3000d\\n' 1\n"
        f"while [ -s {tmp_path}/chat-*.log ]; do sleep 0.05; done\n"
        "echo later\nexec sleep 600\n"
    )
    started = runs(lines, serving, lambda one: one.log.exists() and "later" in one.log.read_text())
    assert started.log.read_text() == "later\n"


def test_a_log_that_cannot_be_opened_comes_to_the_output(tmp_path, serving, monkeypatch, capfd):
    monkeypatch.setattr(worker, "LOGS", tmp_path / "file" / "logs")
    (tmp_path / "file").touch()
    output = ""

    def is_there(started):
        nonlocal output
        output += capfd.readouterr().err
        return "a line of the process" in output

    runs("#!/bin/sh\necho a line of the process\nexec sleep 600\n", serving, is_there)


@pytest.fixture
def serving(tmp_path, monkeypatch):
    """Looks often, has little patience, and runs a shell script in the place of the bot."""
    for name, seconds in (("HUNG_SECONDS", 0.5), ("START_SECONDS", 0.5), ("_LOOK_SECONDS", 0.05)):
        monkeypatch.setattr(worker, name, seconds)
    monkeypatch.setattr(worker, "LOGS", tmp_path)
    program = tmp_path / "serves"
    monkeypatch.setattr(sys, "executable", str(program))

    def write(script):
        program.write_text(script)
        program.chmod(0o700)

    return write


class Kernel:
    """Stands for /proc: not every machine counts how long a process waits for a processor."""

    def __init__(self, waited):
        """Args: waited: gives the nanoseconds of a process, by its number."""
        self._waited = waited
        self._names = []

    def __truediv__(self, name):
        self._names.append(name)
        return self

    def read_text(self):
        pid, file = self._names
        self._names = []
        assert file == "schedstat"
        return f"7 {self._waited(int(pid))} 1"


def unknown(pid):
    raise FileNotFoundError(pid)


@pytest.mark.parametrize(
    ("waited", "is_ended"),
    [(lambda pid: 0, True), (lambda pid: time.monotonic_ns(), False), (unknown, True)],
    ids=["had a processor", "got no processor", "unknown"],
)
def test_only_what_had_a_processor_and_is_silent_counts_as_hung(
    monkeypatch, serving, waited, is_ended
):
    monkeypatch.setattr(worker, "_PROCESSES", Kernel(waited))
    serving("#!/bin/sh\nexec sleep 600\n")

    async def scene():
        started = Worker(Settings(), free_port(), [Path("model")])
        keeping = asyncio.create_task(started.keep_running())
        if is_ended:
            while not started.ends:
                await asyncio.sleep(0.05)
        else:  # for several times as long as its patience
            await asyncio.sleep(2.5)
        ends = started.ends
        started.stop()
        keeping.cancel()
        await asyncio.wait({keeping}, timeout=PATIENCE)
        return ends

    assert bool(asyncio.run(asyncio.wait_for(scene(), PATIENCE))) is is_ended


class AnswersWhileItRuns(Worker):
    """Its process is taken to answer as long as the test says so."""

    async def answers(self, path: str, seconds: float) -> bool:
        return self.runs()


def test_one_that_has_ended_is_told_as_that_however_long_it_got_no_processor(
    serving, capsys, monkeypatch
):
    """Of a process that is gone nobody knows how long it had waited for a processor."""

    def nine_seconds(pid):
        return 9_000_000_000 if Path(f"/proc/{pid}").exists() else unknown(pid)

    monkeypatch.setattr(worker, "_PROCESSES", Kernel(nine_seconds))
    # It ends before the second look.
    monkeypatch.setattr(worker, "_LOOK_SECONDS", PATIENCE)
    serving("#!/bin/sh\nsleep 0.3\nexit 3\n")

    async def scene():
        started = AnswersWhileItRuns(Settings(), free_port(), [Path("model")])
        started.runs = lambda: False
        keeping = asyncio.create_task(started.keep_running())
        while not started.ends:
            await asyncio.sleep(0.05)
        started.stop()
        keeping.cancel()
        await asyncio.wait({keeping}, timeout=PATIENCE)

    asyncio.run(asyncio.wait_for(scene(), PATIENCE))
    said = capsys.readouterr()
    assert "ended (3)" in said.out + said.err


class LosesCancel(Worker):
    """Its look at the process swallows a cancel, as asyncio.wait_for may before Python 3.12."""

    async def answers(self, path: str, seconds: float) -> bool:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return True
        return False


def test_a_stop_holds_though_its_cancel_gets_lost(tmp_path, monkeypatch):
    monkeypatch.setattr(worker, "LOGS", tmp_path)
    monkeypatch.setattr(worker, "_LOOK_SECONDS", 0.01)
    program = tmp_path / "serves"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))

    async def scene():
        started = LosesCancel(Settings(), 1, [Path("model")])
        keeping = asyncio.create_task(started.keep_running())
        await asyncio.sleep(0.5)
        started.stop()
        keeping.cancel()
        await asyncio.wait({keeping}, timeout=PATIENCE)
        assert keeping.done()
        assert started.ends == 0, "it was not started again"

    asyncio.run(asyncio.wait_for(scene(), PATIENCE))


def test_each_start_reads_the_first_model_that_is_there_and_needs_no_log(tmp_path, monkeypatch):
    copy, model, told = tmp_path / "copy", tmp_path / "model", tmp_path / "told"
    copy.touch()
    model.touch()
    monkeypatch.setattr(worker, "LOGS", tmp_path / "copy" / "no-folder")
    monkeypatch.setattr(worker, "_FIRST_PAUSE", 0.01)
    program = tmp_path / "serves"
    program.write_text(f'#!/bin/sh\necho "$4" >> {told}\nrm -f {copy}\n')
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))

    async def scene():
        started = Worker(Settings(), 1, [copy, model])
        keeping = asyncio.create_task(started.keep_running())
        while started.ends < 2 and not keeping.done():
            await asyncio.sleep(0.01)
        assert not keeping.done(), keeping.exception()
        keeping.cancel()

    asyncio.run(asyncio.wait_for(scene(), PATIENCE))
    assert told.read_text().splitlines()[:2] == [str(copy), str(model)]
