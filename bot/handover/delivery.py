"""How an attempt to deliver can end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.handover.note import Note


class Result(StrEnum):
    """What is known after an attempt."""

    CONFIRMED = "confirmed"  # the receiver's signature says that it has this note
    EMAILED = "emailed"  # the mail server took it; nobody confirms the rest of its way
    FAILED = "failed"  # try again later
    REFUSED = "refused"  # trying again is useless until somebody changes something


@dataclass(frozen=True)
class Attempt:
    """One attempt.

    Attributes:
        result: how it ended.
        reason: for operators, without personal data: `http_503`, `timeout`; "" when it worked.
    """

    result: Result
    reason: str = ""


class Delivery(Protocol):
    """A way to the force. It never raises for what the other side does."""

    def send(self, note: Note) -> Attempt:
        """Try once, within the lease of the note."""
        ...
