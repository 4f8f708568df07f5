"""The rules of deploy/nginx/ in a real nginx, in front of a real gateway with a scripted agent."""

from __future__ import annotations

import getpass
import re
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
from requests.adapters import HTTPAdapter

from bot.gateway import pages
from bot.gateway.http import headers
from bot.gateway.pages import assets
from bot.settings import ROOT
from local_servers import shipped_nginx
from local_servers.nginx import nginx, serving
from local_servers.ports import free_port, free_ports
from tests.integration.scripted import running
from tests.integration.shipped import Shipped, running_as_shipped
from tests.integration.waiting import PATIENCE, wait_until
from tests.integration.words import whole
from tests.services.programs import need, need_stream

pytestmark = pytest.mark.integration

# Somebody else than this machine itself, though it comes from here.
ELSEWHERE = "127.0.0.2"
# As many at once as ever, and then hardly any more, however slowly a busy machine sends. And nobody
# is sent away for being slow, nor is a process given up.
PATIENT = {
    "rate=20r/s": "rate=1r/m",
    "client_body_timeout 10s": "client_body_timeout 600s",
    "proxy_connect_timeout 300ms": "proxy_connect_timeout 600s",
    "proxy_send_timeout 2s": "proxy_send_timeout 600s",
    "proxy_read_timeout 4800ms": "proxy_read_timeout 600s",
    "proxy_next_upstream_timeout 3s": "proxy_next_upstream_timeout 600s",
}


class From(HTTPAdapter):
    """Sends from an address of this machine's choice."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args, **more):
        super().init_poolmanager(*args, source_address=(self._address, 0), **more)


@dataclass
class Front:
    """A running nginx.

    Attributes:
        port: where it listens.
        folder: its files; `static` holds what it says by itself.
    """

    port: int
    folder: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def log(self) -> str:
        return (self.folder / "nginx.log").read_text()


def person(address: str) -> requests.Session:
    """Somebody who sends from an address."""
    session = requests.Session()
    session.mount("http://", From(address))
    return session


def is_up(front: Front, status: int = 404) -> bool:
    try:
        return requests.get(front.url, timeout=PATIENCE).status_code == status
    except requests.ConnectionError:
        return False


def words(answer: requests.Response) -> str:
    return "\n".join(message["text"] for message in answer.json()["messages"])


@pytest.fixture(scope="module")
def alone(tmp_path_factory) -> Iterator[Front]:
    """No process of ours runs behind it."""
    need("nginx")
    folder = tmp_path_factory.mktemp("alone")
    port, nobody = free_ports(2)
    with nginx(folder, port, [nobody]):
        front = Front(port, folder)
        wait_until(lambda: is_up(front))
        yield front


def test_no_line_of_nginx_names_anybody(alone):
    """At the level of its log, too, nginx tells who asked for what when something is wrong."""
    reply = alone.folder / "static" / "safe_reply.json"
    kept = reply.rename(reply.with_suffix(".kept"))
    reply.symlink_to(reply.name)  # one that leads to itself: nginx calls that critical
    try:
        answer = person(ELSEWHERE).post(f"{alone.url}chat/messages", json={}, timeout=PATIENCE)
        assert answer.status_code == 404
    finally:
        kept.replace(reply)
    assert ELSEWHERE not in alone.log and "chat" not in alone.log.replace(str(alone.folder), "")


@pytest.fixture(scope="module")
def front(tmp_path_factory) -> Iterator[Front]:
    """Behind it a gateway whose own limits are low: 5 messages at once from one address."""
    need("nginx")
    folder = tmp_path_factory.mktemp("front")
    with ExitStack() as stack:
        (folder / "gateway").mkdir()
        limits = {"PROXIES": "1", "ADDRESS_RATE": "5"}
        server = stack.enter_context(running(folder / "gateway", **limits))
        port = free_port()
        stack.enter_context(nginx(folder, port, [server.port], PATIENT))
        started = Front(port, folder)
        wait_until(lambda: is_up(started))
        yield started


def say(front: Front, sender: requests.Session) -> requests.Response:
    body = {"conversation": secrets.token_hex(16), "text": "hello"}
    return sender.post(f"{front.url}chat/messages", json=body, timeout=PATIENCE)


def end(front: Front, sender: requests.Session) -> requests.Response:
    body = {"conversation": secrets.token_hex(16)}
    return sender.post(f"{front.url}chat/end", json=body, timeout=PATIENCE)


def ask(front: Front, sender: requests.Session, path: str) -> requests.Response:
    return sender.get(f"{front.url}chat/{path}", timeout=PATIENCE)


def is_of_nginx(answer: requests.Response) -> bool:
    """Whether nginx itself gave the words, and 999 first in them."""
    content = answer.json()
    if content.get("outcome") != "safe_reply_unavailable":
        return False
    return words(answer) == whole("safe_reply") and "999" in content["messages"][0]["text"]


def first_of_nginx(
    ask: Callable[[], requests.Response],
) -> tuple[requests.Response, list[requests.Response]]:
    """The first answer that nginx gives by itself, and those before it."""
    before: list[requests.Response] = []
    while not is_of_nginx(answer := ask()):
        before.append(answer)
        assert len(before) < 2_000
    return answer, before


def test_who_sends_far_too_much_gets_the_words_of_nginx_with_999(front):
    sender = person(ELSEWHERE)
    answer, before = first_of_nginx(lambda: say(front, sender))
    assert answer.status_code == 200 and len(before) >= 300
    assert [one.status_code for one in before[:4]] == [200] * 4, (
        "two processes have half of it each"
    )
    refused = [one for one in before if one.status_code == 429]
    assert refused, "the gateway's own refusals are left alone"
    assert {one.json()["error"] for one in refused} == {"rate_limited"}
    assert all(int(one.headers["Retry-After"]) >= 1 for one in refused)
    # Now and then the gateway answers one, as time goes on.
    assert {one.status_code for one in before} == {200, 429}
    assert end(front, sender).json() == {"ended": True}, "ends are counted apart"
    assert not is_of_nginx(say(front, person("127.0.0.3"))), "others go on"


def test_who_ends_far_too_much_is_never_told_that_it_is_erased(front):
    sender = person("127.0.0.4")
    answer, before = first_of_nginx(lambda: end(front, sender))
    assert answer.status_code == 429 and len(before) >= 300
    ended = [one.json() == {"ended": True} for one in before]
    assert all(ended[:20]) and not all(ended)
    refused = [one.json()["error"] for one in before if one.json() != {"ended": True}]
    assert set(refused) == {"rate_limited"}


@pytest.mark.parametrize(
    ("address", "path"),
    [("127.0.0.7", "ready"), ("127.0.0.8", "health"), ("127.0.0.9", "assets/chat.js")],
)
def test_who_asks_far_too_often_gets_the_words_with_999(front, address, path):
    sender = person(address)
    answer, before = first_of_nginx(lambda: ask(front, sender, path))
    assert answer.status_code == 429 and len(before) >= 300
    assert {one.status_code for one in before} == {404 if "assets" in path else 200}
    assert not is_of_nginx(say(front, sender)), "messages are counted apart"
    assert ask(front, person("127.0.0.10"), path).status_code != 429, "others go on"


def test_who_loads_far_too_many_pages_gets_the_help_page(front):
    sender = person("127.0.0.11")
    help_page = (front.folder / "static" / "help.html").read_bytes()
    before = 0
    while (answer := ask(front, sender, "")).content != help_page:
        before += 1
        assert answer.status_code == 200 and before < 2_000
    assert answer.status_code == 200 and before >= 300
    assert answer.headers["Content-Type"].startswith("text/html") and b"999" in help_page
    assert not is_of_nginx(say(front, sender)), "messages are counted apart"


def test_this_machine_itself_has_no_limit_of_nginx(front):
    sender = person("127.0.0.1")
    assert not any(is_of_nginx(say(front, sender)) for _ in range(450))
    assert all(ask(front, sender, "ready").status_code == 200 for _ in range(450))


COUNTS = """\
daemon off;
user {user};
pid {folder}/pid;
error_log {folder}/nginx.log;
events {{ }}
http {{
    access_log off;
    include {limits};
    server {{
        listen 127.0.0.1:{port};
        set_real_ip_from 127.0.0.1;
        real_ip_header X-From;
        default_type text/plain;
        return 200 "$chat_client";
    }}
}}
"""


def test_an_ipv6_household_counts_as_one_address_and_this_machine_as_none(tmp_path):
    need("nginx")
    config, port = tmp_path / "nginx.conf", free_port()
    limits = ROOT / "deploy" / "nginx" / "chat-client.conf"
    user = getpass.getuser()
    config.write_text(COUNTS.format(folder=tmp_path, limits=limits, port=port, user=user))
    front = Front(port, tmp_path)

    def counts_as(address: str) -> bytes:
        return requests.get(front.url, headers={"X-From": address}, timeout=PATIENCE).content

    with serving(config, port):
        wait_until(lambda: is_up(front, 200))
        assert counts_as("2001:db8:1:2:3:4:5:6") == counts_as("2001:db8:1:2::9") == b"2001:db8:1:2:"
        assert counts_as("2001:db8:1:3::9") != counts_as("2001:db8:1:2::9")
        # What is zero in the middle is left out, also in the first half.
        assert counts_as("2a02:c7c:1::5") == counts_as("2a02:c7c:1::7:8:9") == b"2a02:c7c:1::"
        assert counts_as("2a02:c7c::5") == counts_as("2a02:c7c::6:7:8:9") == b"2a02:c7c::"
        assert counts_as("2a02:c7c:0:1:2::5") == counts_as("2a02:c7c:0:1::9") == b"2a02:c7c:0:1:"
        # A single zero is written out: a first half has two names at most.
        assert counts_as("2a02:c7c:1:0:1::5") == b"2a02:c7c:1:0:"
        assert counts_as("192.0.2.1") == bytes([192, 0, 2, 1])
        assert counts_as("127.0.0.1") == counts_as("::1") == b""


def test_one_address_cannot_take_all_connections(front):
    head = (
        b"POST /chat/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Content-Length: 70\r\n\r\n{"
    )
    with ExitStack() as stack:
        # Ten more than it may have: on a busy machine one of them may get lost.
        for _ in range(210):
            line = socket.create_connection(
                ("127.0.0.1", front.port), timeout=PATIENCE, source_address=("127.0.0.5", 0)
            )
            stack.enter_context(line).sendall(head)
        # Once nginx has read all, and before there were so many that it is another limit.
        for _ in range(90):
            if is_of_nginx(say(front, person("127.0.0.5"))):
                break
            time.sleep(1)
        else:
            pytest.fail("one address has taken more than 200 connections")
        assert not is_of_nginx(say(front, person("127.0.0.6"))), "others go on"
        assert not is_of_nginx(end(front, person("127.0.0.5")))


# HSTS is nginx's, which ends TLS; the others are of the message itself or of who may read it.
NOT_OF_THE_GATEWAY = {
    "Server", "Date", "Content-Type", "Content-Length", "Connection", "ETag", "Last-Modified",
    "Accept-Ranges", "Location", "Vary", "Strict-Transport-Security",
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("chat/messages", "POST", 200),
        ("chat/check", "POST", 502),
        ("chat/end", "POST", 502),
        ("chat/messages?large", "POST", 413),
        ("chat", "GET", 308),
        ("elsewhere", "GET", 404),
        ("chat/", "GET", 200),
        ("chat/assets/chat.js", "GET", 502),
        ("chat/ready", "GET", 502),
        ("chat/health", "GET", 502),
    ],
)
def test_what_nginx_says_by_itself_is_as_private_as_what_the_gateway_says(
    alone, path, method, status
):
    body = b"x" * (300_000 if "large" in path else 1)
    answer = requests.request(
        method, alone.url + path, data=body, timeout=PATIENCE, allow_redirects=False
    )
    assert answer.status_code == status
    given = {key: text for key, text in answer.headers.items() if key not in NOT_OF_THE_GATEWAY}
    wanted = headers.ALL
    if path == "chat/":
        # The page is a file that is written on its own, so nginx does not know its digest.
        wanted = headers.ALL | pages.help_page().headers
        policy = re.sub(r"'sha256-[^']+'", "'unsafe-inline'", wanted["Content-Security-Policy"])
        wanted = wanted | {"Content-Security-Policy": policy}
    assert given == wanted


def test_without_a_process_a_script_is_an_error_and_a_page_the_help_page(alone):
    for path in ("chat/assets/chat.js", "chat/ready", "chat/health"):
        answer = requests.get(alone.url + path, timeout=PATIENCE)
        assert answer.status_code == 502 and is_of_nginx(answer)
    for path in ("chat/", "chat/help"):
        shown = requests.get(alone.url + path, timeout=PATIENCE)
        assert shown.status_code == 200 and "999" in shown.text
        assert shown.headers["Content-Type"].startswith("text/html")


def test_the_script_comes_through_as_the_gateway_gives_it(front):
    script = assets.load()
    given = requests.get(f"{front.url}chat/assets/{script.name}", timeout=PATIENCE)
    assert given.content == script.body
    assert given.headers["Content-Type"].startswith("text/javascript")
    for coding in ("br", "gzip"):
        asked = {"Accept-Encoding": coding}
        packed = requests.get(given.url, headers=asked, stream=True, timeout=PATIENCE)
        assert packed.headers["Content-Encoding"] == coding
        assert packed.headers["Vary"] == "Accept-Encoding"
        assert len(packed.raw.read(decode_content=False)) < 20_000


class Dying(ThreadingHTTPServer):
    """Several processes at once: whichever gets the first message dies with it after a moment."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.began: list[float] = []
        self.came: list[float] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Answering(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.server.came.append(time.time())
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.began.append(float(self.headers["X-Chat-Began"]))
        if len(self.server.began) == 1:
            time.sleep(0.5)
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"answered")

    def log_message(self, *given: object) -> None:
        pass


def test_what_a_process_died_with_goes_to_another_that_learns_when_it_came(tmp_path):
    need("nginx")
    with Dying() as processes:
        front = Front(free_port(), tmp_path)
        with nginx(tmp_path, front.port, [processes.server_port], PATIENT):
            wait_until(lambda: is_up(front))
            before = time.time()
            forged = {"X-Chat-Began": "1"}
            url = f"{front.url}chat/messages"
            answer = requests.post(url, json={}, headers=forged, timeout=PATIENCE)
        processes.shutdown()
    assert answer.text == "answered"
    first, again = processes.began
    # nginx's clock has milliseconds.
    assert before - 0.01 <= first <= processes.came[0] + 0.01
    assert again == first, "not when it was sent on"


def test_what_is_too_large_for_nginx_is_told_so_and_not_to_send_it_again(alone):
    large = b"x" * 300_000
    answer = requests.post(f"{alone.url}chat/messages", data=large, timeout=PATIENCE)
    assert answer.status_code == 413 and answer.json()["error"] == "too_large"
    assert words(answer) == whole("too_large")
    (alone.folder / "static" / "too_large.json").rename(alone.folder / "too_large.json")
    try:  # an older release has written none
        answer = requests.post(f"{alone.url}chat/messages", data=large, timeout=PATIENCE)
    finally:
        (alone.folder / "too_large.json").rename(alone.folder / "static" / "too_large.json")
    assert answer.status_code == 413 and words(answer) == whole("safe_reply")


@pytest.fixture(scope="module")
def shipped(tmp_path_factory) -> Iterator[Shipped]:
    need_stream()
    folder = tmp_path_factory.mktemp("shipped")
    (folder / "gateway").mkdir()
    with (
        running(folder / "gateway", PROXIES="1") as server,
        running_as_shipped(folder / "nginx", server.port, {}) as started,
    ):
        yield started


def test_the_configuration_for_production_serves_the_chat(shipped):
    body = {"conversation": secrets.token_hex(16), "text": "hello"}
    answer = shipped.ask("POST", "chat/messages", json=body)
    assert answer.status_code == 200 and words(answer)
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    assert shipped.ask("GET", "chat/").headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("path", ["messages/", "end/", "messages//", "messages%2F", "end/."])
def test_another_spelling_of_an_address_walks_around_no_limit(shipped, path):
    """nginx counts by the exact address, so no other one may reach what it stands for."""
    body = {"conversation": secrets.token_hex(16), "text": "hello"}
    answer = shipped.ask("POST", f"chat/{path}", json=body)
    assert answer.status_code == 404 and "999" in words(answer)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_http_2_is_spoken_over_tls(shipped, version):
    context = ssl.create_default_context(cafile=str(shipped.certificate))
    context.set_alpn_protocols(["h2", "http/1.1"])
    context.minimum_version = context.maximum_version = version
    with (
        socket.create_connection(("127.0.0.1", shipped.secure), timeout=PATIENCE) as line,
        context.wrap_socket(line, server_hostname=shipped_nginx.NAME) as secured,
    ):
        assert secured.selected_alpn_protocol() == "h2"


def test_what_is_no_http_2_costs_nobody_an_answer(shipped):
    context = ssl.create_default_context(cafile=str(shipped.certificate))
    context.set_alpn_protocols(["h2"])
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    for rest in (
        b"",
        b"\x00" * 9,
        b"\xff" * 400,
        b"\x00\x40\x00\x01\x05\x00\x00\x00\x01" + b"a" * 500,
    ):
        with (
            socket.create_connection(("127.0.0.1", shipped.secure), timeout=PATIENCE) as line,
            context.wrap_socket(line, server_hostname=shipped_nginx.NAME) as secured,
        ):
            secured.sendall(preface + rest)
    body = {"conversation": secrets.token_hex(16), "text": "hello"}
    assert words(shipped.ask("POST", "chat/messages", json=body))
