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
# Reading a message takes longer with its length: 250 characters more take as long as one more short
# message (`python -m benchmarks.load.flood --costs`).
_CHARACTERS_OF_ONE = 250
# Length of a network's prefix -> how many senders' shares all within it have together.
_IPV6_SHARES = ((56, 1), (48, 4))


@dataclass
class _Bucket:
    left: float
    moment: float


class Limiter:
    """Keeps a token bucket per key: `per_minute` at once, then as many again each minute.

    Attributes:
        per_minute: messages a minute; 0 means no limit.
    """

    def __init__(self, per_minute: float, clock: Callable[[], float] = time.time) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._buckets: OrderedDict[bytes, _Bucket] = OrderedDict()
        self._day = -1
        self._secret = b""

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, name: str, cost: float = 1.0) -> int:
        """Counts one message.

        Args:
            name: the conversation's id or the network address; it is not stored.
            cost: for how many it counts, at most for a minute's.

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
        cost = min(cost, self.per_minute)
        if bucket.left < cost:
            return max(1, math.ceil((cost - bucket.left) / speed))
        bucket.left -= cost
        return 0

    def pseudonym(self, name: str) -> str:
        """Returns what stands for a name today, and tells nobody who it is."""
        self._renew(self._clock())
        return self._key(name).hex()

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


def cost_of(text: str) -> float:
    """Returns what a message takes, in short messages: the longest that is read takes eight."""
    return max(1.0, len(text) / _CHARACTERS_OF_ONE)


def networks_of(address: str) -> tuple[tuple[str, int], ...]:
    """Returns what counts as one sender, and how many of a sender's share it may send.

    An IPv4 address; of IPv6 what a household gets from its provider (a /56), and the /48 around it,
    which is one site or many households.

    Args:
        address: as Sanic gives it, IPv6 perhaps in brackets; any other text is returned as it is,
            cut to 100 characters.
    """
    try:
        parsed = ipaddress.ip_address(address.strip("[]"))
    except ValueError:
        return ((address[:100], 1),)
    if parsed.version == 4:
        return ((str(parsed), 1),)
    if parsed.ipv4_mapped:
        return ((str(parsed.ipv4_mapped), 1),)
    return tuple(
        (str(ipaddress.ip_network((parsed, length), strict=False)), share)
        for length, share in _IPV6_SHARES
    )
