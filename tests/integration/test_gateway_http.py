"""The gateway's HTTP: headers, cross-origin rules, pages, and clients that do not behave."""

from __future__ import annotations

import contextlib
import json
import secrets
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.scripted import (
    ORIGIN,
    SCRIPT,
    SCRIPT_NAME,
    Scripted,
    read_response,
    running,
    write_dist,
)
from tests.integration.words import number, said, whole

pytestmark = pytest.mark.integration

JSON = {"Content-Type": "application/json"}
ME = "0" * 32


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("http")
    write_dist(folder / "dist")
    with running(folder) as started:
        yield started


def check_safe(status, headers, body, expected):
    """An error as every error must be: JSON, the safe reply with 999, nothing stored."""
    assert status == expected, body
    assert headers["content-type"].startswith("application/json")
    assert headers["cache-control"] == "no-store"
    document = json.loads(body)
    assert document["error"]
    texts = [message["text"] for message in document["messages"]]
    reply = "too_large" if expected == 413 else "safe_reply"
    assert "\n".join(texts) == whole(reply) and "999" in texts[0]


def check_response(response, expected):
    headers = {name.lower(): value for name, value in response.headers.items()}
    check_safe(response.status_code, headers, response.content, expected)


# --- What every response carries


EVERYWHERE = [
    ("GET", "", 200),
    ("GET", "help", 200),
    ("GET", "health", 200),
    ("GET", "ready", 200),
    ("POST", "messages", 415),
    ("POST", "end", 400),
    ("OPTIONS", "messages", 204),
    ("GET", "nothing-here", 404),
    ("GET", "assets/other.js", 404),
    ("GET", f"assets/{SCRIPT_NAME}/", 404),
    ("GET", "help/", 404),
    ("GET", "health/", 404),
    ("GET", "ready/", 404),
    ("POST", "messages/", 404),
    ("POST", "end/", 404),
    ("OPTIONS", "messages/", 404),
    ("PUT", "messages", 405),
    ("OPTIONS", "help", 405),
]


@pytest.mark.parametrize(("method", "path", "status"), EVERYWHERE)
def test_every_response_is_private(server: Scripted, method, path, status):
    response = server.ask(path, method)
    assert response.status_code == status
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in response.headers
    assert "Server" not in response.headers and "X-Powered-By" not in response.headers


# --- Other websites


@pytest.mark.parametrize("path", ["messages", "end"])
@pytest.mark.parametrize("origin", [ORIGIN, "http://localhost:8000"])
def test_a_website_of_ours_may_send(server: Scripted, path, origin):
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    preflight = server.ask(path, "OPTIONS", headers=asked)
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == origin
    assert preflight.headers["Access-Control-Allow-Methods"] == "POST"
    assert preflight.headers["Access-Control-Allow-Headers"] == "Content-Type"
    assert int(preflight.headers["Access-Control-Max-Age"]) >= 600
    assert "Access-Control-Allow-Credentials" not in preflight.headers
    answer = server.ask(path, "POST", json={"conversation": ME}, headers={"Origin": origin})
    assert answer.headers["Access-Control-Allow-Origin"] == origin, "errors too"
    assert answer.headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Credentials" not in answer.headers


OTHERS = [
    "https://evil.example",
    "null",
    f"{ORIGIN}.evil.example",
    ORIGIN.replace("https", "http"),
    f"{ORIGIN}:8443",
    ORIGIN.upper(),
    f"{ORIGIN}/",
    "http://localhost:8001",
    "*",
    "",
]


@pytest.mark.parametrize("origin", OTHERS)
@pytest.mark.parametrize("method", ["OPTIONS", "POST", "GET"])
def test_another_website_is_told_nothing(server: Scripted, origin, method):
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    for path in ("messages", "end", "help", "ready", "nothing-here"):
        response = server.ask(path, method, headers=headers)
        allowed = [name for name in response.headers if name.lower().startswith("access-control")]
        assert allowed == [], path


def test_rasas_own_rules_hold_everywhere_else(server: Scripted):
    # So that the test above would fail without ours.
    address = server.url.removesuffix("chat/")
    response = server.ask("../", headers={"Origin": "https://evil.example"})
    assert response.url == address
    assert response.headers["Access-Control-Allow-Origin"] == "https://evil.example"


# --- Pages and script


class Document(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))


def test_the_script_may_be_kept_and_loaded_by_any_page(server: Scripted):
    response = server.ask(f"assets/{SCRIPT_NAME}", headers={"Origin": "https://any.example"})
    assert response.content == SCRIPT
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["..%2fmanifest.json", "manifest.json", "../chat.py", "%00", ""])
def test_nothing_else_is_served_as_an_asset(server: Scripted, name):
    check_response(server.ask(f"assets/{name}"), 404)


@pytest.mark.parametrize("path", ["", "help"])
def test_a_page_has_the_strictest_headers(server: Scripted, path):
    response = server.ask(path)
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response.headers["X-Frame-Options"] == "DENY"
    for feature in ("camera", "microphone", "geolocation", "clipboard-read"):
        assert f"{feature}=()" in response.headers["Permissions-Policy"]
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy and "require-trusted-types-for 'script'" in policy
    assert "stalk" not in response.text.split("</head>")[0].lower()
    assert "{" not in response.text.split("</style>")[1], "every place is filled"


def test_the_chat_page_loads_the_built_script_and_nothing_else(server: Scripted):
    response = server.ask("")
    script = dict(Document(response.text).tags)["script"]
    assert script["src"] == f"assets/{SCRIPT_NAME}" and script["type"] == "module"
    assert script["integrity"].startswith("sha384-") and "crossorigin" in script
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]


def test_the_help_page_needs_nothing(server: Scripted):
    response = server.ask("help")
    assert "999" in response.text and "101" in response.text and number("nsh") in response.text
    tags = Document(response.text).tags
    assert {"script", "link", "img", "form", "iframe"}.isdisjoint(tag for tag, _ in tags)
    assert not any("src" in attributes for _, attributes in tags)
    assert "script-src" not in response.headers["Content-Security-Policy"]


def test_the_address_without_its_slash_leads_to_the_page(server: Scripted):
    response = server.ask("../chat")
    assert (response.status_code, response.headers["Location"]) == (308, "/chat/")


def test_without_the_widget_the_page_is_help_and_the_log_says_what_is_missing(tmp_path):
    write_dist(tmp_path / "dist", script=b"tampered")
    with running(tmp_path) as server:
        assert server.ask("").text == server.ask("help").text
        check_response(server.ask(f"assets/{SCRIPT_NAME}"), 404)
        assert "is not the file that was built" in server.log.read_text()


# --- Wrong requests


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["messages", "end"])
def test_a_wrong_method_is_told_the_right_one(server: Scripted, path, method):
    response = server.ask(path, method)
    check_response(response, 405)
    assert response.headers["Allow"] == "OPTIONS, POST"


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/xml", "", "multipart/form-data"]
)
def test_a_message_must_be_json(server: Scripted, content_type):
    body = json.dumps({"conversation": ME, "text": "hello"})
    headers = {"Content-Type": content_type}
    check_response(server.ask("messages", "POST", data=body, headers=headers), 415)


@pytest.mark.parametrize("content_type", ["text/plain", "application/json; charset=utf-8", ""])
def test_an_end_may_be_sent_without_a_preflight(server: Scripted, content_type):
    body = json.dumps({"conversation": ME, "reason": "left"})
    for _ in range(2):
        response = server.ask("end", "POST", data=body, headers={"Content-Type": content_type})
        assert (response.status_code, response.json()) == (200, {"ended": True})


FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-site"},
    {"Origin": "null"},
    {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    {"Origin": f"{ORIGIN}.evil.example"},
    {"Origin": "http://127.0.0.1.evil.example"},
    {"Origin": "http://["},
    {"Origin": ""},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_page_of_another_website_ends_nothing(server: Scripted, headers):
    """A browser sends plain text from any page without asking first."""
    mine = secrets.token_hex(16)
    server.say("hello", mine)
    body = json.dumps({"conversation": mine, "reason": "left"})
    sent = {"Content-Type": "text/plain", **headers}
    check_response(server.ask("end", "POST", data=body, headers=sent), 403)
    assert server.has(mine)


OWN = [
    {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
    {"Origin": ORIGIN},
    {"Origin": "http://127.0.0.1"},
    {"Origin": "https://www.chat.example", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "http://[::1]:8000", "Host": "[::1]"},
]


@pytest.mark.parametrize("headers", OWN)
def test_a_page_that_may_use_the_chat_ends_it(server: Scripted, headers):
    """Also the server's own, whatever name a proxy calls the server by."""
    mine = secrets.token_hex(16)
    server.say("hello", mine)
    body = json.dumps({"conversation": mine, "reason": "left"})
    sent = {"Content-Type": "text/plain", **headers}
    assert server.ask("end", "POST", data=body, headers=sent).json() == {"ended": True}
    assert not server.has(mine)


TEXT = b'{"conversation": "' + ME.encode() + b'", "text": '
WRONG = {
    "nothing": b"",
    "no json": b"he is here",
    "half": TEXT,
    "list": b"[]",
    "null": b"null",
    "number": b"1e999",
    "no text": b'{"conversation": "%s"}' % ME.encode(),
    "short id": b'{"conversation": "abc", "text": "hi"}',
    "upper id": b'{"conversation": "%s", "text": "hi"}' % (b"A" * 32),
    "id and line": b'{"conversation": "%s\\n", "text": "hi"}' % ME.encode(),
    "id is a number": b'{"conversation": 1, "text": "hi"}',
    "both": TEXT + b'"hi", "button": "x"}',
    "extra": TEXT + b'"hi", "sender": "x"}',
    "metadata": TEXT + b'"hi", "metadata": {}}',
    "text is null": TEXT + b"null}",
    "text is a number": TEXT + b"7}",
    "text is a list": TEXT + b'["hi"]}',
    "text is an object": TEXT + b'{"a": "hi"}}',
    "bad utf-8": TEXT + b'"\xff\xfe"}',
    "overlong utf-8": TEXT + b'"\xc0\xaf"}',
    "deep": b"[" * 30_000,
    "deep object": b'{"a":' * 10_000,
    "zero byte": TEXT + b'"hi"}\x00',
    "two documents": TEXT + b'"hi"}{}',
    "language": TEXT + b'"hi", "language": "../../etc"}',
    "long button": b'{"conversation": "%s", "button": "%s"}' % (ME.encode(), b"x" * 5_000),
    "utf-16": json.dumps({"conversation": ME, "text": "hi"}).encode("utf-16"),
}


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG.keys())
def test_a_body_that_is_no_message_gets_the_safe_reply(server: Scripted, body):
    check_response(server.ask("messages", "POST", data=body, headers=JSON), 400)


FIELDS = [
    ("messages", {"conversation": "abc", "text": "hi"}, "conversation"),
    ("messages", {"text": "hi"}, "conversation"),
    ("messages", {"conversation": ME, "text": 7}, "text"),
    ("messages", {"conversation": ME, "button": "x" * 5_000}, "button"),
    ("messages", {"conversation": ME, "text": "hi", "language": "../../etc"}, "language"),
    ("messages", {"conversation": ME, "text": "hi", "message": "x"}, "message"),
    ("messages", {"conversation": ME, "text": "hi", "button": "x"}, "body"),
    ("messages", {"conversation": ME, "text": "hi", "zqsender": "x"}, "body"),
    ("messages", [], "body"),
    ("end", {"conversation": ME, "reason": "zq"}, "reason"),
]


@pytest.mark.parametrize(("path", "body", "field"), FIELDS)
def test_a_program_is_told_which_field_does_not_fit(server: Scripted, path, body, field):
    response = server.ask(path, "POST", json=body)
    check_response(response, 400)
    assert response.json()["field"] == field and "zq" not in response.text


@pytest.mark.parametrize("body", [b"", b"{}", b'{"conversation": "x"}', b'{"conversation": null}'])
def test_a_body_that_ends_nothing_is_refused(server: Scripted, body):
    check_response(server.ask("end", "POST", data=body), 400)


FINE = {
    "escaped zero": TEXT + b'"a\\u0000b"}',
    "astral": TEXT + '"😀 hello"}'.encode(),
    "escaped pair": TEXT + b'"\\ud83d\\ude00 hello"}',
    "half an emoji": TEXT + b'"hello \\uD83D"}',
    "the other half": TEXT + b'"\\uDE00 hello \\ud83d\\ude00"}',
    "two first halves": TEXT + b'"\\ud83d\\ud83d\\ude00 hello"}',
    "escaped backslash": TEXT + b'"hello \\\\ud83d"}',
    "language": TEXT + b'"hello", "language": "cy"}',
    "button is null": TEXT + b'"hello", "button": null}',
}


@pytest.mark.parametrize("body", FINE.values(), ids=FINE.keys())
def test_an_unusual_message_is_a_message(server: Scripted, body):
    response = server.ask("messages", "POST", data=body, headers=JSON)
    assert (response.status_code, response.json()["outcome"]) == (200, "answered")
    assert all(message["lang"] == "en" for message in response.json()["messages"])


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
ALMOST = st.fixed_dictionaries(
    {"conversation": st.just(ME) | JSON_VALUES},
    optional={"text": st.text() | JSON_VALUES, "button": st.text(), "language": st.text()},
)


@settings(
    max_examples=150, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(st.binary(max_size=300) | ALMOST.map(lambda value: json.dumps(value).encode()))
def test_any_body_gets_json_and_words(server: Scripted, body):
    response = server.ask("messages", "POST", data=body, headers=JSON)
    assert response.status_code in (200, 400)
    assert all(message["text"] for message in response.json()["messages"])
    assert response.json()["messages"]


def test_a_typed_slash_stays_text(server: Scripted):
    for text in ("/restart", "／restart", "  //restart", "\u200b/restart"):
        answer = server.say(text).json()
        assert answer["messages"][0]["text"] == "read 7: restart"


# --- Sizes and pace


def head(path=b"messages", *more: bytes) -> bytes:
    lines = [b"POST /chat/%s HTTP/1.1" % path, b"Host: x", b"Content-Type: application/json", *more]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def test_a_large_body_is_refused_and_the_client_gets_to_read_why(server: Scripted):
    body = TEXT + b'"' + b"x" * 1_000_000 + b'"}'
    check_response(server.ask("messages", "POST", data=body, headers=JSON), 413)


def test_the_largest_body_is_read(server: Scripted):
    body = TEXT + b'"' + b"x" * 63_900 + b'"}'
    response = server.ask("messages", "POST", data=body, headers=JSON)
    assert response.status_code == 200
    assert said("too_long") in [message["text"] for message in response.json()["messages"]]


def test_a_huge_body_is_refused_by_its_announcement(server: Scripted):
    """One that is waited for, and never comes, has the status 408."""
    with server.connection() as line:
        line.sendall(head(b"messages", b"Content-Length: 100000000"))
        check_safe(*read_response(line), 413)


def test_a_client_that_asks_first_need_not_send_a_large_body(server: Scripted):
    asking = head(b"messages", b"Content-Length: 1000000", b"Expect: 100-continue")
    with server.connection() as line:
        line.sendall(asking)
        check_safe(*read_response(line), 413)


def test_a_chunked_body_is_refused_at_the_chunk_too_many(server: Scripted):
    chunk = b"2710\r\n" + b"x" * 10_000 + b"\r\n"
    with server.connection() as line:
        line.sendall(head(b"messages", b"Transfer-Encoding: chunked") + chunk * 7)
        check_safe(*read_response(line), 413)


def test_a_chunked_message_is_read(server: Scripted):
    body = TEXT + b'"hello"}'
    chunks = b"".join(b"%x\r\n%s\r\n" % (1, body[i : i + 1]) for i in range(len(body)))
    sent = head(b"messages", b"Transfer-Encoding: chunked") + chunks + b"0\r\n\r\n"
    status, _, answer = server.exchange(sent)
    assert status == 200 and json.loads(answer)["outcome"] == "answered"


def test_a_body_that_trickles_in_is_refused_in_time(tmp_path):
    """It would be whole after two hundred seconds."""
    with running(tmp_path, BODY_DEADLINE="1") as server, server.connection() as line:
        line.sendall(head(b"messages", b"Content-Length: 1000"))
        line.settimeout(0.2)
        received = b""
        while not received:
            line.sendall(b"x")
            try:
                received = line.recv(65_536)
            except TimeoutError:
                continue
    assert received.startswith(b"HTTP/1.1 408") and b"999" in received


def test_a_slow_client_does_not_hold_up_another(server: Scripted):
    with server.connection() as line:
        line.sendall(head(b"messages", b"Content-Length: 1000") + b"{")
        line.settimeout(0.01)
        assert server.say("hello").status_code == 200
        with pytest.raises(TimeoutError):  # the slow one is still being waited for
            line.recv(1)


# --- Broken HTTP


BROKEN = {
    "no http": b"he is here\r\n\r\n",
    "no version": b"GET /chat/help\r\n\r\n",
    "wrong version": b"GET /chat/help HTTP/3.0\r\n\r\n",
    "spaces in the address": b"GET /chat/he lp HTTP/1.1\r\n\r\n",
    "no address": b"POST  HTTP/1.1\r\n\r\n",
    "header without colon": b"GET /chat/help HTTP/1.1\r\nHost\r\n\r\n",
    "bytes": bytes(range(14, 200)) + b"\r\n\r\n",
    "relative address": b"POST chat/messages HTTP/1.1\r\nHost: x\r\n\r\n",
    "length is text": head(b"messages", b"Content-Length: many") + b"{}",
    "length is negative": head(b"messages", b"Content-Length: -5") + b"{}",
    "length has a sign": head(b"messages", b"Content-Length: +2") + b"{}",
    "length in another script": head(b"messages", "Content-Length: ٢".encode()) + b"{}",
    "two lengths": head(b"messages", b"Content-Length: 2", b"Content-Length: 40") + b"{}",
    "length and chunks": head(b"messages", b"Content-Length: 5", b"Transfer-Encoding: chunked")
    + b"0\r\n\r\nGET /chat/help HTTP/1.1\r\n\r\n",
    "other coding": head(b"messages", b"Transfer-Encoding: gzip") + b"{}",
    "two codings": head(b"messages", b"Transfer-Encoding: chunked, identity") + b"0\r\n\r\n",
    "capital coding": head(b"messages", b"Transfer-Encoding: Chunked", b"Content-Length: 2"),
    "hidden coding": head(b"messages", b"Transfer-Encoding:\x0bchunked") + b"0\r\n\r\n",
    "space before the colon": head(b"messages", b"Content-Length : 2") + b"{}",
    "folded header": head(b"messages", b"X-A: b", b" Content-Length: 2") + b"{}",
    "line feed alone": head(b"messages", b"X-A: b\nContent-Length: 2") + b"{}",
    "bad chunk": head(b"messages", b"Transfer-Encoding: chunked") + b"zz\r\n{}\r\n0\r\n\r\n",
    "negative chunk": head(b"messages", b"Transfer-Encoding: chunked") + b"-2\r\n{}\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("sent", BROKEN.values(), ids=BROKEN.keys())
def test_broken_http_is_answered_once_with_999_and_the_line_is_closed(server: Scripted, sent):
    with server.connection() as line:
        line.sendall(sent)
        status, headers, body = read_response(line)
        check_safe(status, headers, body, 400)
        assert headers["connection"] == "close"
        with contextlib.suppress(ConnectionResetError):
            assert line.recv(100) == b"", "nothing hidden in the request is answered"


def test_an_address_in_raw_bytes_closes_the_line_and_harms_nobody(server: Scripted):
    # Sanic cannot hold such an address. No browser sends one: it writes %FF.
    with server.connection() as line:
        line.sendall(b"GET /chat/\xff HTTP/1.1\r\nHost: x\r\n\r\n")
        assert line.recv(100) == b""
    check_response(server.ask("%ff"), 404)


def test_headers_that_never_end_are_refused(server: Scripted):
    with server.connection() as line:
        line.sendall(b"GET /chat/help HTTP/1.1\r\n" + b"X-Filler: " + b"x" * 40_000)
        status, headers, body = read_response(line)
        check_safe(status, headers, body, 413)


def test_the_server_answers_as_before_after_all_that(server: Scripted):
    assert server.ask("ready").json() == {
        "ready": True,
        "storing": True,
        "switched_off": False,
    }
    assert server.say("hello", secrets.token_hex(16)).json()["outcome"] == "answered"
