"""Button ids: a payload that only this gateway can have issued, for one conversation only.

The id carries the payload and a keyed digest of payload and conversation, so nothing has to be
kept, any process can check it, and a made-up or borrowed id is refused.
"""

from __future__ import annotations

import base64
import hashlib
import hmac


def issue(payload: str, conversation_id: str, secret_key: str) -> str:
    """The id under which a payload is offered in this conversation."""
    encoded = base64.urlsafe_b64encode(payload.encode()).decode().rstrip("=")
    return f"{encoded}.{_digest(payload, conversation_id, secret_key)}"


def payload_of(button_id: str, conversation_id: str, secret_key: str) -> str | None:
    """The payload behind an id, or None when this gateway did not issue it here."""
    encoded, _, digest = button_id.partition(".")
    try:
        payload = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
        given = digest.encode()
    except ValueError:
        return None
    expected = _digest(payload, conversation_id, secret_key)
    return payload if hmac.compare_digest(expected.encode(), given) else None


def _digest(payload: str, conversation_id: str, secret_key: str) -> str:
    message = f"{conversation_id}\0{payload}".encode()
    return hmac.new(secret_key.encode(), message, hashlib.sha256).hexdigest()[:32]
