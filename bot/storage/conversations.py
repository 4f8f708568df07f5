"""Rasa's tracker store of this bot: one encrypted row for each conversation.

Rasa turns every error of a tracker store into a new conversation, without telling anybody, and
keeps a copy in memory that is never freed. So this store raises none: it tells the turn that
storage failed (`bot.safety.context`), and lets it go on without a past.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot import security_events
from bot.content.labels import full_label
from bot.errors import reason_of
from bot.safety import context, recent
from bot.storage import expiry, keys, migrate, record, rows
from bot.storage.database import Database, DatabaseFailed, get_database
from bot.storage.participants import participants
from bot.storage.stored_tracker import StoredTracker, answers_check, asked_last

logger = logging.getLogger(__name__)

# How often a transaction is begun anew when another process was faster with the first row.
_ATTEMPTS = 3

Result = TypeVar("Result")


class AlreadyAnswered(BaseException):
    """The message was answered before, here or in another process, and that answer was stored.

    Rasa's wrapper of tracker stores catches every Exception, so this is none.

    Attributes:
        answer: the answer, as the turn gave it (`context.InFlightTurn.said`).
    """

    def __init__(self, answer: list[Any]) -> None:
        super().__init__()
        self.answer = answer


class _Older(Exception):
    """A record is older than the row that holds it."""


class _GivenUp(Exception):
    """The person was told to send the message again while its turn was being written."""


@dataclass(frozen=True)
class _Found:
    """A row and what is in it; an empty record when there is none to read."""

    row: rows.Row | None
    record: record.Record
    is_broken: bool = False


class ConversationStore(TrackerStore):
    """Named in endpoints.yml: `tracker_store: {type: bot.storage.conversations.ConversationStore}`.

    Attributes:
        database: where the rows are.
        clock: seconds since 1970.
    """

    def __init__(
        self,
        domain: Domain | None,
        event_broker: EventBroker | None = None,
        *,
        database: Database | None = None,
        storage_keys: keys.Keys | None = None,
        clock: Callable[[], float] = time.time,
        **kwargs: Any,
    ) -> None:
        """Prepare the store. A database that is down is noted in the log and stops nothing.

        Args:
            domain: the model's domain; Rasa sets another one when it has loaded the model.
            event_broker: Rasa's; nothing is ever given to it.
            database: instead of the one in the settings.
            storage_keys: instead of those in the settings.
            clock: instead of the system's.
            **kwargs: other values that Rasa passes along; none is used.

        Raises:
            OperatorError: the settings name no usable database or key.
        """
        super().__init__(domain, None)
        self.database = database or get_database()
        self.clock = clock
        self._keys = storage_keys or keys.load()
        self._has_tables = False
        self._began = clock()
        try:
            self._prepare()
        except DatabaseFailed as error:
            logger.error("conversations cannot be stored yet: %s", error)

    async def retrieve(self, sender_id: str) -> StoredTracker:
        """The conversation so far; an empty one when there is none or it cannot be read.

        Raises:
            AlreadyAnswered: the message of this turn is the last one that was answered.
        """
        turn = context.current()
        tracker = self.init_tracker(sender_id)
        hashes = self._keys.hashes(sender_id)
        try:
            found = await self.database.beside(lambda: self._read_alone(hashes))
        except Exception as error:  # also one of the process, such as no thread left
            _failed("read", error)
            tracker.version = None
            await turn.ask_elsewhere()
            if turn.asked:
                tracker.reopen(turn.asked)
            return tracker
        _refuse_repeat(turn, found.record)
        if found.is_broken:
            context.storage_failed()
        tracker.version = found.row.version if found.row else 0
        tracker.fill(found.record)
        if turn.asked and (turn.is_asked_unstored or found.is_broken):
            tracker.reopen(turn.asked)
        else:
            turn.asked = asked_last(tracker) or turn.asked
        typed, now = _typed_before(turn, found.record), self.clock()
        turn.previous = recent.joined(_unanswered(typed, found.record), now)
        context.previous_text.set(turn.previous)
        context.recent_text.set(recent.joined(typed, now))
        context.typed_lately.set(recent.joined(typed, now, recent.MAX_CHARACTERS))
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the turn. A turn that was stored meanwhile is kept; an erased chat stays erased.

        Raises:
            AlreadyAnswered: that turn was of the same message.
        """
        turn = context.current()
        if tracker.latest_message:
            turn.label = full_label(tracker.latest_message.parse_data)
            turn.answers_check = answers_check(tracker)
        if not isinstance(tracker, StoredTracker):
            tracker = self._adopted(tracker)
        if not any(isinstance(event, UserUttered) for event in tracker.new_events()):
            return  # a conversation begins with what a person says
        hashes = self._keys.hashes(tracker.sender_id)

        def write(connection: Connection) -> None:
            self._write(connection, tracker, hashes, turn)
            # Last of all, for writing can take longer than anybody waits for it.
            if turn.is_given_up:
                raise _GivenUp

        try:
            await self._run(write)
        except Exception as error:  # also of a participant
            # It may still be writing, and the person is told that something went wrong.
            turn.is_given_up = True
            _failed("written", error)

    async def erase(
        self, sender_id: str, *, for_good: bool = True, asked_at: float | None = None
    ) -> None:
        """Remove everything stored of a conversation.

        Args:
            sender_id: the conversation's id.
            for_good: until the row expires nothing of it is stored again either, whatever is still
                said in it.
            asked_at: when it was asked for, if that was not now; a conversation that went on since
                is left as it is.

        Raises:
            DatabaseFailed: it may still be there. Try again; it expires in any case.
        """
        hashes = self._keys.hashes(sender_id)

        def erase(connection: Connection) -> None:
            now = self.clock()
            if asked_at is not None:
                row = rows.read(connection, hashes, now, to_change=True)
                if row and row.record is not None and row.changed_at > asked_at:
                    return
            rows.erase(connection, hashes, now, for_good=for_good)

        await self._run(erase)

    async def purge(self) -> expiry.Purged:
        """Delete what has expired, in portions, so that turns come between them.

        Raises:
            DatabaseFailed: the database is not reached. What is deleted by then stays deleted.
        """
        purged = expiry.Purged()
        while purged.has_more:
            purged = await self._run(partial(self._purge, purged), is_of_turn=False)
        return purged

    def _purge(self, before: expiry.Purged, connection: Connection) -> expiry.Purged:
        return expiry.purge(connection, self.clock(), before)

    async def keys(self) -> Iterable[str]:
        """None: the ids of conversations are not kept."""
        return []

    def init_tracker(self, sender_id: str) -> StoredTracker:
        """An empty tracker."""
        return StoredTracker(sender_id, self.domain.slots)

    def _adopted(self, tracker: DialogueStateTracker) -> StoredTracker:
        """A tracker that came from elsewhere: all its events are new."""
        adopted = self.init_tracker(tracker.sender_id)
        adopted.version = None
        for event in tracker.events:
            adopted.update(event)
        return adopted

    def _read_alone(self, hashes: list[bytes]) -> _Found:
        self._prepare()
        with self.database.reading() as connection:
            return self._read(connection, hashes, to_change=False)

    def _read(self, connection: Connection, hashes: list[bytes], *, to_change: bool) -> _Found:
        row = rows.read(connection, hashes, self.clock(), to_change=to_change)
        if row is None or row.record is None or row.key_id is None:
            return _Found(row, record.Record(erased_at=row.erased_at if row else 0.0))
        try:
            data = self._keys.decrypt(row.record, row.conversation, row.key_id)
            found = record.unpacked(data)
            self._refuse_older(row, found)
            return _Found(row, found)
        except (keys.CannotDecrypt, record.BrokenRecord, _Older) as error:
            security_events.seen(security_events.Event.UNREADABLE_RECORD)
            logger.error(
                "a stored conversation cannot be read (%s, key %s); it begins anew",
                type(error).__name__,
                row.key_id,
            )
            return _Found(row, record.Record(), is_broken=True)

    def _refuse_older(self, row: rows.Row, found: record.Record) -> None:
        """Refuses a record that was put back, or is kept for longer, by who can write to the rows.

        After a clock was put back a purge makes a row expire earlier than its record says. Records
        of earlier releases say nothing; when this process is half an hour old, none is left.

        Raises:
            _Older: the record was not written to this row as it is.
        """
        if not found.version and self.clock() < self._began + rows.lifetime():
            return
        if found.version != row.version or found.expires_at < row.expires_at:
            raise _Older

    def _write(
        self,
        connection: Connection,
        tracker: StoredTracker,
        hashes: list[bytes],
        turn: context.InFlightTurn,
    ) -> None:
        found = self._read(connection, hashes, to_change=True)
        _refuse_repeat(turn, found.record)
        tracker = self._merged(tracker, found)
        # Also for a chat that was erased: what a person agreed to is not undone by that.
        for participate in participants:
            participate(connection, tracker, hashes[0])
        if _was_erased(tracker, found.row):
            return
        now = self.clock()
        events = record.compact(tracker)
        typed = _typed_before(turn, tracker.record) + ([turn.typed] if turn.typed else [])
        answered_at = now if turn.is_danger_answered() else tracker.record.answered_at
        said = turn.said()
        answered = (turn.message, said) if turn.message and said else None
        kept, erased_at = recent.kept(typed, now), tracker.record.erased_at
        change = rows.Change.after(found.row, now)
        data = record.Record(
            events, kept, answered_at, answered, erased_at, change.version, change.expires_at
        ).packed()
        encrypted = self._keys.newest, self._keys.encrypt(data, hashes[0])
        rows.write(connection, found.row, change, hashes[0], encrypted, now)

    def _merged(self, tracker: StoredTracker, found: _Found) -> StoredTracker:
        """This turn after the turns that were stored since it began."""
        stored = found.row.version if found.row else 0
        if stored == tracker.version or not found.record.events:
            return tracker
        merged = self.init_tracker(tracker.sender_id)
        merged.version = stored
        merged.fill(found.record)
        for event in record.without_session_start(tracker.new_events()):
            merged.update(event)
        return merged

    def _prepare(self) -> None:
        if not self._has_tables:
            migrate.upgrade(self.database)
            self._has_tables = True

    async def _run(
        self, work: Callable[[Connection], Result], *, is_of_turn: bool = True
    ) -> Result:
        """Do `work` in a transaction, beside the event loop; `is_of_turn` as of `beside`.

        Raises:
            DatabaseFailed: the database is not reached, too slow, or refuses.
        """

        def in_thread() -> Result:
            self._prepare()
            for attempt in range(_ATTEMPTS):
                try:
                    with self.database.begin() as connection:
                        return work(connection)
                except IntegrityError:
                    if attempt + 1 == _ATTEMPTS:
                        raise
            raise AssertionError("unreachable")

        return await self.database.beside(in_thread, is_of_turn=is_of_turn)


def _refuse_repeat(turn: context.InFlightTurn, stored: record.Record) -> None:
    """A "yes" that comes twice must not answer two questions.

    Raises:
        AlreadyAnswered: the stored turn is this turn's message.
    """
    message, answer = stored.answered or (None, [])
    if message and message == turn.message:
        raise AlreadyAnswered(answer)


def _typed_before(turn: context.InFlightTurn, stored: record.Record) -> list[recent.Typed]:
    """What this process and the others know to have been typed since the chat was erased.

    Only the process that erased it has forgotten what was typed before. What is stored was stored
    afterwards.
    """
    return [*stored.typed, *(one for one in turn.pending if one[0] >= stored.erased_at)]


def _unanswered(typed: list[recent.Typed], stored: record.Record) -> list[recent.Typed]:
    """What was typed since danger was answered."""
    return [(moment, text) for moment, text in typed if moment > stored.answered_at]


def _was_erased(tracker: StoredTracker, row: rows.Row | None) -> bool:
    """True when the chat was ended, or erased after this turn began."""
    if row is None:
        return False
    return row.ended or (row.record is None and row.version != tracker.version)


def _failed(what: str, error: Exception) -> None:
    # The kind and the place only, unless the message is ours: it may hold what was typed.
    logger.error("a conversation was not %s: %s", what, reason_of(error))
    context.storage_failed()
