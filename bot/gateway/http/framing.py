"""Reads chunked bodies exactly as RFC 9112 writes them, and refuses anything else.

Sanic reads a chunk's size as Python reads a number (`0x1f`, `+1f`, `1_f`), and takes any two bytes
for the line break behind a chunk. Another server may read the same bytes differently, and then the
two disagree about where the next request begins.
"""

from __future__ import annotations

import re

from sanic.exceptions import InvalidUsage
from sanic.http import Http, Stage
from sanic.server.protocols import http_protocol

# The line break behind what came before, the size, and extensions, which mean nothing to us.
_CHUNK_HEAD = re.compile(rb"\r\n([0-9A-Fa-f]{1,8})(?:;[\t\x20-\x7e\x80-\xff]*)?")
# Longer ones are refused by Sanic as well.
_MAX_HEAD = 64
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class StrictHttp(Http):
    """Looks at the head of each chunk before Sanic does. A trailer is refused: nobody needs one."""

    __slots__ = ()

    async def read(self) -> bytes | None:
        """Returns some bytes of the body; None at its end.

        Raises:
            InvalidUsage: a chunk can be read in two ways.
        """
        if self.request_body == "chunked" and not self.request_bytes_left:
            await self._tell_to_go_on()
            if not await self._is_next_chunk_plain():
                self.keep_alive = False
                self.request_body = None
                # Behind an answer that is already sent it is enough to close the connection.
                if self.stage is Stage.HANDLER:
                    raise InvalidUsage("Bad Request")
                return None
        return await super().read()

    async def _tell_to_go_on(self) -> None:
        """Sends what Sanic would only send after us, while we already wait for the chunk."""
        if self.expecting_continue:
            self.expecting_continue = False
            await self._send(_CONTINUE)

    async def _is_next_chunk_plain(self) -> bool:
        buffer = self.recv_buffer
        while (end := buffer.find(b"\r\n", 2)) < 0 and len(buffer) <= _MAX_HEAD:
            await self._receive_more()
        head = _CHUNK_HEAD.fullmatch(buffer[:end]) if end > 0 else None
        if head is None or int(head[1], 16):
            return head is not None
        while len(buffer) < end + 4:
            await self._receive_more()
        return buffer[end + 2 : end + 4] == b"\r\n"


def install() -> None:
    """Lets every connection of this process be read this way. Sanic has no setting for it."""
    http_protocol.Http = StrictHttp  # type: ignore[misc]
