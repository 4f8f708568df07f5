"""Who gets through nginx's door, and who keeps nobody out of it: deploy/nginx/ as it is shipped."""

from __future__ import annotations

import re
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks.half_open.probes import Door, attacking
from bot.settings import ROOT
from local_servers.shipped_nginx import NAME
from tests.integration.shipped import Shipped, running_as_shipped
from tests.integration.waiting import PATIENCE
from tests.services.programs import do_without, need, need_stream

pytestmark = pytest.mark.integration

# Half of what is shipped, in two processes: less to open. One address may have as many lines.
CONNECTIONS, WORKERS = 4_096, 2
FEWER = {
    "worker_connections 16384;": f"worker_connections {CONNECTIONS};",
    "worker_processes auto;": f"worker_processes {WORKERS};",
}
# Far above what an answer takes, and far below the ten seconds after which a line is given up.
SOON = 5.0


class Told(ThreadingHTTPServer):
    """In the place of the bot; it keeps the heads that it gets."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Keeping)
        self.heads: list[dict[str, str]] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Keeping(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.heads.append(dict(self.headers))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *given: object) -> None:
        pass


@pytest.fixture(scope="module")
def bot() -> Iterator[Told]:
    with Told() as told:
        yield told
        told.shutdown()


@pytest.fixture(scope="module")
def shipped(tmp_path_factory, bot) -> Iterator[Shipped]:
    need_stream()
    folder = tmp_path_factory.mktemp("door")
    with running_as_shipped(folder / "nginx", bot.server_port, FEWER) as started:
        yield started


def door(shipped: Shipped) -> Door:
    return Door(shipped.secure, shipped.plain, shipped.certificate)


@pytest.mark.parametrize(
    ("plain", "sent", "most"),
    [(True, "head", 100), (False, "hello", 1_000), (False, "head", 1_000)],
)
def test_lines_that_one_address_never_finishes_keep_nobody_out(shipped, plain, sent, most):
    """Twice as many as nginx has connections; without the limits it answers none of the others."""
    port = shipped.plain if plain else shipped.secure
    with attacking(sent, port, 2 * WORKERS * CONNECTIONS) as attack:
        assert all(door(shipped).knock(SOON) is not None for _ in range(5))
        assert attack.held() <= most
        assert all(door(shipped).knock(SOON) is not None for _ in range(5))


def test_port_80_leaves_the_rest_for_443_however_many_come_to_it(shipped):
    with ExitStack() as stack:
        attacks = [
            stack.enter_context(
                attacking("head", shipped.plain, 150, address=f"127.0.0.{20 + one}")
            )
            for one in range(12)
        ]
        assert 500 < sum(attack.held() for attack in attacks) <= 1_000
        assert door(shipped).knock(SOON) is not None


def test_the_limits_of_the_kernel_are_as_they_are_shipped():
    need_stream()
    need("nft", "ip", "unshare")
    own = ["unshare", "--map-root-user", "--net", "true"]
    if subprocess.run(own, check=False).returncode:
        do_without("this machine gives no network of one's own")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.half_open", "--nftables", "--kind", "443-hello",
         "--times", "0.05", "--seconds", "1"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    _, tried, held, refused, answered, *_ = done.stdout.splitlines()[-1].strip("| ").split(" | ")
    assert int(tried.replace(",", "")) > 1_500
    assert int(held.replace(",", "")) <= 1_000 and int(refused.replace(",", "")) >= 500
    came, asked = answered.split(" of ")
    assert came == asked


def test_the_bot_learns_who_is_there_and_nobody_can_claim_to_be_another(shipped, bot):
    """Behind `stream` all come from this machine's own address."""
    context = ssl.create_default_context(cafile=str(shipped.certificate))
    with (
        socket.create_connection(
            ("127.0.0.1", shipped.secure), PATIENCE, source_address=("127.0.0.3", 0)
        ) as line,
        context.wrap_socket(line, server_hostname=NAME) as secured,
    ):
        forged = (
            "X-Forwarded-For: 127.0.0.9\r\nX-Real-IP: 127.0.0.9\r\nForwarded: for=127.0.0.9\r\n"
        )
        secured.sendall(f"GET /chat/ready HTTP/1.0\r\nHost: {NAME}\r\n{forged}\r\n".encode())
        assert b" 200 " in secured.recv(4_096)
    told = bot.heads[-1]
    assert told["X-Forwarded-For"] == "127.0.0.3" and told["X-Forwarded-Proto"] == "https"
    # What `stream` tells `http` is not believed of anybody else.
    with socket.create_connection(("127.0.0.1", shipped.plain), PATIENCE) as line:
        line.sendall(b"PROXY TCP4 127.0.0.9 127.0.0.1 1 1\r\nGET / HTTP/1.0\r\n\r\n")
        assert b" 400 " in line.recv(4_096)


# Alerts of TLS: no suite in common, no protocol in common, no such name.
NO_SUITE, NO_PROTOCOL, NO_NAME = (f"SSL alert number {number}" for number in (40, 70, 112))


def client(shipped: Shipped, *options: str, name: str | None = NAME) -> tuple[bool, str]:
    """Whether openssl agreed with nginx on a connection, and all that it said."""
    named = ["-servername", name] if name else ["-noservername"]
    done = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{shipped.secure}", *named, *options],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip
    said = done.stdout + done.stderr
    return done.returncode == 0 and "Cipher is (NONE)" not in said, said


# Of them only the certificate's kind differs: the test's is RSA.
TLS_1_2 = [
    "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-CHACHA20-POLY1305",
]  # fmt: skip
TLS_1_3 = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"]
# No key of the moment; no authenticated encryption; neither; a key that is no curve's.
WEAK = [
    "AES256-GCM-SHA384", "AES128-GCM-SHA256", "ECDHE-RSA-AES256-SHA384", "ECDHE-RSA-AES128-SHA256",
    "ECDHE-RSA-AES256-SHA", "AES256-SHA", "CAMELLIA256-SHA", "DHE-RSA-AES256-GCM-SHA384",
    "DHE-RSA-AES128-SHA",
]  # fmt: skip


@pytest.mark.parametrize("suite", TLS_1_2)
def test_what_keeps_a_recorded_chat_closed_is_spoken(shipped, suite):
    agreed, said = client(shipped, "-tls1_2", "-cipher", suite)
    assert agreed and f"Cipher is {suite}" in said


@pytest.mark.parametrize("suite", TLS_1_3)
def test_so_are_the_suites_of_tls_1_3(shipped, suite):
    agreed, said = client(shipped, "-tls1_3", "-ciphersuites", suite)
    assert agreed and f"Cipher is {suite}" in said


@pytest.mark.parametrize("suite", WEAK)
def test_no_weaker_suite_is_spoken(shipped, suite):
    agreed, said = client(shipped, "-tls1_2", "-cipher", f"{suite}:@SECLEVEL=0")
    assert not agreed and NO_SUITE in said


@pytest.mark.parametrize("version", ["-tls1", "-tls1_1"])
def test_no_older_protocol_is_spoken(shipped, version):
    agreed, said = client(shipped, version, "-cipher", "ALL:@SECLEVEL=0")
    assert not agreed and NO_PROTOCOL in said


def test_tls_1_3_takes_keys_of_curves_only(shipped):
    agreed, said = client(shipped, "-tls1_3", "-groups", "ffdhe2048:ffdhe3072")
    assert not agreed and NO_SUITE in said
    agreed, _ = client(shipped, "-tls1_3", "-groups", "X25519")
    assert agreed


@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1.example", f"x.{NAME}", None])
def test_whoever_asks_for_another_name_gets_no_tls_and_no_certificate(shipped, name):
    agreed, said = client(shipped, name=name)
    assert not agreed and NO_NAME in said
    assert "BEGIN CERTIFICATE" not in said


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", f"{NAME}.evil.example", "localhost"])
@pytest.mark.parametrize("path", ["chat/", "chat", "chat/ready", "elsewhere"])
def test_a_name_that_is_asked_for_within_tls_is_refused_too(shipped, bot, host, path):
    before = len(bot.heads)
    answer = shipped.ask("GET", path, headers={"Host": host}, allow_redirects=False)
    assert answer.status_code == 421 and "Location" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(bot.heads) == before


def test_the_redirect_to_the_page_names_no_host(shipped):
    answer = shipped.ask("GET", "chat", allow_redirects=False)
    assert answer.status_code == 308 and answer.headers["Location"] == "/chat/"


def raw(shipped: Shipped, head: str) -> tuple[int, str]:
    """Status and Location of what port 80 answers."""
    with socket.create_connection(("127.0.0.1", shipped.plain), PATIENCE) as line:
        line.sendall(f"{head}\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while more := line.recv(4_096):
            answer += more
    text = answer.decode()
    found = re.search(r"^Location: (.*?)\r$", text, re.M)
    return int(text.split(" ", 2)[1]), found[1] if found else ""


@pytest.mark.parametrize("path", ["/", "/chat/", "/chat?a=b", "//evil.example/", "/%0d%0aA:%20b"])
def test_without_tls_it_only_leads_to_the_same_page_with_it(shipped, path):
    status, location = raw(shipped, f"GET {path} HTTP/1.1\r\nHost: {NAME}")
    assert status == 308 and location == f"https://{NAME}{path}"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("GET / HTTP/1.1\r\nHost: evil.example", 421),
        (f"GET / HTTP/1.1\r\nHost: {NAME}.evil.example", 421),
        (f"GET / HTTP/1.1\r\nHost: {NAME}@evil.example", 421),
        ("GET / HTTP/1.0", 421),
        (f"GET http://evil.example/ HTTP/1.1\r\nHost: {NAME}", 421),
        (f"GET / HTTP/1.1\r\nHost: {NAME}\r\nHost: evil.example", 400),
        (f"GET .evil.example/ HTTP/1.1\r\nHost: {NAME}", 400),
        ("GET / HTTP/1.1", 400),
    ],
)
def test_without_tls_no_other_name_is_answered_or_led_to(shipped, head, expected):
    assert raw(shipped, head) == (expected, "")


@pytest.mark.parametrize("name", [NAME.upper(), f"{NAME}:8080", f"{NAME}."])
def test_another_spelling_of_the_name_leads_to_the_name_itself(shipped, name):
    forged = "X-Forwarded-Host: evil.example\r\nForwarded: host=evil.example"
    status, location = raw(shipped, f"GET /chat/ HTTP/1.1\r\nHost: {name}\r\n{forged}")
    assert status == 308 and location == f"https://{NAME}/chat/"
