"""Issues button ids, and checks that this gateway issued an id for this conversation.

An id holds the payload and a keyed digest of payload and conversation. So nothing has to be
stored, any process can check an id, and a made-up or borrowed one is refused.
"""

from __future__ import annotations

import base64
import hashlib
import hmac


def issue(payload: str, conversation_id: str, secret_key: str) -> str:
    """Returns the id of a button with this payload in this conversation."""
    encoded = base64.urlsafe_b64encode(payload.encode()).decode().rstrip("=")
    return f"{encoded}.{_digest(payload, conversation_id, secret_key)}"


def payload_of(button_id: str, conversation_id: str, secret_key: str) -> str | None:
    """Returns the payload behind an id; None if we did not issue it in this conversation."""
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
