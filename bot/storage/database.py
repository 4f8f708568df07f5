"""The database, SQLite or PostgreSQL: one engine, short timeouts, nothing left behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy
from psycopg2.errorcodes import LOCK_NOT_AVAILABLE
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.pool import QueuePool

from bot.errors import OperatorError
from bot.settings import get_settings

SECONDS = 2
"""How long a connection, a statement or a lock may take before it counts as failed."""

# Marks a connection that needs no transaction.
_IS_READING = "is_reading"
# Connections, and threads that wait for them, of one process.
_CONNECTIONS = 4
_MILLISECONDS = SECONDS * 1000
# Seconds within which a failure costs nobody their answer.
_AT_ONCE = 0.2
# For a lock of somebody else less, so that it can be told from a server that does not answer.
_LOCK_MILLISECONDS = _MILLISECONDS * 3 // 4

Result = TypeVar("Result")


class DatabaseFailed(OperatorError):
    """The database cannot be reached or does not do what it was asked. Holds no data."""


class RowHeld(DatabaseFailed):
    """Somebody else holds the row: this conversation waits in vain, and no other does."""


class Database:
    """One engine for the whole process.

    Attributes:
        engine: SQLAlchemy's engine.
        is_sqlite: whether the database is a file and not a PostgreSQL server.
        name: the database's address without its password, for operators.
    """

    def __init__(self, url: str, folder: Path) -> None:
        """Prepare, without connecting yet.

        Args:
            url: sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.
            folder: where a relative SQLite file is.

        Raises:
            OperatorError: the address is neither of both.
        """
        address = _address(url, folder)
        self.name = address.render_as_string(hide_password=True)
        self.is_sqlite = address.get_backend_name() == "sqlite"
        self.engine: Engine = sqlalchemy.create_engine(
            address,
            future=True,
            # An error or a log line of SQLAlchemy must never quote a value.
            hide_parameters=True,
            poolclass=QueuePool,
            pool_size=_CONNECTIONS,
            max_overflow=0,
            pool_timeout=SECONDS,
            # A server that was restarted must not cost the next person an answer.
            pool_pre_ping=not self.is_sqlite,
            connect_args=_SQLITE if self.is_sqlite else _POSTGRESQL,
        )
        if self.is_sqlite:
            sqlalchemy.event.listen(self.engine, "do_connect", _make_private)
            sqlalchemy.event.listen(self.engine, "connect", _set_pragmas)
            sqlalchemy.event.listen(self.engine, "begin", _begin_immediate)
        self._reader = self.engine.execution_options(**{_IS_READING: True})
        self._alone = contextlib.nullcontext if self.is_sqlite else _autocommit
        self._writers = threading.Lock()
        self._threads = ThreadPoolExecutor(_CONNECTIONS, thread_name_prefix="database")
        self._rests_until = float("-inf")

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction, committed when the block ends and rolled back when it raises.

        Raises:
            DatabaseFailed: the database is down, locked, full, read-only or too slow.
        """
        with self._failing(), self._as_only_writer(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """For one statement that changes nothing: no transaction, no lock, nothing to commit.

        Raises:
            DatabaseFailed: as `begin`.
        """
        with self._failing(), self._reader.connect() as connection, self._alone(connection):
            yield connection

    @contextmanager
    def _as_only_writer(self) -> Iterator[None]:
        """One after the other in this process, where the database takes one writer only.

        SQLite lets those who wait try again now and then, and some of many never get their turn.
        """
        if not self.is_sqlite:
            yield
        elif self._writers.acquire(timeout=SECONDS):
            try:
                yield
            finally:
                self._writers.release()
        else:
            raise DatabaseFailed(f"database {self.name}: others are writing for too long")

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except (IntegrityError, DataError):
            raise
        except (DBAPIError, NoConnectionFree) as error:
            failed = RowHeld if _is_lock_held(error) else DatabaseFailed
            raise failed(f"database {self.name}: {_reason(error)}") from None

    async def run(self, work: Callable[[Connection], Result]) -> Result:
        """Do `work` in a transaction, in a thread, so that the event loop goes on meanwhile.

        Raises:
            DatabaseFailed: as `begin`, or it took longer than `SECONDS`.
        """

        def in_transaction() -> Result:
            with self.begin() as connection:
                return work(connection)

        return await self.beside(in_transaction)

    async def beside(self, work: Callable[[], Result], *, is_of_turn: bool = True) -> Result:
        """Do work that opens its own transactions in a thread, within a deadline.

        After a failure that took time nothing is tried for a moment, so that a turn that reads and
        writes, and all others that wait, lose those seconds only once. Not after one that came at
        once: a database that is full or read-only can still be read. Nor after a row that was held:
        that is a matter of one conversation.

        Args:
            work: what to do.
            is_of_turn: False for work of many statements that nobody waits for. Where that fails,
                a turn of a few may go well.

        Raises:
            DatabaseFailed: as `begin`, or it took longer than `SECONDS`.
        """
        if time.monotonic() < self._rests_until:
            raise DatabaseFailed(f"database {self.name}: it failed a moment ago")
        loop, began = asyncio.get_running_loop(), time.monotonic()
        try:
            return await asyncio.wait_for(loop.run_in_executor(self._threads, work), SECONDS)
        except TimeoutError:
            if is_of_turn:
                self._rests_until = time.monotonic() + SECONDS
            raise DatabaseFailed(f"database {self.name}: no answer in {SECONDS} s") from None
        except RowHeld:
            raise
        except DatabaseFailed:
            if is_of_turn and time.monotonic() - began > _AT_ONCE:
                self._rests_until = time.monotonic() + SECONDS
            raise

    def close(self) -> None:
        """Close all connections; the object can still be used and opens new ones."""
        self.engine.dispose()


@lru_cache(maxsize=1)
def get_database() -> Database:
    """The database of the settings, shared by all parts of this process.

    Raises:
        OperatorError: DATABASE_URL is not an address of a database.
    """
    settings = get_settings()
    return Database(settings.database_url, settings.state_folder)


# `timeout` is how long SQLite waits for another process' lock. Threads share the pool, one
# connection is used by one thread at a time. isolation_level None: we say BEGIN ourselves.
_SQLITE: dict[str, Any] = {
    "timeout": SECONDS,
    "check_same_thread": False,
    "isolation_level": None,
}
# tcp_user_timeout is for a network that swallows packets, statement_timeout for a busy server.
_POSTGRESQL: dict[str, Any] = {
    "connect_timeout": SECONDS,
    "tcp_user_timeout": _MILLISECONDS,
    "keepalives_idle": 10,
    "application_name": "chat",
    "options": f"-c statement_timeout={_MILLISECONDS} -c lock_timeout={_LOCK_MILLISECONDS} "
    f"-c idle_in_transaction_session_timeout={5 * _MILLISECONDS}",
}
# Erased bytes are overwritten; the journal is emptied after each transaction (a write-ahead log
# would keep them until a checkpoint); nothing is spilled to temporary files.
_PRAGMAS = ("secure_delete = ON", "journal_mode = TRUNCATE", "temp_store = MEMORY")


def _address(url: str, folder: Path) -> URL:
    wrong = "DATABASE_URL is not sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise OperatorError(f"{wrong}. See docs/settings.md") from None
    if "@" in (address.host or "") or "password" in address.query:
        # The rest of a password would be shown as the host.
        raise OperatorError(f"{wrong}; in a password write @ as %40. See docs/settings.md")
    if address.drivername == "sqlite" and address.database not in (None, "", ":memory:"):
        return address.set(database=str(folder / address.database))
    if address.drivername in ("postgresql", "postgresql+psycopg2") and address.database:
        return address
    raise OperatorError(f"{wrong}. See docs/settings.md")


def _is_lock_held(error: Exception) -> bool:
    """Whether PostgreSQL gave up waiting for a lock of somebody else."""
    code = getattr(getattr(error, "orig", None), "pgcode", None)
    return code == LOCK_NOT_AVAILABLE


def _reason(error: Exception) -> str:
    """One line for operators; the driver's own words, which hold no values of ours."""
    cause = getattr(error, "orig", None) or error
    lines = str(cause).strip().splitlines() or [type(cause).__name__]
    return f"{lines[0]}. Check DATABASE_URL (docs/settings.md) and that the database runs"


def _make_private(dialect: Any, record: Any, arguments: list, options: dict) -> None:
    """Create the folder, and the file so that only this user can read it."""
    file = Path(arguments[0])
    with contextlib.suppress(OSError):  # SQLite will say what is wrong
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))


def _set_pragmas(connection: Any, record: Any) -> None:
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


@contextmanager
def _autocommit(connection: Connection) -> Iterator[None]:
    """No transaction around each statement, by the driver's own switch, which costs nothing.

    SQLAlchemy's (`isolation_level="AUTOCOMMIT"`) sets a level when it switches back, and from then
    on each use of the connection is one statement more: three in each turn.
    """
    driver = connection.connection.dbapi_connection
    driver.autocommit = True
    try:
        yield
    finally:
        if not driver.closed:
            driver.autocommit = False


def _begin_immediate(connection: Connection) -> None:
    """Take the write lock first: two transactions that read and then write never dead-lock."""
    if not connection.get_execution_options().get(_IS_READING):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
