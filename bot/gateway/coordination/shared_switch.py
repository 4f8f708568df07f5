"""Carries the switch to every machine of a deployment, through Redis.

`python -m bot switch` notes there which way it was turned and when. Each serving process looks once
a second and turns the switch of its own machine, a file, the same way. So the switch stays as it is
when Redis or the process goes, and one machine alone needs no Redis.
"""

from __future__ import annotations

import asyncio
import logging
import os

from redis import Redis
from redis.exceptions import RedisError

from bot.errors import reason_of
from bot.gateway.coordination import switch
from bot.gateway.coordination.shared_redis import ANSWER_SECONDS, client

logger = logging.getLogger(__name__)

_KEY = "chat:switch"
_LOOK_SECONDS = 1.0


def tell(url: str, off: bool) -> None:
    """Tells all processes that share this Redis to turn their switch, as this machine's is now.

    Raises:
        RedisError: Redis did not take it, so only this machine is switched.
        OSError: the same.
    """
    redis = Redis.from_url(
        url, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS
    )
    with redis:
        # One clock for all machines, or a later "on" could seem to be older.
        seconds, millionths = redis.time()
        since = (seconds * 1_000_000 + millionths) * 1_000
        redis.set(_KEY, f"{'off' if off else 'on'} {since}")
    if off:
        os.utime(switch.file(), ns=(since, since))


def follow(told: str) -> None:
    """Turns this machine's switch as it was told, unless somebody turned it off here since then.

    Args:
        told: `off` or `on`, and when, in nanoseconds since 1970 by the clock of Redis.

    Raises:
        OSError: the state folder cannot be written.
        ValueError: it is neither.
    """
    way, moment = told.split(" ")
    since = int(moment)
    file = switch.file()
    if way == "off" and not file.exists():
        switch.turn(off=True)
        os.utime(file, ns=(since, since))
    elif way == "on" and file.exists() and file.stat().st_mtime_ns <= since:
        switch.turn(off=False)


class Follower:
    """Looks again and again which way the switch was turned.

    Args:
        url: address of Redis.
    """

    def __init__(self, url: str) -> None:
        self._redis = client(url)
        self._lost = False

    async def run(self) -> None:
        """Follows until it is cancelled. While Redis fails, the switch stays as it is."""
        while True:
            try:
                told = await asyncio.wait_for(self._redis.get(_KEY), ANSWER_SECONDS)
                if told:
                    follow(told if isinstance(told, str) else told.decode())
                self._lost = False
            except (TimeoutError, RedisError, OSError, ValueError) as error:
                # Once for each time that it fails, not once a second.
                if not self._lost:
                    logger.error("no switch between machines: %s", reason_of(error))
                self._lost = True
            await asyncio.sleep(_LOOK_SECONDS)
