"""The receiver in deploy/: every request is answered, and only a proper note is stored."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import subprocess
import sys
import time
from http.client import HTTPConnection

import pytest

from bot.handover.note import Details, Note
from tests.integration.waiting import PATIENCE
from tests.services.receiver import PROGRAM, SECRET, Receiver

NOTE = Note("0" * 31 + "a", "bedfordshire", 1_800_000_000, Details("text 07700 900123", "evenings"))
BODY = NOTE.to_json()


def ask(receiver: Receiver, body: bytes = BODY, **headers: str) -> tuple[int, dict[str, str]]:
    """Sends a note with these headers, signed as the bot does."""
    now = str(int(time.time()))
    sent = {
        "Content-Length": str(len(body)),
        "Idempotency-Key": NOTE.id,
        "Handover-Timestamp": now,
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    sent["Handover-Signature"] = signature(sent["Handover-Timestamp"], body)
    connection = HTTPConnection("127.0.0.1", receiver.port, timeout=PATIENCE)
    try:
        connection.putrequest("POST", "/")
        for name, value in sent.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def signature(timestamp: str, body: bytes) -> str:
    """The header, also for a time that the bot would never send."""
    signed = hmac.new(SECRET.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return "sha256=" + signed.hexdigest()


def test_a_note_of_the_bot_is_received_and_stored(receiver):
    assert ask(receiver) == (200, {"received": NOTE.id})
    assert [note["id"] for note in receiver.notes()] == [NOTE.id]


@pytest.mark.parametrize("digits", [5, 13, 4_300, 5_000, 30_000])
def test_a_length_of_any_number_of_digits_is_refused(receiver, digits):
    """Python reads no number of more than 4,300 digits, and says so by an error."""
    assert ask(receiver, b"", Content_Length="9" * digits) == (413, {"error": "size"})


@pytest.mark.parametrize("length", ["", "-1", "+5", "0x5", "1_0", "\u00b2", " "])
def test_a_length_that_is_no_number_is_refused(receiver, length):
    assert ask(receiver, b"", Content_Length=length) == (411, {"error": "length"})


@pytest.mark.parametrize("digits", [11, 13, 5_000])
def test_a_signed_time_far_away_is_refused(receiver, digits):
    assert ask(receiver, Handover_Timestamp="9" * digits) == (401, {"error": "time"})
    assert receiver.notes() == []


def changed(**fields) -> bytes:
    return json.dumps({**json.loads(BODY), **fields}).encode()


UNFIT = {
    "deep list": b"[" * 16_000,
    "deep object": b'{"a":' * 3_000,
    "deep within a note": BODY[:-1] + b',"x":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "a number too long to read": BODY[:-1] + b',"x":' + b"9" * 5_000 + b"}",
    "half an emoji": changed(contact={"way": "\ud83d", "time": "evenings"}),
    "no text": changed(contact={"way": 7, "time": "evenings"}),
    "another schema": changed(schema=2),
    "bytes": b"\xff\xfe",
    "nothing": b"",
}


@pytest.mark.parametrize("body", UNFIT.values(), ids=UNFIT.keys())
def test_a_signed_body_that_is_no_note_is_refused(receiver, body):
    assert ask(receiver, body[:16_384]) == (400, {"error": "body"})
    assert receiver.notes() == []


@pytest.mark.parametrize(
    "note_id",
    ["../../x", "", "0" * 31, "0" * 33, "A" * 32, "=1+1", "0" * 31 + "\n", "\u0663" * 32],
)
def test_an_id_that_the_bot_would_not_give_is_refused(receiver, note_id):
    """Whoever passes notes on may make a file or a cell of the id."""
    key = note_id.strip().encode("ascii", "replace").decode()
    assert ask(receiver, changed(id=note_id), Idempotency_Key=key) == (400, {"error": "body"})
    assert receiver.notes() == []


def test_a_key_that_is_not_the_signed_id_is_refused(receiver):
    assert ask(receiver, Idempotency_Key="0" * 32) == (400, {"error": "key"})


def test_it_goes_on_after_all_that(receiver):
    ask(receiver, b"", Content_Length="9" * 5_000)
    ask(receiver, b"[" * 16_000)
    assert ask(receiver)[0] == 200
    assert not any("Traceback" in line for line in receiver.log)


@pytest.mark.parametrize("secret", ["", "short", "a" * 32])
def test_it_does_not_start_with_a_secret_that_anybody_can_guess(secret, tmp_path):
    command = [sys.executable, PROGRAM, "--port", "0", "--database", tmp_path / "notes.db"]
    environment = {**os.environ, "HANDOVER_SECRET": secret}
    started = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert started.returncode == 1 and "HANDOVER_SECRET" in started.stderr
