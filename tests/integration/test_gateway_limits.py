"""Rate limits, the switch, and readiness, on the real gateway with a scripted agent."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time

import pytest

from tests.integration.scripted import ROOT, Scripted, running, write_dist
from tests.integration.waiting import wait_until
from tests.integration.words import whole

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("limits")
    write_dist(folder / "dist")
    # Of a conversation so few that a busy machine has none to spare for half a minute.
    limits = {"CONVERSATION_RATE": "2", "ADDRESS_RATE": "10", "PROXIES": "1"}
    with running(folder, **limits) as started:
        yield started


@pytest.fixture
def address():
    """A network address that no other test of this module sends from."""
    return f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}::1"


def words(response):
    return "\n".join(message["text"] for message in response.json()["messages"])


def say(server, text, conversation, *forwarded):
    return server.say(text, conversation, headers={"X-Forwarded-For": ", ".join(forwarded)})


def until_refused(ask, at_once, per_minute):
    """The first that is refused, after as many as have room.

    More have room the longer it takes: a busy machine may need minutes.

    Args:
        ask: sends one.
        at_once: how many have room at first.
        per_minute: for how many more there is room each minute.
    """
    started, answered = time.monotonic(), 0
    while (answer := ask()).status_code != 429:
        assert answer.status_code == 200
        answered += 1
        assert answered < 500, "there is no limit"
    room = at_once + per_minute * (time.monotonic() - started) / 60
    assert at_once <= answered <= room + 1
    return answer


def end(server, conversation, headers):
    return server.ask("end", "POST", json={"conversation": conversation}, headers=headers)


def test_a_conversation_over_its_limit_is_told_when_to_come_back(server: Scripted, address):
    me = secrets.token_hex(16)
    refused = until_refused(lambda: say(server, "hello", me, address), 2, 2)
    assert refused.json()["error"] == "rate_limited"
    assert words(refused) == whole("safe_reply")
    assert 1 <= int(refused.headers["Retry-After"]) <= 30
    assert server.outcomes()[-1] == "rate_limited"
    assert say(server, "hello", secrets.token_hex(16), address).status_code == 200, "others go on"


def test_an_address_over_its_limit_is_refused_whatever_the_conversation(server, address):
    until_refused(lambda: say(server, "hi", secrets.token_hex(16), address), 10, 10)
    neighbour = address.removesuffix("1") + "abcd"
    # One household: it has no room of its own.
    until_refused(lambda: say(server, "hi", secrets.token_hex(16), neighbour), 0, 10)
    assert say(server, "hi", secrets.token_hex(16), "192.0.2.7").status_code == 200


def test_an_address_that_ends_too_many_chats_is_told_so_and_they_are_erased_all_the_same(
    server: Scripted, address
):
    """Nobody asks twice: a page that is left says it once."""
    me = secrets.token_hex(16)
    say(server, "hello", me, "192.0.2.8")
    headers = {"X-Forwarded-For": address}
    # More than messages.
    until_refused(lambda: end(server, secrets.token_hex(16), headers), 40, 40)
    # On a busy machine one more has room by now.
    refused = end(server, me, headers)
    while refused.status_code != 429:
        me = secrets.token_hex(16)
        say(server, "hello", me, "192.0.2.8")
        refused = end(server, me, headers)
    assert "ended" not in refused.json()
    assert refused.json()["error"] == "rate_limited" and words(refused) == whole("safe_reply")
    assert int(refused.headers["Retry-After"]) >= 1
    wait_until(lambda: not server.has(me))
    other = server.ask("end", "POST", json={"conversation": me}, headers={"X-Forwarded-For": "::1"})
    assert other.json() == {"ended": True}, "others go on"


def test_only_the_last_forwarded_address_counts(server, address):
    """What stands before it was written by the client."""
    until_refused(
        lambda: say(server, "hi", secrets.token_hex(16), secrets.token_hex(4), address), 10, 10
    )


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("he is outside my house now", "safe_reply_emergency"),
        ("stop before i kill myself", "crisis"),
        ("he keeps messaging me " * 300 + "he is outside my house now", "safe_reply_emergency"),
    ],
    ids=["danger", "crisis", "danger at the end of a long text"],
)
def test_danger_is_never_refused_for_its_rate(server, address, text, reply):
    me = secrets.token_hex(16)
    until_refused(lambda: say(server, "hello", me, address), 2, 2)
    answer = say(server, text, me, address)
    assert answer.status_code == 200
    assert words(answer) == whole(reply)
    assert answer.json()["outcome"] == "emergency_rate_limited" == server.outcomes()[-1]


def test_whoever_is_far_over_a_limit_is_not_read_but_told_of_999_and_others_are_read(
    server, address
):
    me, cry = secrets.token_hex(16), "he is outside my house now"
    until_refused(lambda: say(server, "hello", me, address), 2, 2)
    # One more is read each second.
    answers = [say(server, cry, me, address)]
    while answers[-1].status_code == 200:
        assert words(answers[-1]) == whole("safe_reply_emergency")
        answers.append(say(server, cry, me, address))
        assert len(answers) < 500, "all are read"
    assert len(answers) > 50 and answers[-1].status_code == 429
    assert "999" in answers[-1].json()["messages"][0]["text"]
    they, elsewhere = secrets.token_hex(16), "2001:db8:ffff::1"
    until_refused(lambda: say(server, "hello", they, elsewhere), 2, 2)
    assert words(say(server, cry, they, elsewhere)) == whole("safe_reply_emergency")


def test_danger_in_two_halves_is_not_refused_either(server, address):
    me = secrets.token_hex(16)
    until_refused(lambda: say(server, "hello", me, address), 2, 2)
    assert say(server, "well he is", me, address).status_code == 429
    assert words(say(server, "in my house now", me, address)) == whole("safe_reply_emergency")


def test_the_limit_ends_by_itself(tmp_path):
    with running(tmp_path, CONVERSATION_RATE="60") as server:
        me = secrets.token_hex(16)
        for _ in range(200):
            if (answer := server.say("hello", me)).status_code != 200:
                break
        assert answer.status_code == 429
        wait = int(answer.headers["Retry-After"])
        assert wait == 1
        time.sleep(wait)
        assert server.say("hello", me).status_code == 200


def test_no_address_is_written_anywhere(tmp_path, address):
    with running(tmp_path, PROXIES="1", ADDRESS_RATE="10", REPLY_DEADLINE="2") as server:
        for text in ("hello", "raise", "hang"):
            say(server, text, secrets.token_hex(16), address, "203.0.113.99")
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert address.encode() not in file.read_bytes()
            assert b"203.0.113.99" not in file.read_bytes()


# --- The switch


@pytest.fixture
def switch(server):
    def turn(to: str) -> str:
        finished = subprocess.run(
            [sys.executable, "-m", "bot", "switch", to],
            cwd=ROOT, env={**os.environ, "CHAT_STATE": str(server.folder / "state")},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return finished.stdout

    yield turn
    turn("on")


def test_one_command_switches_the_running_bot_off_and_on(server, switch, address):
    me = secrets.token_hex(16)
    assert "force-chat" in server.ask("").text
    assert "is off" in switch("off") and "is off" in switch("status")
    answer = say(server, "hello", me, address)
    assert (answer.status_code, answer.json()["outcome"]) == (200, "switched_off")
    assert words(answer) == whole("switched_off")
    assert words(say(server, "he is here with a knife", me, address)).startswith("Call 999 now")
    assert server.ask("").text == server.ask("help").text
    assert server.ask("ready").json() == {
        "ready": True,
        "storing": True,
        "switched_off": True,
    }
    assert server.end(me).json() == {"ended": True}
    assert "is on" in switch("on") and "is on" in switch("on")
    other = secrets.token_hex(16)
    assert say(server, "hello", other, address).json()["outcome"] == "answered"
    assert "force-chat" in server.ask("").text


# --- Readiness


def test_it_is_ready_only_while_messages_go_through(tmp_path):
    with running(tmp_path, READY_SECONDS="0.5") as server:
        before = server.outcomes()
        assert server.ask("ready").status_code == 200
        server.set_agent("none")
        time.sleep(0.6)
        refused = server.ask("ready")
        assert refused.status_code == 503 and refused.json()["error"] == "unavailable"
        assert words(refused) == whole("safe_reply")
        assert server.ask("health").status_code == 200, "the process lives"
        server.set_agent("ready")
        time.sleep(1.1)
        assert server.ask("ready").status_code == 200
        assert server.outcomes() == before, "a self-test is nobody's message"
        assert server.stored() == 0, "and leaves no conversation"
        server.say("hello", "a" * 32)
        assert server.stored() == 1 and server.has("a" * 32)
