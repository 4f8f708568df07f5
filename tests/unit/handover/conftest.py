"""An invented hand-over, and keys."""

from __future__ import annotations

import pytest

from bot.handover.note import Details, Note
from bot.storage.keys import Keys

DETAILS = Details("text 07700 900123, he must not hear it ring", "weekdays after six")
NOTE = Note("0123456789abcdef0123456789abcdef", "kent", 1_800_000_000, DETAILS)


@pytest.fixture
def storage_keys() -> Keys:
    return Keys(["a storage key that only these tests know"])
