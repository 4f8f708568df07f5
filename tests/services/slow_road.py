"""A road to a server of this machine on which everything can take long."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class SlowRoad:
    """Passes bytes on in both directions; what goes to the server waits as long as it is told.

    Clients of PostgreSQL and Redis wait for an answer before they send more, so it is the time that
    each statement takes.

    Attributes:
        port: where it listens.
        delay: seconds that each piece waits, from now on.
        pieces: how many went to the server.
    """

    def __init__(self, port: int) -> None:
        """Listen, in a thread of its own.

        Args:
            port: where the server listens.
        """
        self.delay = 0.0
        self.pieces = 0
        self._server_port = port
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        listening = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._pass_on, "127.0.0.1", 0), self._loop
        )
        self._listening = listening.result(120)
        self.port: int = self._listening.sockets[0].getsockname()[1]

    def close(self) -> None:
        """Listen no more, and pass nothing on."""
        self._loop.call_soon_threadsafe(self._listening.close)
        self._loop.call_soon_threadsafe(self._loop.stop)

    @contextmanager
    def slowed(self, seconds: float) -> Iterator[None]:
        """Each piece waits so long until the block ends."""
        self.delay = seconds
        try:
            yield
        finally:
            self.delay = 0.0

    async def _pass_on(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        server, to_server = await asyncio.open_connection("127.0.0.1", self._server_port)
        await asyncio.gather(
            self._carry(client, to_server, is_slow=True),
            self._carry(server, to_client, is_slow=False),
        )

    async def _carry(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, is_slow: bool
    ) -> None:
        with contextlib.suppress(OSError):  # one of both went away
            while piece := await source.read(65_536):
                if is_slow:
                    self.pieces += 1
                    await asyncio.sleep(self.delay)
                target.write(piece)
                await target.drain()
        target.close()
