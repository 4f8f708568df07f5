"""What is handed over: only what the person read back and said yes to."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import asdict, dataclass

from bot.slots import HANDOVER_CONFIRM, HANDOVER_TIME, HANDOVER_WAY

MAX_CHARACTERS = 200
"""Of each answer. Longer ones are asked for again, so that nothing is cut unseen."""

# The form of the dialogue that asks for them (actions/handover.py), and its slots.
FORM = "handover_form"
WAY, TIME, CONFIRM = SLOTS = (HANDOVER_WAY, HANDOVER_TIME, HANDOVER_CONFIRM)

_SCHEMA = 1


@dataclass(frozen=True)
class Details:
    """How and when someone can be reached, in their own words: personal data.

    Attributes:
        way: a safe way, such as a number and "text only".
        time: safe times.
    """

    way: str
    time: str

    def to_bytes(self) -> bytes:
        """For the outbox, where it is encrypted."""
        return json.dumps(asdict(self), ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, raw: bytes) -> Details:
        """What `to_bytes` gave."""
        return cls(**json.loads(raw))


@dataclass(frozen=True)
class Note:
    """One hand-over.

    Attributes:
        id: 32 hexadecimal digits; the same in every attempt, so a repeat is recognised.
        force: id of the force.
        agreed_at: seconds since 1970, UTC: when the person said yes.
        details: what they said yes to.
    """

    id: str
    force: str
    agreed_at: int
    details: Details

    def to_json(self) -> bytes:
        """The body that the force's system gets; docs/handover.md explains each field."""
        body = {
            "schema": _SCHEMA,
            "id": self.id,
            "force": self.force,
            "agreed_at": dt.datetime.fromtimestamp(self.agreed_at, dt.UTC).isoformat(),
            "contact": asdict(self.details),
        }
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def one_line(text: str) -> str:
    """A person's text as one line without control characters: it is shown and mailed as data."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text).split())
