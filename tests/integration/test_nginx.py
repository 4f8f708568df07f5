"""The rules of deploy/nginx/ in a real nginx, in front of a real gateway with a scripted agent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from requests.adapters import HTTPAdapter

from bot.channel import headers, page
from deploy import one_machine
from tests.integration.waiting import wait_until
from tests.integration.words import whole
from tests.services.ports import free_ports
from tests.services.programs import need

pytestmark = pytest.mark.integration

# Somebody else than this machine itself, though it comes from here.
ELSEWHERE = "127.0.0.2"


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


def is_up(front: Front) -> bool:
    try:
        return requests.get(front.url, timeout=5).status_code == 404
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
    with one_machine.nginx(folder, port, [nobody]):
        front = Front(port, folder)
        wait_until(lambda: is_up(front))
        yield front


def test_no_line_of_nginx_names_anybody(alone):
    """At the level of its log, too, nginx tells who asked for what when something is wrong."""
    reply = alone.folder / "static" / "safe_reply.json"
    kept = reply.rename(reply.with_suffix(".kept"))
    reply.symlink_to(reply.name)  # one that leads to itself: nginx calls that critical
    try:
        answer = person(ELSEWHERE).post(f"{alone.url}chat/messages", json={}, timeout=10)
        assert answer.status_code == 404
    finally:
        kept.replace(reply)
    assert ELSEWHERE not in alone.log and "chat" not in alone.log.replace(str(alone.folder), "")


# HSTS is nginx's, which ends TLS; the others are of the message itself or of who may read it.
NOT_OF_THE_GATEWAY = {
    "Server", "Date", "Content-Type", "Content-Length", "Connection", "ETag", "Last-Modified",
    "Accept-Ranges", "Location", "Vary", "Strict-Transport-Security",
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("chat/messages", "POST", 200),
        ("chat/end", "POST", 502),
        ("chat/messages?large", "POST", 413),
        ("chat", "GET", 308),
        ("elsewhere", "GET", 404),
        ("chat/", "GET", 200),
    ],
)
def test_what_nginx_says_by_itself_is_as_private_as_what_the_gateway_says(
    alone, path, method, status
):
    body = b"x" * (300_000 if "large" in path else 1)
    answer = requests.request(
        method, alone.url + path, data=body, timeout=10, allow_redirects=False
    )
    assert answer.status_code == status
    given = {key: text for key, text in answer.headers.items() if key not in NOT_OF_THE_GATEWAY}
    wanted = headers.ALL
    if path == "chat/":
        # The page is a file that is written on its own, so nginx does not know its digest.
        wanted = headers.ALL | page.help_page().headers
        policy = re.sub(r"'sha256-[^']+'", "'unsafe-inline'", wanted["Content-Security-Policy"])
        wanted = wanted | {"Content-Security-Policy": policy}
    assert given == wanted


def test_what_is_too_large_for_nginx_is_told_so_and_not_to_send_it_again(alone):
    large = b"x" * 300_000
    answer = requests.post(f"{alone.url}chat/messages", data=large, timeout=10)
    assert answer.status_code == 413 and answer.json()["error"] == "too_large"
    assert words(answer) == whole("too_large")
    (alone.folder / "static" / "too_large.json").rename(alone.folder / "too_large.json")
    try:  # an older release has written none
        answer = requests.post(f"{alone.url}chat/messages", data=large, timeout=10)
    finally:
        (alone.folder / "too_large.json").rename(alone.folder / "static" / "too_large.json")
    assert answer.status_code == 413 and words(answer) == whole("safe_reply")
