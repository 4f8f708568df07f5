"""How a body may be framed: a chunk that two servers could read differently is refused."""

from __future__ import annotations

import contextlib
import json

import pytest

from tests.integration.scripted import Scripted, read_response, running

pytestmark = pytest.mark.integration

CHUNKED = b"\r\n".join(
    [
        b"POST /chat/messages HTTP/1.1",
        b"Host: x",
        b"Content-Type: application/json",
        b"Transfer-Encoding: chunked",
        b"\r\n",
    ]
)
BODY = b'{"conversation": "%s", "text": "hello"}' % (b"0" * 32)
FIRST, REST = BODY[:31], BODY[31:]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("framing")) as started:
        yield started


def chunks(first_size=b"1f", between=b"\r\n", end=b"0\r\n\r\n"):
    """A whole message in two chunks; the first has 0x1f bytes."""
    rest = b"%x\r\n%s\r\n" % (len(REST), REST)
    return first_size + b"\r\n" + FIRST + between + rest + end


WRONG = {
    "size with a prefix": chunks(b"0x1f"),
    "size with a sign": chunks(b"+1f"),
    "size with an underscore": chunks(b"1_f"),
    "size after a space": chunks(b" 1f"),
    "size before a space": chunks(b"1f "),
    "no size": chunks(b""),
    "size in another script": chunks("\u0661f".encode()),
    "line feed in an extension": chunks(b"1f;a\nb"),
    "any two bytes after the data": chunks(between=b"xy"),
    "a line feed too many": chunks(between=b"\n\n"),
    "any two bytes at the end": chunks(end=b"0\r\nxy"),
    "a trailer": chunks(end=b"0\r\nX-A: b\r\n\r\n"),
    "an end with a sign": chunks(end=b"-0\r\n\r\n"),
    "an end with a prefix": chunks(end=b"0x0\r\n\r\n"),
}


def check_refused(server: Scripted, sent: bytes):
    with server.connection() as line:
        line.sendall(sent)
        status, headers, body = read_response(line)
        assert status == 400, body
        assert "999" in json.loads(body)["messages"][0]["text"]
        assert headers["connection"] == "close"
        with contextlib.suppress(ConnectionResetError):
            assert line.recv(100) == b"", "nothing hidden in the request is answered"


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG.keys())
def test_a_chunk_that_can_be_read_in_two_ways_is_refused(server: Scripted, body):
    check_refused(server, CHUNKED + body)


BEHIND = b"GET /chat/health HTTP/1.1\r\nHost: x\r\n\r\n"


def test_the_same_holds_where_a_body_means_nothing(server: Scripted):
    """Also with a second request behind the chunk, as a smuggler would send it."""
    sent = CHUNKED.replace(b"POST /chat/messages", b"GET /chat/help")
    check_refused(server, sent + chunks(b"0x1f") + BEHIND)


@pytest.mark.parametrize("address", [b"GET /chat/end", b"POST /elsewhere"])
def test_after_an_answer_that_did_not_wait_for_the_body_the_line_is_closed(server, address):
    sent = CHUNKED.replace(b"POST /chat/messages", address) + chunks(b"0x1f") + BEHIND
    with server.connection() as line:
        line.sendall(sent)
        received = b""
        with contextlib.suppress(ConnectionResetError):
            while data := line.recv(65_536):
                received += data
    assert received.count(b"HTTP/1.1 ") == 1 and b'"alive":true' not in received


@pytest.mark.parametrize("size", [b"1f", b"1F", b"0000001f", b"1f;name=value"])
def test_a_size_as_the_standard_has_it_is_read(server: Scripted, size):
    status, _, answer = server.exchange(CHUNKED + chunks(size))
    assert status == 200 and json.loads(answer)["outcome"] == "answered"


def test_chunks_are_read_however_they_are_cut_up(server: Scripted):
    with server.connection() as line:
        for byte in CHUNKED + chunks():
            line.sendall(bytes([byte]))
        status, _, answer = read_response(line)
    assert status == 200 and json.loads(answer)["outcome"] == "answered"


def test_a_client_that_asks_first_is_told_to_go_on(server: Scripted):
    with server.connection() as line:
        line.sendall(CHUNKED[:-2] + b"Expect: 100-continue\r\n\r\n")
        assert line.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        line.sendall(chunks())
        assert read_response(line)[0] == 200


def test_the_next_request_on_the_line_is_the_next_one(server: Scripted):
    with server.connection() as line:
        line.sendall(CHUNKED + chunks() + BEHIND)
        received = b""
        while b'{"alive":true}' not in received:
            received += line.recv(65_536) or pytest.fail(f"closed after {received!r}")
    assert received.count(b"HTTP/1.1 200 OK") == 2
