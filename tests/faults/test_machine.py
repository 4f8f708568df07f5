"""Two processes behind nginx, with PostgreSQL and Redis: what breaks, and what a person gets."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import redis
import requests

from bot.gateway.coordination import locks
from bot.gateway.coordination.locks import Lines
from local_servers.machine import START_SECONDS, Machine, running
from tests.faults.conftest import new_id
from tests.faults.product import build
from tests.faults.states import HANDOVER, Everybody, goes_on, is_stored
from tests.faults.table import (
    DANGER,
    QUESTION,
    ask,
    is_answered,
    is_of_nginx,
    is_safe_reply,
    rows,
    words,
)
from tests.faults.test_one_process import MALFORMED
from tests.integration.conftest import KEY, Bot
from tests.integration.handover_steps import to_the_last_yes
from tests.integration.handover_steps import words as shown
from tests.integration.waiting import PATIENCE, REPLY_DEADLINE, wait_until
from tests.integration.words import said, whole
from tests.services.descriptors import without_descriptors
from tests.services.programs import need

pytestmark = pytest.mark.integration


# nginx gives up what gives no answer a little after the bot itself does, as it is shipped.
PATIENT = {"proxy_read_timeout 4800ms": f"proxy_read_timeout {REPLY_DEADLINE + 5:.0f}s"}


@pytest.fixture(scope="module")
def faults(tmp_path_factory) -> Path:
    """The file that says what is broken (`broken.py`)."""
    return tmp_path_factory.mktemp("faults") / "faults"


@pytest.fixture(scope="module")
def machine(tmp_path_factory, faults) -> Iterator[Machine]:
    need("nginx", "redis-server", "initdb")
    tree = build(tmp_path_factory.mktemp("machine") / "tree")
    environment = {
        "PYTHONPATH": str(tree), "FAULTS": str(faults),
        "CHAT_ADDRESS_RATE": "0", "CHAT_CONVERSATION_RATE": "0", "CHAT_SECRET_KEY": KEY,
        "CHAT_REPLY_DEADLINE": str(REPLY_DEADLINE), **HANDOVER,
    }  # fmt: skip
    with running(2, root=tree, rules=PATIENT, **environment) as started:
        yield started


def one(machine: Machine, number: int) -> Bot:
    """One process, past nginx."""
    return Bot(machine.process, machine.ports[number % len(machine.ports)])


def direct(machine: Machine, number: int) -> str:
    """The address of one process, past nginx."""
    return one(machine, number).url


# How a turn ends when nothing is wrong.
USUAL = ("answered", "emergency", "crisis", "checked")


def front(machine: Machine) -> Bot:
    """What people reach."""
    return Bot(machine.process, urlsplit(machine.url).port)


def pid_of(machine: Machine, number: int) -> int:
    """The process that listens on one of the ports, by what it was started with."""
    parent = machine.process.pid
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    wanted = f"CHAT_PORT={machine.ports[number]}".encode()
    for child in children:
        if wanted in Path(f"/proc/{child}/environ").read_bytes().split(b"\0"):
            return int(child)
    raise AssertionError(f"no process for port {machine.ports[number]}")


def kill_both(machine: Machine) -> None:
    # Found first: of one that has just died nothing can be read.
    for pid in [pid_of(machine, number) for number in (0, 1)]:
        os.kill(pid, signal.SIGKILL)


def is_up(machine: Machine, number: int) -> bool:
    try:
        return requests.get(f"{direct(machine, number)}ready", timeout=30).ok
    except requests.RequestException:
        return False


@pytest.fixture(autouse=True)
def whole_again(machine) -> Iterator[None]:
    """Each test begins with both processes ready."""
    wait_until(lambda: is_up(machine, 0) and is_up(machine, 1), START_SECONDS)
    yield
    machine.redis.start()


def wait_for_lines(machine: Machine) -> None:
    """Until both processes ask Redis, which they leave alone for a while after a failure."""
    client = redis.Redis.from_url(machine.redis.url)

    def asked_by_both() -> bool:
        before = joined(client)
        for number in (0, 1):
            requests.post(
                f"{direct(machine, number)}messages",
                json={"conversation": new_id(), "text": "hello"}, timeout=PATIENCE,
            )  # fmt: skip
        return joined(client) == before + 2

    wait_until(asked_by_both)


def joined(client: redis.Redis) -> int:
    """How many messages have stood in a line so far."""
    return client.info("commandstats").get("cmdstat_rpush", {}).get("calls", 0)


class People:
    """Several people who talk all the time, each in conversations of their own."""

    def __init__(self, url: str, fault: str) -> None:
        self.outcomes: list[str] = []
        self.errors: list[str] = []
        self._url = url
        self._fault = fault
        self._gone = threading.Event()

    def talk(self, pause: float) -> None:
        while not self._gone.is_set():
            conversation = new_id()
            for kind, text in (("question", "hello"), ("question", QUESTION), ("danger", DANGER)):
                body = {"conversation": conversation, "message": new_id(), "text": text}
                try:
                    answer = ask(self._url, body, self._fault, "under load", kind, nginx=True)
                    self.outcomes.append(answer["outcome"])
                except (AssertionError, requests.RequestException) as error:
                    self.errors.append(f"{kind}: {type(error).__name__} {error}")
                self._gone.wait(pause)

    def answered(self, number: int) -> bool:
        return len(self.outcomes) >= number

    @contextmanager
    def talking(self, number: int = 4, pause: float = 0.0) -> Iterator[None]:
        """Until the block ends.

        Args:
            number: how many people.
            pause: seconds before each says more.
        """
        with ThreadPoolExecutor(number) as threads:
            talks = [threads.submit(self.talk, pause) for _ in range(number)]
            try:
                yield
            finally:
                self._gone.set()
        for talk in talks:
            talk.result()


@pytest.mark.faults
def test_no_message_is_lost_with_a_process_that_is_killed_under_load(machine):
    people = People(machine.url, "one of two processes killed")
    with people.talking():
        wait_until(lambda: people.answered(20))
        # The second as soon as the first is back, when nginx may leave that out still.
        for number in (0, 1):
            os.kill(pid_of(machine, number), signal.SIGKILL)
            wait_until(lambda gone=number: not is_up(machine, gone))
            wait_until(lambda gone=number: is_up(machine, gone), START_SECONDS)
        before = len(people.outcomes)
        wait_until(lambda: people.answered(before + 10))
    assert people.errors == []
    assert set(people.outcomes) <= set(USUAL), "none was lost with the process"


def test_a_message_that_comes_again_to_another_process_is_one_turn(machine):
    chat = new_id()

    def send(number: int, text: str, message: str) -> dict[str, Any]:
        body = {"conversation": chat, "message": message, "text": text}
        return requests.post(
            f"{direct(machine, number)}messages", json=body, timeout=PATIENCE
        ).json()

    send(0, "take me through the four questions", new_id())
    message = new_id()
    first, again = (words(send(number, "yes", message)) for number in (0, 1))
    assert again == first
    assert words(send(1, "yes", new_id())) != first, "the next question"


def test_a_last_yes_that_comes_again_to_another_process_is_one_hand_over(machine):
    chat, message = one(machine, 0).chat(), new_id()
    to_the_last_yes(chat)
    body = {"conversation": chat.id, "message": message, "text": "yes"}
    said_first = requests.post(f"{direct(machine, 0)}messages", json=body, timeout=PATIENCE).json()
    time.sleep(1.1)  # the outbox notes seconds
    said_again = requests.post(f"{direct(machine, 1)}messages", json=body, timeout=PATIENCE).json()
    for answer in (said_first, said_again):
        assert shown("handover/sending") in words(answer)
        assert shown("handover/failed") not in words(answer)


@pytest.mark.faults
def test_of_many_at_once_nobody_is_lost_with_a_process_that_is_killed(machine):
    people = People(machine.url, "one of two processes killed, 48 people")
    with people.talking(48, pause=0.5):
        wait_until(lambda: people.answered(200))
        os.kill(pid_of(machine, 0), signal.SIGKILL)
        wait_until(lambda: not is_up(machine, 0))
        wait_until(lambda: is_up(machine, 0), START_SECONDS)
        before = len(people.outcomes)
        wait_until(lambda: people.answered(before + 200))
    assert people.errors == []
    # One process cannot answer so many; whom it refuses it tells at once.
    assert set(people.outcomes) <= {*USUAL, "safe_reply_overloaded"}, Counter(people.outcomes)


@pytest.mark.faults
def test_a_hung_process_under_load_leaves_nobody_without_an_answer(machine):
    people = People(machine.url, "one of two processes hung")
    with people.talking():
        wait_until(lambda: people.answered(20))
        os.kill(pid_of(machine, 1), signal.SIGSTOP)
        wait_until(lambda: is_up(machine, 1), START_SECONDS)
    assert people.errors == []
    assert people.outcomes[-1] != "safe_reply_unavailable"


@pytest.mark.faults
@pytest.mark.parametrize(("kind", "text"), [("question", QUESTION), ("danger", DANGER)])
def test_a_blocked_event_loop_costs_one_answer_and_is_ended(machine, kind, text):
    before = {pid_of(machine, 0), pid_of(machine, 1)}
    everybody, chat, name = Everybody(front(machine)), new_id(), "event loop blocked"
    with ThreadPoolExecutor(1) as person:
        blocking = person.submit(
            ask, machine.url, {"conversation": chat, "text": f"quokkaburn {text}"},
            name, "fresh", kind, nginx=True,
        )  # fmt: skip
        time.sleep(0.5)  # it is in one of the processes; the other is free
        people = People(machine.url, "event loop of the other process blocked")
        with people.talking(2):
            # Some of them are in the process that stands still, too.
            everybody.ask(name, kind, nginx=True)
            assert is_safe_reply(blocking.result())
    assert people.errors == []
    wait_until(lambda: is_up(machine, 0) and is_up(machine, 1), START_SECONDS)
    wait_until(lambda: {pid_of(machine, 0), pid_of(machine, 1)} != before)
    everybody.go_on(name)
    after = ask(machine.url, {"conversation": chat, "text": QUESTION}, name, "begun", "next")
    assert is_answered(after)


@pytest.mark.faults
def test_a_process_that_gives_only_safe_replies_is_ended_and_started_again(machine, faults):
    """Its actions fail for everybody, and the other one's do not."""
    before, name = pid_of(machine, 0), "a process gives only safe replies"
    faults.write_text(f"raises {machine.ports[0]}\n")
    try:
        people = Everybody(one(machine, 1))
        people.now_at(one(machine, 0))
        people.ask(name, "danger")
        # The last test it passed counts for a minute, and its failing for another.
        wait_until(lambda: not Path(f"/proc/{before}").exists(), START_SECONDS)
    finally:
        faults.unlink()
    people.now_at(front(machine))
    people.go_on(name)


@pytest.mark.faults
@pytest.mark.parametrize("kind", ["question", "danger"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "hung"])
def test_a_process_that_fails_at_work_leaves_no_state_without_an_answer(machine, number, kind):
    people, name = Everybody(front(machine)), f"process at work: {number.name}"
    pid = pid_of(machine, 0)
    with ThreadPoolExecutor(1) as at_once:
        asked = at_once.submit(people.ask, name, kind, nginx=True)
        time.sleep(0.1)
        os.kill(pid, number)
        asked.result()
    wait_until(lambda: not Path(f"/proc/{pid}").exists())
    wait_until(lambda: is_up(machine, 0), START_SECONDS)
    people.go_on(name)


@pytest.mark.parametrize("fault", ["kill", pytest.param("freeze", marks=pytest.mark.faults)])
def test_without_redis_everybody_is_answered(machine, fault):
    name = {"kill": "Redis down", "freeze": "Redis does not answer"}[fault]
    people = Everybody(front(machine))
    wait_for_lines(machine)
    getattr(machine.redis, fault)()
    for kind in ("question", "danger", "question"):
        for state, answer in people.ask(name, kind).items():
            assert answer["outcome"] in USUAL, (state, answer)
            assert kind != "danger" or answer["outcome"] == "emergency", (state, answer)
    machine.redis.start()
    people.go_on(name)


def hold_for_ever(url: str, conversations: list[str], held: object) -> None:
    async def work() -> None:
        # Long enough for everybody to come while it lasts.
        locks.LEASE = 10_000
        lines = Lines(url)
        for conversation in conversations:
            await lines.ticket(conversation).join()
        held.set()
        await asyncio.sleep(1_000)

    asyncio.run(work())


@pytest.mark.faults
@pytest.mark.parametrize("kind", ["question", "danger"])
def test_a_lock_that_a_dead_process_holds_is_free_in_time(machine, kind):
    people, name = Everybody(front(machine)), "lock held by a dead process"
    wait_for_lines(machine)
    ids, spawn = [chat.id for chat in people.chats.values()], multiprocessing.get_context("spawn")
    held = spawn.Event()
    other = spawn.Process(target=hold_for_ever, args=(machine.redis.url, ids, held))
    other.start()
    assert held.wait(START_SECONDS)
    other.kill()
    for state, answer in people.ask(name, kind).items():
        assert answer["outcome"] in USUAL, (state, answer)
    waited = [row.seconds for row in rows if (row.fault, row.message) == (name, kind)]
    assert min(waited) > 0.5, "nobody passed by it"
    people.go_on(name)


def test_a_burst_over_two_processes_is_answered_in_time(machine):
    chat = new_id()
    with ThreadPoolExecutor(6) as person:
        asked = [
            person.submit(
                ask, direct(machine, number), {"conversation": chat, "text": QUESTION},
                "burst of six over two processes", "fresh", "question",
            )
            for number in range(6)
        ]  # fmt: skip
        for answer in asked:
            assert is_answered(answer.result())


def test_a_burst_through_nginx_is_answered_in_the_order_it_was_typed(machine, faults):
    wait_for_lines(machine)
    chat = new_id()

    def say(text: str) -> str:
        body = {"conversation": chat, "text": text}
        return words(ask(machine.url, body, "burst over two processes", "in the form", "answer"))

    assert said("four/fixated") in say("take me through the four questions")
    faults.write_text(f"slow {chat}\n")  # the first answer; the others come meanwhile
    with ThreadPoolExecutor(4) as person:
        answers, client = [], redis.Redis.from_url(machine.redis.url)
        before = joined(client)
        for number, text in enumerate(("yes", "yes", "no", "not sure"), 1):
            answers.append(person.submit(say, text))
            wait_until(lambda number=number: joined(client) >= before + number)
            if number > 1:
                faults.write_text("")
        following = ("four/obsessive", "four/unwanted", "four/repeated", "four/result_some")
        for answer, reply in zip(answers, following, strict=True):
            assert said(reply) in answer.result()


@pytest.mark.parametrize("sent", MALFORMED.values(), ids=MALFORMED)
def test_malformed_requests_are_refused_with_words_by_nginx_too(machine, sent):
    port = front(machine).port
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
        line.sendall(sent)
        received = b""
        while chunk := line.recv(65_536):
            received += chunk
            if b"Sorry" in received:
                break
    assert b" 4" in received[:12] or not received.startswith(b"HTTP/"), received[:200]
    assert b"999" in received, received[:500]
    goes_on(front(machine).chat(), "malformed HTTP at nginx", "fresh")


def test_a_body_far_too_large_is_refused_with_words(machine):
    answer = requests.post(f"{machine.url}messages", data=b"x" * 300_000, timeout=PATIENCE)
    assert answer.status_code == 413 and words(answer.json()) == whole("too_large")


@pytest.mark.parametrize("path", ["/", "/version", "/webhooks/rest/webhook", "/chat-safe-reply"])
def test_nothing_but_the_gateway_is_reachable(machine, path):
    address = machine.url.removesuffix("/chat/") + path
    assert requests.get(address, timeout=PATIENCE).status_code == 404


@pytest.mark.faults
def test_two_hundred_slow_clients_of_nginx_keep_nobody_waiting_and_are_sent_away(machine):
    people, name = Everybody(front(machine)), "200 slow clients at nginx"
    lines = [socket.create_connection(("127.0.0.1", front(machine).port)) for _ in range(200)]
    head = b"POST /chat/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 70\r\n"
    for number, line in enumerate(lines):
        line.sendall(head if number % 2 else head + b"\r\n{")
    people.ask(name, "question")
    people.ask(name, "danger")
    for line in lines:
        line.settimeout(30)
        assert line.recv(65_536) == b"", "no words: the widget then shows its own help"
        line.close()
    people.go_on(name)


def test_with_every_process_down_nginx_gives_the_safe_reply_and_the_help_page(machine):
    people, name = Everybody(front(machine)), "all processes down"
    machine.process.send_signal(signal.SIGSTOP)  # so that it does not start them again yet
    try:
        kill_both(machine)
        origin = {"Origin": "https://elsewhere.example"}
        for kind in ("question", "danger"):
            assert all(map(is_of_nginx, people.ask(name, kind, nginx=True).values()))
        answer = requests.post(f"{machine.url}messages", json={}, headers=origin, timeout=PATIENCE)
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        page = requests.get(machine.url, timeout=PATIENCE)
        assert page.status_code == 200 and "999" in page.text and "<script" not in page.text
        ended = requests.post(
            f"{machine.url}end", json={"conversation": new_id()}, timeout=PATIENCE
        )
        assert ended.status_code == 502, "it never says erased when it is not"
    finally:
        machine.process.send_signal(signal.SIGCONT)


@pytest.mark.faults
@pytest.mark.parametrize("numbers", [(0,), (1,), (0, 1)], ids=["one", "the other", "both"])
def test_without_file_descriptors_another_process_answers_or_nginx(machine, numbers):
    people = Everybody(front(machine))
    name = f"no file descriptors left, {len(numbers)} of 2 processes"
    with ExitStack() as stack:
        for number in numbers:
            full = without_descriptors(pid_of(machine, number), machine.ports[number])
            stack.enter_context(full)
        for kind in ("question", "danger"):
            for state, answer in people.ask(name, kind, nginx=True).items():
                assert is_of_nginx(answer) == (len(numbers) == 2), (state, answer)
                assert is_of_nginx(answer) or answer["outcome"] in USUAL, (state, answer)
    # For five seconds nginx leaves those alone that did not answer.
    wait_until(lambda: is_stored(front(machine).chat()))
    people.go_on(name)


@pytest.mark.faults
def test_after_every_process_was_down_everybody_goes_on(machine):
    people = Everybody(front(machine))
    kill_both(machine)
    wait_until(lambda: is_up(machine, 0) and is_up(machine, 1), START_SECONDS)
    # For five seconds nginx leaves those alone that did not answer.
    wait_until(lambda: is_stored(front(machine).chat()))
    people.go_on("all processes down")
