"""The tables. A change here needs a migration in `migrations/versions/`; a test compares both."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

# One row for each conversation. A row without `record` was erased: it holds the place until it
# expires, so that a turn that began before cannot write the conversation back.
conversations = Table(
    "conversations",
    metadata,
    # HMAC-SHA256 of the conversation's id.
    Column("conversation", LargeBinary(32), primary_key=True),
    # Goes up by one with each change: who read version 3 may only write over version 3.
    Column("version", Integer, nullable=False),
    # Seconds since 1970, UTC.
    Column("expires_at", BigInteger, nullable=False),
    # The page ended it: nothing of it is stored again until the row expires.
    Column("ended", Boolean(create_constraint=False), nullable=False),
    # Which key encrypted the record.
    Column("key_id", String(16)),
    Column("record", LargeBinary),
    Index("ix_conversations_expires_at", "expires_at"),
)

# How often something happened on a day, in Europe/London. The names are those of
# bot/counters/names.py, a closed list, so nobody can make this table grow.
counts = Table(
    "counts",
    metadata,
    Column("day", Date, primary_key=True),
    Column("force", String(40), primary_key=True),
    Column("language", String(10), primary_key=True),
    Column("counter", String(20), primary_key=True),
    Column("value", String(40), primary_key=True),
    Column("count", BigInteger, nullable=False),
)

# The last batch of numbers that each process has added, so that none is added twice. A process
# names itself at random; the row goes some days after its last batch.
count_writers = Table(
    "count_writers",
    metadata,
    Column("writer", String(32), primary_key=True),
    Column("batch", BigInteger, nullable=False),
    Column("day", Date, nullable=False),
)

# One row for each hand-over that a person said yes to (bot/storage/outbox.py). Times in seconds
# since 1970, UTC.
handovers = Table(
    "handovers",
    metadata,
    Column("id", String(32), primary_key=True),
    # Where to tell what became of it; erased a day after the yes, however soon the details went.
    Column("conversation", LargeBinary(32)),
    Column("force", String(64), nullable=False),
    Column("agreed_at", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    # The state that the person was told last.
    Column("told", String(16)),
    Column("attempts", Integer, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("reason", String(64)),
    Column("key_id", String(16), nullable=False),
    # The encrypted contact details; empty once they are erased.
    Column("details", LargeBinary),
    Index("ix_handovers_conversation", "conversation"),
    Index("ix_handovers_state", "state", "due_at"),
)
