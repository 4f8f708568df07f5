"""One serving process: stopped at work, killed, out of file descriptors, its model gone."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import select
import shutil
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest
import requests

from bot.settings import Settings
from bot.storage import outbox
from bot.storage.database import Database
from local_servers.ports import free_port
from tests.faults.conftest import new_id
from tests.faults.product import Product, build, running
from tests.faults.states import HANDOVER, STATES, Everybody, goes_on, is_stored, say
from tests.faults.table import DANGER, LIMIT, QUESTION, ask, check_format, is_answered, words
from tests.integration.conftest import STOP_SECONDS
from tests.integration.handover_steps import to_the_last_yes
from tests.integration.handover_steps import words as shown
from tests.integration.waiting import PATIENCE, wait_until
from tests.integration.words import whole
from tests.services.descriptors import without_descriptors
from tests.services.receiver import SECRET, Road

pytestmark = pytest.mark.integration

# Seconds in which a process that has ended or hangs is started again.
AGAIN = 300
# Seconds in which the body of a message must be there.
BODY_SECONDS = Settings.model_fields["body_deadline"].default


def child_of(pid: int) -> int:
    """The one serving process of a supervisor."""
    (child,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(child)


def answers(url: str) -> bool:
    try:
        return requests.get(f"{url}health", timeout=30).ok
    except requests.RequestException:
        return False


def is_ready(url: str) -> bool:
    try:
        return requests.get(f"{url}ready", timeout=30).ok
    except requests.RequestException:
        return False


def is_connected(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_stop_answers_what_is_in_flight_and_takes_nothing_new(tmp_path):
    with running(tmp_path) as product, ThreadPoolExecutor(8) as people:
        pid, url = child_of(product.bot.process.pid), product.bot.url
        with product.broken("slow"):
            asked = [people.submit(product.bot.chat().post, text=QUESTION) for _ in range(8)]
            # All are in the process: it holds their connections, and no answer is there.
            wait_until(lambda: connections(pid, product.bot.port) >= 8)
            product.bot.process.send_signal(signal.SIGTERM)
            wait_until(lambda: not is_connected(product.bot.port))
            for answer in asked:
                assert is_answered(check_format(answer.result()))
        assert product.bot.process.wait(STOP_SECONDS) == 0
        assert not answers(url)


def handing_over(road: Road) -> dict[str, str]:
    """Settings with hand-over by this road."""
    return {
        "CHAT_HANDOVER_URL": road.url,
        "CHAT_HANDOVER_SECRET": SECRET,
        "CHAT_STORAGE_KEYS": "a storage key of these tests alone",
    }


@pytest.mark.faults
def test_a_yes_in_flight_at_a_stop_still_makes_its_note(tmp_path, road):
    metrics_port, database = free_port(), f"sqlite:///{tmp_path}/chat.db"
    settings = {
        "DATABASE_URL": database, "CHAT_METRICS_PORT": str(metrics_port),
        **handing_over(road),
    }  # fmt: skip
    with running(tmp_path, **settings) as product, ThreadPoolExecutor(1) as people:
        talk = product.bot.chat()
        to_the_last_yes(talk)
        with product.broken("slow"):
            asked = people.submit(talk.say, "yes")
            wait_until(lambda: is_answering(metrics_port))
            product.bot.process.send_signal(signal.SIGTERM)
            answer = asked.result()
        assert shown("handover/sending") in answer and shown("handover/failed") not in answer
    with Database(database, tmp_path).begin() as connection:
        assert len(outbox.everything(connection)) == 1


@pytest.mark.faults
def test_a_stop_with_all_behind_it_hung_answers_what_was_accepted(tmp_path, postgres, road):
    settings = {
        "DATABASE_URL": postgres.create(), **handing_over(road),
        # As shipped: a message comes late in the time that a stop takes.
        "CHAT_REPLY_DEADLINE": str(Settings.model_fields["reply_deadline"].default),
    }  # fmt: skip
    with running(tmp_path, **settings) as product, ThreadPoolExecutor(1) as people:
        line = HTTPConnection("127.0.0.1", product.bot.port, timeout=PATIENCE)
        line.request("GET", "/chat/health")
        line.getresponse().read()
        talk = product.bot.chat()
        to_the_last_yes(talk)
        road.trouble = "hang"
        assert shown("handover/waiting") in talk.say("yes")
        postgres.freeze()
        try:
            with product.broken("hangs"):
                asked = people.submit(product.bot.chat().post, text=QUESTION)
                wait_until(lambda: "a conversation was not read" in product.bot.logged)
                product.bot.process.send_signal(signal.SIGTERM)
                ask_late(line)
                check_format(asked.result())
                assert product.bot.process.wait(STOP_SECONDS) == 0
        finally:
            postgres.thaw()
            line.close()


def ask_late(line: HTTPConnection) -> None:
    """A message on an open connection, unless that is closed first: it must have its answer."""
    if not select.select([line.sock], [], [], 3.7)[0]:
        body = json.dumps({"conversation": secrets.token_hex(16), "text": QUESTION})
        line.request("POST", "/chat/messages", body, {"Content-Type": "application/json"})
        assert line.getresponse().status == 200


def is_answering(metrics_port: int) -> bool:
    """Whether a message is in the process, and has no answer yet."""
    figures = requests.get(f"http://127.0.0.1:{metrics_port}/metrics", timeout=PATIENCE).text
    return "chat_turns_in_flight 1.0" in figures


def connections(pid: int, port: int) -> int:
    """Connections to a port of this machine that were accepted, and all that came over them read.

    As the kernel lists them: one that still waits to be accepted has no inode.
    """
    lines = Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]
    fields = [line.split() for line in lines]
    open_ones = (f for f in fields if int(f[1].split(":")[1], 16) == port and f[3] == "01")
    return sum(f[9] != "0" and f[4].endswith(":00000000") for f in open_ones)


@pytest.mark.faults
def test_a_killed_process_is_started_again(tmp_path):
    with running(tmp_path, **HANDOVER) as product:
        people = Everybody(product.bot)
        before = child_of(product.bot.process.pid)
        os.kill(before, signal.SIGKILL)
        wait_until(lambda: not answers(product.bot.url))
        wait_until(lambda: is_ready(product.bot.url), AGAIN)
        assert child_of(product.bot.process.pid) != before
        people.go_on("process killed, started again")


@pytest.mark.faults
def test_a_hung_process_is_started_again(tmp_path):
    with running(tmp_path, **HANDOVER) as product:
        people = Everybody(product.bot)
        before = child_of(product.bot.process.pid)
        os.kill(before, signal.SIGSTOP)
        wait_until(lambda: is_ready(product.bot.url), AGAIN)
        assert child_of(product.bot.process.pid) != before
        people.go_on("process hung, started again")


@pytest.mark.faults
@pytest.mark.parametrize("damage", ["missing", "truncated", "not a model"])
def test_a_model_that_is_damaged_while_it_runs_changes_nothing(tmp_path, damage):
    with running(tmp_path, **HANDOVER) as product:
        people, name = Everybody(product.bot), f"model file {damage}, while running"
        damage_model(model_in(product.tree), damage)
        people.go_on(name)
        os.kill(child_of(product.bot.process.pid), signal.SIGKILL)
        wait_until(lambda: not answers(product.bot.url))
        wait_until(lambda: is_ready(product.bot.url), AGAIN)
        people.go_on(f"{name}, a process started again")


@pytest.mark.faults
@pytest.mark.parametrize("damage", ["truncated", "not a model"])
def test_started_with_a_damaged_model_everybody_gets_the_safe_reply(tmp_path, damage):
    name = f"model file {damage}, at a start"
    with running(tmp_path, **HANDOVER) as product:
        people = Everybody(product.bot)
        model = model_in(product.tree)
    shutil.copy(model, tmp_path / "kept")
    damage_model(model, damage)
    with running(tmp_path, **HANDOVER) as product:
        people.now_at(product.bot)
        for kind, reply in (("question", "safe_reply"), ("danger", "safe_reply_emergency")):
            # What was asked stands in the store, which is read with the model only. So a "yes" to
            # "Is this happening now?" is a question like any other to this process.
            for state, answer in people.ask(name, kind, is_known=False).items():
                assert words(answer) == whole(reply), state
                assert answer["outcome"] == "safe_reply_unavailable"
        assert requests.get(f"{product.bot.url}ready", timeout=PATIENCE).status_code == 503
    shutil.copy(tmp_path / "kept", model)
    with running(tmp_path, **HANDOVER) as product:
        people.now_at(product.bot)
        people.go_on(f"{name}, and whole again")


@pytest.mark.faults
def test_a_flood_without_a_model_is_answered_and_each_goes_on_with_one(tmp_path):
    """It is loaded as soon as it can be, by the same process."""
    model, name = model_in(build(tmp_path / "tree")), "no model, 100 at once"
    shutil.copy(model, tmp_path / "kept")
    damage_model(model, "truncated")
    with running(tmp_path, **HANDOVER) as product:
        chats = [product.bot.chat() for _ in range(100)]
        kinds = ["question", "danger"] * 50
        with ThreadPoolExecutor(len(chats)) as people:
            given = list(people.map(say, chats, repeat(name), repeat("fresh"), kinds))
        for kind, answer in zip(kinds, given, strict=True):
            reply = {"question": "safe_reply", "danger": "safe_reply_emergency"}[kind]
            assert words(answer) == whole(reply)
            assert answer["outcome"] in ("safe_reply_unavailable", "safe_reply_overloaded")
        shutil.copy(tmp_path / "kept", copy_of_model(product))
        wait_until(lambda: is_ready(product.bot.url), AGAIN)
        for chat in chats:
            goes_on(chat, f"{name}, and then with one", "fresh")


def copy_of_model(product: Product) -> Path:
    """What its processes read."""
    return next(product.bot.output.parent.glob("chat-model-*/*.tar.gz"))


def model_in(tree: Path) -> Path:
    return next((tree / "models").glob("*.tar.gz"))


def damage_model(model: Path, damage: str) -> None:
    if damage == "missing":
        model.unlink()
    elif damage == "truncated":
        os.truncate(model, model.stat().st_size // 2)
    else:
        model.write_text("this is not a model")


def test_without_file_descriptors_those_who_are_in_are_answered_and_others_after(product):
    """Asked at once, they need several threads, of actions too; and some need new files."""
    pid, name = child_of(product.bot.process.pid), "no file descriptors left"
    people = [Connected(product, state) for state in [*STATES, "fresh", "fresh"]]
    port = product.bot.port
    with ThreadPoolExecutor(2 * len(people)) as threads, without_descriptors(pid, port):
        newcomers = [socket.create_connection(("127.0.0.1", port)) for _ in people]
        for line in newcomers:
            # One that is refused may be closed already.
            with contextlib.suppress(ConnectionError):
                line.sendall(in_http(new_id(), DANGER))
        for kind in ("question", "danger"):
            for answer in [threads.submit(person.say, name, kind) for person in people]:
                answer.result()
    received = [read_all(line) for line in newcomers]
    assert all(not one or b"999" in one for one in received), "a line is refused, or answered"
    assert not all(received), "there was no descriptor for a newcomer"
    wait_until(lambda: is_stored(product.bot.chat()))
    assert is_answered(say(product.bot.chat(), name, "fresh", "next"))
    for person in people:
        assert is_answered(person.say(name, "next"))


class Connected:
    """Somebody in one state of a conversation, whose connection stays open."""

    def __init__(self, product: Product, state: str) -> None:
        self._chat, self._state = product.bot.chat(), state
        STATES[state].reach(self._chat)
        self._session = requests.Session()
        self._session.get(f"{product.bot.url}health", timeout=PATIENCE)

    def say(self, fault: str, kind: str) -> dict[str, Any]:
        return say(self._chat, fault, self._state, kind, self._session)


def in_http(conversation: str, text: str) -> bytes:
    """A message as it travels, on a connection that is closed after the answer."""
    body = json.dumps({"conversation": conversation, "text": text})
    head = (
        "POST /chat/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


def read_all(line: socket.socket, seconds: float = LIMIT) -> bytes:
    """All that comes until the other side closes; each piece in so many seconds."""
    received = b""
    with line, contextlib.suppress(ConnectionError):
        line.settimeout(seconds)
        while piece := line.recv(65_536):
            received += piece
    return received


@pytest.mark.faults
def test_two_hundred_slow_clients_keep_nobody_waiting(product):
    """Each sends one byte of its message a second, as an attacker or a bad line would."""
    head = (
        b"POST /chat/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Content-Length: 70\r\n\r\n"
    )
    people = Everybody(product.bot)
    lines = [socket.create_connection(("127.0.0.1", product.bot.port)) for _ in range(200)]
    begun = time.monotonic()
    for line in lines:
        line.sendall(head)
    with a_byte_a_second(lines):
        for second, kind in enumerate(("question", "danger", "next", "next"), 1):
            people.ask("200 slow clients", kind)
            time.sleep(max(0.0, begun + second - time.monotonic()))
        answers = [read_all(line, BODY_SECONDS + LIMIT) for line in lines]
    # All are sent away for the time they take: let go on, a message would be whole some day.
    for answer in answers:
        assert answer.startswith(b"HTTP/1.1 408") and b"999" in answer, answer[:500]


@contextmanager
def a_byte_a_second(lines: list[socket.socket]) -> Iterator[None]:
    """Each second one more byte of a message on each line that has no answer yet."""
    done = threading.Event()

    def drip() -> None:
        while not done.wait(1):
            for line in lines:
                # It may be closed on either side.
                with contextlib.suppress(OSError, ValueError):
                    if not select.select([line], [], [], 0)[0]:
                        line.sendall(b" ")

    with ThreadPoolExecutor(1) as thread:
        dripping = thread.submit(drip)
        try:
            yield
        finally:
            done.set()
    dripping.result()


MALFORMED = {
    "no HTTP": b"\x16\x03\x01 hello\r\n\r\n",
    "no host": b"POST /chat/messages HTTP/1.1\r\n\r\n",
    "a body that is no JSON": b"POST /chat/messages HTTP/1.1\r\nHost: x\r\nContent-Type: "
    b"application/json\r\nContent-Length: 3\r\n\r\n{x}",
    "two lengths": b"POST /chat/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
    b"Content-Length: 4\r\n\r\nabc",
    "a broken chunk": b"POST /chat/messages HTTP/1.1\r\nHost: x\r\nContent-Type: "
    b"application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
    "a head without end": b"GET /chat/ HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 100_000,
}


@pytest.mark.parametrize("sent", MALFORMED.values(), ids=MALFORMED)
def test_malformed_requests_are_refused_with_words_and_disturb_nobody(product, sent):
    with socket.create_connection(("127.0.0.1", product.bot.port), timeout=PATIENCE) as line:
        line.sendall(sent)
        received = line.recv(65_536)
    assert received.startswith(b"HTTP/1.1 4") and b"999" in received
    chat = product.bot.chat()
    answer = ask(product.bot.url, {"conversation": chat.id, "text": QUESTION},
                 "malformed HTTP", "fresh", "question")  # fmt: skip
    assert is_answered(answer)
