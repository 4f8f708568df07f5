"""Signatures of hand-overs and of their confirmations: HMAC-SHA256 over time and body."""

from __future__ import annotations

import hashlib
import hmac

TIMESTAMP = "Handover-Timestamp"
SIGNATURE = "Handover-Signature"
# The name that many programs know for a value that makes a repeated request harmless.
KEY = "Idempotency-Key"

WINDOW = 300
"""Seconds that a signature's time may differ from the reader's clock."""

_SCHEME = "sha256="


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """The value of the signature header.

    Args:
        secret: shared by both sides.
        timestamp: seconds since 1970, UTC, as in the timestamp header.
        body: the exact bytes that are sent.

    >>> signature("an example secret, 32 characters", 1800000000, b"{}")[:15]
    'sha256=3946ad5c'
    """
    signed = str(timestamp).encode() + b"." + body
    return _SCHEME + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def is_genuine(
    secret: str, timestamp: str | None, given: str | None, body: bytes, now: float
) -> bool:
    """True when a body carries a signature made with our secret, lately.

    Args:
        secret: shared by both sides.
        timestamp: the timestamp header, if there is one.
        given: the signature header, if there is one.
        body: the exact bytes received.
        now: seconds since 1970, UTC.
    """
    if not timestamp or not given or not timestamp.isascii() or not timestamp.isdigit():
        return False
    if len(timestamp) > 12 or abs(now - int(timestamp)) > WINDOW:
        return False
    expected = signature(secret, int(timestamp), body)
    return hmac.compare_digest(expected.encode(), given.encode())
