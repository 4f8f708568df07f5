"""Opens lines to this machine and sends the beginning of a request or of TLS on each, no more.

    python -m benchmarks.half_open.attacker hello 8443 --tries 16384

It is bounded: so many tries, so many seconds, and only 127.0.0.1 is ever talked to. A line that is
refused is closed and counts as tried. It prints what it holds once all tries are made, and ends
when its input does.
"""

from __future__ import annotations

import argparse
import errno
import json
import resource
import select
import socket
import sys
import time

# What is sent, and never any more.
BEGINNINGS = {
    "head": b"GET /chat/ HTTP/1.1\r\nHost: chat.example.police.uk\r\nX-A: b",
    "hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 20,
}
_LOWEST, _HIGHEST = 1_100, 64_900
# As many as are begun before it looks which ones are through.
_AT_ONCE = 100


class Attacker:
    """One address with its lines."""

    def __init__(self, kind: str, port: int, address: str) -> None:
        self.tried = self.refused = 0
        self._lines: dict[int, socket.socket] = {}
        self._through: set[int] = set()
        self._events = select.epoll()
        self._sent, self._to = BEGINNINGS[kind], ("127.0.0.1", port)
        self._address, self._next = address, _LOWEST

    @property
    def begun(self) -> int:
        """How many lines are open or may be yet."""
        return len(self._lines)

    @property
    def held(self) -> int:
        """How many are open, with their beginning sent."""
        return len(self._through)

    def open(self, number: int) -> None:
        """Begin so many lines, each from a port of its own."""
        for _ in range(number):
            line = socket.socket()
            line.setblocking(False)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                self._bind(line)
                reason = line.connect_ex(self._to)
            except OSError as refused:
                reason = refused.errno or errno.EIO
            self.tried += 1
            if reason not in (0, errno.EINPROGRESS):
                line.close()
                self.refused += 1
                continue
            self._lines[line.fileno()] = line
            self._events.register(line.fileno(), select.EPOLLOUT)

    def _bind(self, line: socket.socket) -> None:
        # The system's own choice ends at 28,000 ports.
        for _ in range(_HIGHEST - _LOWEST):
            self._next = self._next + 1 if self._next < _HIGHEST else _LOWEST
            try:
                return line.bind((self._address, self._next))
            except OSError as taken:
                if taken.errno != errno.EADDRINUSE:
                    raise
        raise OSError(errno.EADDRNOTAVAIL, "no port is left")

    def look(self, seconds: float) -> None:
        """Send on the lines that are through, close those that were refused."""
        for number, event in self._events.poll(seconds, 4_096):
            line = self._lines[number]
            try:
                if event & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR):
                    raise ConnectionError
                line.sendall(self._sent)
                self._events.modify(number, select.EPOLLIN)
                self._through.add(number)
            except OSError:
                self._through.discard(number)
                self._events.unregister(number)
                self._lines.pop(number).close()
                self.refused += 1


def main() -> None:
    """Attack, say what is held, and hold it until the input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=BEGINNINGS)
    parser.add_argument("port", type=int)
    parser.add_argument("--tries", type=int, required=True)
    parser.add_argument("--address", default="127.0.0.2")
    parser.add_argument("--seconds", type=float, default=30.0)
    given = parser.parse_args()
    most = _raise_descriptors()
    attacker = Attacker(given.kind, given.port, given.address)
    began = time.monotonic()
    room = most - 100
    while attacker.tried < given.tries and time.monotonic() < began + given.seconds:
        attacker.open(min(_AT_ONCE, given.tries - attacker.tried, room - attacker.begun))
        attacker.look(0)
    took = time.monotonic() - began
    _settle(attacker)
    said = {"tried": attacker.tried, "held": attacker.held, "seconds": round(took, 2)}
    print(json.dumps(said), flush=True)
    waiting = select.poll()
    waiting.register(sys.stdin, select.POLLIN | select.POLLHUP)
    while time.monotonic() < began + given.seconds and not waiting.poll(0):
        attacker.look(0.05)


def _raise_descriptors() -> int:
    """As many as the lines of one address can need, or as this user may have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (_HIGHEST, _HIGHEST))
    except (OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        return most
    return _HIGHEST


def _settle(attacker: Attacker) -> None:
    """Until what is to be refused is refused, or three seconds have passed."""
    last = time.monotonic() + 3
    before = -1
    while before != attacker.refused and time.monotonic() < last:
        before = attacker.refused
        until = time.monotonic() + 0.5
        while time.monotonic() < until:
            attacker.look(0.05)


if __name__ == "__main__":
    main()
