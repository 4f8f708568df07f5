"""Warns of a server that other machines reach and that answers more than the gateway."""

from __future__ import annotations

import ipaddress
import logging
from asyncio import AbstractEventLoop

from sanic import Sanic

logger = logging.getLogger(__name__)


async def warn(app: Sanic, loop: AbstractEventLoop) -> None:
    """Says which of Rasa's own addresses are open to other machines, as with `rasa run -i`.

    `python -m bot run` has none of them: it opens no channel but the gateway.
    """
    first_parts = {route.path.split("/")[0] for route in app.router.routes} - {"", "chat"}
    host = app.state.host
    if first_parts and not _is_this_machine(host):
        logger.warning(
            "this server listens on %s and also answers /%s: whoever reaches it can be any sender "
            "and trigger any intent. Use `python -m bot run`, or -i 127.0.0.1",
            host,
            ", /".join(sorted(first_parts)),
        )


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
