"""A small receiver for hand-overs, to read, to try, and to build your own after.

It needs Python 3.11 and nothing else. It listens on this machine only: put your web server with
its certificate in front.

    HANDOVER_SECRET=... python receiver.py --port 8090 --database handovers.db

What every receiver must do, in this order (docs/handover.md):
1. refuse a body that is too large;
2. check the signature over the exact bytes, in constant time;
3. check that the time of the signature is near;
4. store the note under its id, before answering; a second one with the same id changes nothing;
5. answer with the id, signed.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import os
import re
import sqlite3
import sys
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WINDOW = 300  # seconds that a signature's time may be away from our clock
MAX_BYTES = 16_384
SECONDS = 10  # for a client to send its request
MAX_DIGITS = 12  # of a length or a time; Python refuses to read a number of thousands
ID = re.compile(r"[0-9a-f]{32}")  # as the bot makes them: safe as a file name or in a cell

_TABLE = """
CREATE TABLE IF NOT EXISTS notes (
    id TEXT PRIMARY KEY, received_at INTEGER NOT NULL, force TEXT NOT NULL,
    agreed_at TEXT NOT NULL, way TEXT NOT NULL, time TEXT NOT NULL
)
"""


class Refused(Exception):
    """A request that is not accepted: the status, and a word for the sender's log."""

    def __init__(self, status: int, word: str) -> None:
        super().__init__(word)
        self.status = status


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 over the time, a full stop and the exact bytes of the body."""
    signed = timestamp.encode() + b"." + body
    return "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def _is_number(text: str) -> bool:
    """Whether it is a number as `int` reads one: "²" is a digit as well."""
    return text.isascii() and text.isdigit()


def check(secret: str, timestamp: str, given: str, body: bytes, now: float) -> None:
    """Refuse what was not signed with our secret, or not lately."""
    expected = signature(secret, timestamp, body)
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise Refused(401, "signature")
    # Only now is the time worth reading. It is signed, so nobody can give an old note a new time.
    is_time = _is_number(timestamp) and len(timestamp) <= MAX_DIGITS
    if not is_time or abs(now - int(timestamp)) > WINDOW:
        raise Refused(401, "time")


def parse(body: bytes, key: str) -> dict[str, str]:
    """The note as a row; the key of the header must be the id that was signed."""
    try:
        note = json.loads(body)
        row = {
            "id": note["id"],
            "force": note["force"],
            "agreed_at": note["agreed_at"],
            "way": note["contact"]["way"],
            "time": note["contact"]["time"],
        }
        schema = note["schema"]
        if schema != 1 or not ID.fullmatch(row["id"]):
            raise Refused(400, "body")
        for value in row.values():
            value.encode()  # half an emoji cannot be stored
    # A body of brackets alone is too deep to read, and a number may be too long.
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Refused(400, "body") from None
    if key != row["id"]:
        raise Refused(400, "key")
    return row


def store(database: str, row: dict[str, str], now: float) -> bool:
    """Keep it, durably; False when we have it already, which is no error."""
    connection = sqlite3.connect(database, timeout=5)
    try:
        with connection:
            connection.execute(_TABLE)
            added = connection.execute(
                "INSERT INTO notes VALUES (:id, :received_at, :force, :agreed_at, :way, :time)"
                " ON CONFLICT (id) DO NOTHING",
                {**row, "received_at": int(now)},
            )
            return added.rowcount == 1
    finally:
        connection.close()


class Handler(BaseHTTPRequestHandler):
    """Answers `POST` to any path. No line of its log holds anything of a note."""

    secret: str
    database: str
    clock: Callable[[], float] = time.time
    timeout = SECONDS

    def do_POST(self) -> None:
        """One note."""
        try:
            body = self._body()
            now = self.clock()
            headers = self.headers
            check(
                self.secret,
                headers.get("Handover-Timestamp", ""),
                headers.get("Handover-Signature", ""),
                body,
                now,
            )
            row = parse(body, headers.get("Idempotency-Key", ""))
            is_new = store(self.database, row, now)
        except Refused as refused:
            self._answer(refused.status, {"error": str(refused)})
            print(f"refused: {refused}", flush=True)
        except sqlite3.Error as error:
            # Not stored, so not received: the bot tries again later.
            self._answer(503, {"error": "storage"})
            print(f"not stored: {type(error).__name__}", flush=True)
        else:
            # A repeat gets the same answer: the first one may not have arrived.
            self._answer(200, {"received": row["id"]})
            print(f"received {row['id']}{'' if is_new else ' again'}", flush=True)

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "")
        if not _is_number(length):
            raise Refused(411, "length")
        if len(length) > MAX_DIGITS or int(length) > MAX_BYTES:
            self.close_connection = True
            raise Refused(413, "size")
        return self.rfile.read(int(length))

    def _answer(self, status: int, content: dict[str, str]) -> None:
        body = json.dumps(content).encode()
        timestamp = str(int(self.clock()))
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Handover-Timestamp", timestamp)
        self.send_header("Handover-Signature", signature(self.secret, timestamp, body))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """No access log."""


def main() -> None:
    """Listen until stopped."""
    parser = argparse.ArgumentParser(description="A small receiver for hand-overs")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--database", default="handovers.db", help="an SQLite file")
    arguments = parser.parse_args()
    secret = os.environ.get("HANDOVER_SECRET", "")
    if len(secret) < 32 or len(set(secret)) < 8:
        sys.exit("Set HANDOVER_SECRET to the bot's CHAT_HANDOVER_SECRET: openssl rand -hex 32")
    Handler.secret, Handler.database = secret, arguments.database
    os.umask(0o077)  # the file holds personal data
    with ThreadingHTTPServer(("127.0.0.1", arguments.port), Handler) as server:
        print(f"listening on 127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
