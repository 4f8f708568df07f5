"""An invented hand-over, keys, and the outbox itself."""

from __future__ import annotations

import pytest

from bot.handover.note import Details, Note
from bot.storage import outbox
from bot.storage.keys import Keys

DETAILS = Details("text 07700 900123, he must not hear it ring", "weekdays after six")
NOTE = Note("0123456789abcdef0123456789abcdef", "kent", 1_800_000_000, DETAILS)
# A row of the outbox.
NOW = 1_800_000_000
CHAT = b"c" * 32
ID = "0" * 31 + "1"


@pytest.fixture
def storage_keys() -> Keys:
    return Keys(["a storage key that only these tests know"])


@pytest.fixture
def add(database):
    def add(note_id=ID, conversation=CHAT, agreed_at=NOW):
        with database.begin() as connection:
            outbox.add(connection, conversation, note_id, "kent", agreed_at, "key", b"secret")

    return add


@pytest.fixture
def do(database):
    def do(function, *arguments):
        with database.begin() as connection:
            return function(connection, *arguments)

    return do
