"""Delivery to the force's own system over HTTPS, signed in both directions."""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from http import HTTPStatus

import aiohttp

from bot import security_events
from bot.handover import signing
from bot.handover.delivery import Attempt, Result
from bot.handover.note import Note

SECONDS = 10.0
"""For a whole attempt, however slowly the other side speaks."""

_MAX_ANSWER = 4_096
# Of the 4xx, these may be right the next time; with any other somebody has to change something.
_PASSING = frozenset(
    {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
)


class HttpsDelivery:
    """Posts the note; only an answer signed with the shared secret confirms it."""

    def __init__(self, url: str, secret: str) -> None:
        self._url = url
        self._secret = secret

    def send(self, note: Note) -> Attempt:
        """Try once; an event loop of its own, because the worker is a thread."""
        return asyncio.run(self._send(note))

    async def _send(self, note: Note) -> Attempt:
        try:
            return await self._post(note.to_json(), note.id)
        except TimeoutError:
            return Attempt(Result.FAILED, "timeout")
        except aiohttp.ClientConnectorCertificateError:
            return Attempt(Result.FAILED, "certificate")
        except aiohttp.ClientConnectorError:
            return Attempt(Result.FAILED, "no_connection")
        except (aiohttp.ClientError, OSError, ssl.SSLError, ValueError) as error:
            # The kind only: its text may hold the address with a token in it.
            return Attempt(Result.FAILED, type(error).__name__)

    async def _post(self, body: bytes, key: str) -> Attempt:
        now = int(time.time())
        headers = {
            "Content-Type": "application/json",
            signing.TIMESTAMP: str(now),
            signing.KEY: key,
            signing.SIGNATURE: signing.signature(self._secret, now, body),
        }
        timeout = aiohttp.ClientTimeout(total=SECONDS)
        # A redirect would carry personal data to an address that nobody configured.
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(self._url, data=body, headers=headers, allow_redirects=False) as answer,
        ):
            if answer.status // 100 == 2:
                return self._judge(answer, await _start_of(answer), key)
            refused = answer.status // 100 in (3, 4) and answer.status not in _PASSING
            return Attempt(Result.REFUSED if refused else Result.FAILED, f"http_{answer.status}")

    def _judge(self, answer: aiohttp.ClientResponse, body: bytes, key: str) -> Attempt:
        """A 2xx alone proves little: a proxy's "all is well" page is one, too."""
        genuine = signing.is_genuine(
            self._secret,
            answer.headers.get(signing.TIMESTAMP),
            answer.headers.get(signing.SIGNATURE),
            body,
            time.time(),
        )
        if not genuine:
            security_events.seen(security_events.Event.UNSIGNED_RECEIPT)
        if genuine and _received(body) == key:
            return Attempt(Result.CONFIRMED)
        return Attempt(Result.FAILED, "not_confirmed")


async def _start_of(answer: aiohttp.ClientResponse) -> bytes:
    body = b""
    async for part in answer.content.iter_any():
        body += part
        if len(body) > _MAX_ANSWER:
            break
    return body


def _received(body: bytes) -> str | None:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return parsed.get("received") if isinstance(parsed, dict) else None
