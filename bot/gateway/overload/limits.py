"""Limits the messages of a conversation and of a network address, without storing either.

It stores digests under a secret that lives in memory for one day. Nobody can turn a digest back
into an address later, even with a copy of this process's memory from the day before.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import math
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MAX_KEYS = 20_000
_DAY = 86_400
_MINUTE = 60.0


@dataclass
class _Bucket:
    left: float
    moment: float


class Limiter:
    """Keeps a token bucket per key: `per_minute` at once, then as many again each minute.

    Attributes:
        per_minute: messages a minute; 0 means no limit.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.time) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._buckets: OrderedDict[bytes, _Bucket] = OrderedDict()
        self._day = -1
        self._secret = b""

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, name: str) -> int:
        """Counts one message.

        Args:
            name: the conversation's id or the network address; it is not stored.

        Returns:
            0 when the message is within the limit, otherwise whole seconds until the next one is.
        """
        if not self.per_minute:
            return 0
        now = self._clock()
        self._renew(now)
        bucket = self._bucket(self._key(name), now)
        speed = self.per_minute / _MINUTE
        elapsed = max(0.0, now - bucket.moment)
        bucket.left = min(float(self.per_minute), bucket.left + elapsed * speed)
        bucket.moment = now
        if bucket.left < 1:
            return max(1, math.ceil((1 - bucket.left) / speed))
        bucket.left -= 1
        return 0

    def sweep(self) -> None:
        """Drops everything once a new day has begun. Call it regularly, in case nobody writes."""
        self._renew(self._clock())

    def _renew(self, now: float) -> None:
        day = int(now // _DAY)
        if day != self._day:
            self._day = day
            self._secret = secrets.token_bytes(32)
            self._buckets.clear()

    def _key(self, name: str) -> bytes:
        return hmac.new(self._secret, name.encode(), hashlib.sha256).digest()[:16]

    def _bucket(self, key: bytes, now: float) -> _Bucket:
        bucket = self._buckets.setdefault(key, _Bucket(float(self.per_minute), now))
        self._buckets.move_to_end(key)
        while len(self._buckets) > MAX_KEYS:
            self._buckets.popitem(last=False)
        return bucket


def network_of(address: str) -> str:
    """Returns what counts as one address: an IPv4 address, or the /64 of an IPv6 household.

    Args:
        address: as Sanic gives it, IPv6 perhaps in brackets; any other text is returned as it is,
            cut to 100 characters.
    """
    try:
        parsed = ipaddress.ip_address(address.strip("[]"))
    except ValueError:
        return address[:100]
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
