"""Starts the serving processes, keeps them running, and stops them gracefully."""

from __future__ import annotations

import asyncio
import signal
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from bot import audit
from bot.errors import OperatorError
from bot.gateway.pages import assets
from bot.rasa_adapters import model_archive
from bot.serving.progress import Progress
from bot.serving.telling import tell
from bot.serving.training import can_train, ensure_model, model_file
from bot.serving.unready import end_unready
from bot.serving.worker import START_SECONDS, Worker, in_url, reachable
from bot.settings import Settings, get_settings
from bot.storage import keys, migrate, server_log
from bot.storage.database import DatabaseFailed, get_database

# How long the start waits for the self-test before it says that something is missing.
_READY_SECONDS = 20.0
_LAST_PORT = 65_535
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run() -> None:
    """`python -m bot run`: everything up, one line with the address, until Ctrl-C or SIGTERM.

    Raises:
        OperatorError: a setting does not fit, a port is in use, or a process ends at its start.
    """
    settings = get_settings()
    ports = range(settings.port, settings.port + settings.processes)
    _refuse_apart(settings)
    _tell_of_open_redis(settings)
    model = _model()
    for port in ports:
        _refuse_taken(settings.host, port)
    _upgrade_database()
    _record_keys(settings)
    with _own(model) as copy:
        workers = [Worker(settings, port, (copy, model)) for port in ports]
        asyncio.run(_supervise(workers, settings))


def _model() -> Path:
    """The model's file; where there is none and none can be trained here, where it will be.

    Raises:
        OperatorError: it cannot be trained.
    """
    model = model_file()
    if model.exists() or can_train():
        return ensure_model()
    tell(
        f"Note: there is no {model}, and this user may not write there to train it, so people get "
        "safe replies with 999. Run `make train` as the user who owns the folder; the processes "
        "look for it every ten seconds"
    )
    return model


@contextmanager
def _own(model: Path) -> Iterator[Path]:
    """A copy of the model, so that a process that starts again finds it whole.

    Without room for a copy it is the file itself.
    """
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="chat-model-"))
            copy = model_archive.copy(model, Path(folder))
        except OSError as problem:
            tell(f"Note: the processes read {model} itself: {problem.strerror}")
            copy = model
        if model.exists():
            _tell_if_refused(model)
        yield copy


def _tell_if_refused(model: Path) -> None:
    """Each process checks it too; this is for who starts them, for their logs are elsewhere."""
    try:
        model_archive.check_digest(model)
    except (model_archive.ModelRefused, OSError) as problem:
        tell(f"Note: {problem}. Until then people get safe replies with 999. Restart afterwards")


async def _supervise(workers: list[Worker], settings: Settings) -> None:
    """Until a signal comes. Ctrl-C, SIGTERM and a closed terminal are all the same."""
    stopped = asyncio.Event()
    for number in _SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    running = [asyncio.create_task(worker.keep_running()) for worker in workers]
    if len(workers) > 1:
        running.append(asyncio.create_task(end_unready(workers)))
    waiting = asyncio.create_task(stopped.wait())
    starting = asyncio.create_task(_started(workers, settings))
    try:
        await asyncio.wait({waiting, starting}, return_when=asyncio.FIRST_COMPLETED)
        if not stopped.is_set():
            starting.result()
            await asyncio.wait({waiting, *running}, return_when=asyncio.FIRST_COMPLETED)
            for ended in (task for task in running if task.done()):
                ended.result()  # only a mistake of our own ends one: say which, and fail
        tell("\nStopping.")
    finally:
        for worker in workers:
            worker.stop()
        for task in (starting, waiting, *running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    tell("Stopped.")


async def _started(workers: list[Worker], settings: Settings) -> None:
    """Wait until all answer, and say where. One that does not stops none of the others.

    Raises:
        OperatorError: all ended, or none answers at all.
    """
    with Progress("Starting"):
        up = await _answering(workers, "health", START_SECONDS)
        ready = await _answering(up, "ready", _READY_SECONDS)
    if not up:
        raise OperatorError(_why_none_answers(workers))
    for worker in (one for one in workers if one not in up):
        tell(f"Note: the process on port {worker.port} does not answer yet. See {worker.log}")
    if len(ready) < len(up):
        tell(
            "Note: not everything works yet, so people get safe replies with 999. "
            f"What is missing stands in {workers[0].log}"
        )
    try:
        assets.load()
    except assets.NoScript as problem:
        tell(f"Note: {problem}")
    ports = f", and on the next {len(workers) - 1} ports" if len(workers) > 1 else ""
    address = f"http://{in_url(settings.host)}:{settings.port}/chat/"
    tell(f"The chat is at {address}{ports} (Ctrl-C stops it)")


async def _answering(workers: list[Worker], path: str, seconds: float) -> list[Worker]:
    """Those that have answered with 200; waits for all until the time is over.

    Where all end before any of them has answered, waiting is over at once.
    """
    deadline = time.monotonic() + seconds
    ends_before = {worker: worker.ends for worker in workers}
    answered: list[Worker] = []
    while len(answered) < len(workers) and time.monotonic() < deadline:
        if not answered and all(worker.ends > ends_before[worker] for worker in workers):
            break
        waiting = [worker for worker in workers if worker not in answered]
        answers = await asyncio.gather(*(worker.answers(path, 10) for worker in waiting))
        answered += [worker for worker, has in zip(waiting, answers, strict=True) if has]
        if len(answered) < len(workers):
            await asyncio.sleep(0.1)
    return answered


def _why_none_answers(workers: list[Worker]) -> str:
    worker = workers[0]
    if not worker.ends:
        return f"no answer in {START_SECONDS:.0f} s; see {worker.log.parent}"
    return (
        f"the process on port {worker.port} ended; the last lines of {worker.log}:\n"
        f"{worker.last_lines()}"
    )


def _refuse_apart(settings: Settings) -> None:
    """Refuses processes or machines that serve the same conversations without what they share."""
    if settings.processes > 1 and not settings.redis_url:
        raise OperatorError(
            f"CHAT_PROCESSES is {settings.processes}, and processes need a lock between them: "
            "set REDIS_URL. See docs/deployment.md"
        )
    if settings.replicas > 1 and (missing := list(_not_shared(settings))):
        raise OperatorError(
            f"CHAT_REPLICAS is {settings.replicas}, and replicas must share {', '.join(missing)}. "
            "See docs/deployment.md"
        )


def _not_shared(settings: Settings) -> Iterator[str]:
    """Yields what replicas lack, by the variable to set."""
    if not settings.redis_url:
        yield "a lock (REDIS_URL)"
    if settings.database_url.startswith("sqlite"):
        yield "a PostgreSQL database (DATABASE_URL)"
    if "secret_key" not in settings.model_fields_set:
        yield "the key that signs buttons (CHAT_SECRET_KEY)"


def _tell_of_open_redis(settings: Settings) -> None:
    parts = urlsplit(settings.redis_url)
    if settings.redis_url and parts.scheme != "unix" and not parts.password:
        tell("Note: REDIS_URL has no password: whoever reaches Redis can hold up every chat")


def _upgrade_database() -> None:
    """Bring the tables up to date, and say so where that fails.

    A database that is down, or whose tables somebody holds, stops nothing: 999 needs none, and the
    processes try again with each message.

    Raises:
        OperatorError: the settings name no database, or no key for it.
    """
    keys.check()
    try:
        migrate.upgrade(get_database())
        for note in server_log.notes(get_database()):
            tell(f"Note: {note}")
    except DatabaseFailed as problem:
        tell(f"Note: {problem}")


def _record_keys(settings: Settings) -> None:
    """Writes down when other keys came into use; keys made for this start alone are none."""
    made = settings.model_fields_set
    secrets = {
        "storage_keys": settings.storage_keys,
        "secret_key": (settings.secret_key,) if "secret_key" in made else (),
        "handover_secret": (settings.handover_secret,) if settings.handover_secret else (),
    }
    try:
        audit.record_keys(**{kind: [*map(keys.id_of, of)] for kind, of in secrets.items()})
    except audit.NotRecorded as problem:
        tell(f"Note: {problem}")


def _refuse_taken(host: str, port: int) -> None:
    if port > _LAST_PORT:
        raise OperatorError(f"there is no port {port}. Choose a lower CHAT_PORT")
    try:
        found = socket.getaddrinfo(reachable(host), port, type=socket.SOCK_STREAM)
    except OSError as problem:
        raise OperatorError(f"CHAT_HOST={host} is no address of this machine: {problem}") from None
    for family, *_, address in found:
        with socket.socket(family) as probe:
            probe.settimeout(0.5)
            if probe.connect_ex(address) == 0:
                raise OperatorError(
                    f"port {port} is in use. Stop what uses it, or choose another with CHAT_PORT"
                )
