"""Whatever fails behind the gateway, a person gets an answer, and 999 first where it counts."""

from __future__ import annotations

import secrets
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.integration.scripted import Scripted, read_response, running, write_dist
from tests.integration.waiting import wait_until
from tests.integration.words import number, whole

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("failures")
    write_dist(folder / "dist")
    with running(folder) as started:
        yield started


@pytest.fixture(scope="module")
def hasty(tmp_path_factory):
    """One that waits for no turn long: for turns that run out of time, on any machine."""
    with running(tmp_path_factory.mktemp("hasty"), REPLY_DEADLINE="2") as started:
        yield started


@pytest.fixture
def failing(hasty, server, request):
    """The server for a command: the hasty one where it ends by its deadline."""
    command = request.getfixturevalue("command")
    return hasty if FAILURES[command] == "safe_reply_timeout" else server


@pytest.fixture(autouse=True)
def working_agent(server):
    yield
    server.set_agent("ready")


def words(response):
    assert response.status_code == 200, response.text
    texts = [message["text"] for message in response.json()["messages"]]
    assert texts and all(texts)
    return "\n".join(texts)


FAILURES = {
    "raise": "safe_reply_error",
    "hang": "safe_reply_timeout",
    "stubborn": "safe_reply_timeout",
    "nothing": "safe_reply_silent",
}


@pytest.mark.parametrize(("command", "outcome"), FAILURES.items())
def test_a_failed_turn_gets_the_safe_reply(failing: Scripted, command, outcome):
    answer = failing.say(command)
    assert words(answer) == whole("safe_reply")
    assert answer.json()["outcome"] == outcome == failing.outcomes()[-1]


@pytest.mark.parametrize("command", FAILURES)
def test_a_failed_turn_in_danger_begins_with_999(failing: Scripted, command):
    answer = failing.say(f"{command} he is outside my house now")
    assert words(answer) == whole("safe_reply_emergency")


def test_a_failed_turn_in_a_crisis_names_who_listens(server: Scripted):
    assert words(server.say("raise stop before i kill myself")) == whole("crisis")
    # The rules alone see an attack in this too, so 999 comes first, and who listens after it.
    both = f"{whole('safe_reply_emergency')}\n{whole('crisis')}"
    assert words(server.say("raise i want to kill myself")) == both
    assert number("samaritans") in both


@pytest.mark.parametrize("state", ["none", "unready"])
def test_without_an_agent_the_reply_is_the_same(server: Scripted, state):
    server.set_agent(state)
    answer = server.say("hello")
    assert words(answer) == whole("safe_reply")
    assert answer.json()["outcome"] == "safe_reply_unavailable"
    assert words(server.say("he has a knife and he is here")) == whole("safe_reply_emergency")
    assert server.ask("help").status_code == 200
    assert server.ask("health").status_code == 200


@pytest.mark.parametrize("action", ["is down", "answers nonsense"])
def test_an_answer_with_a_hole_is_completed(server: Scripted, action):
    answer = server.say(f"half {action}")
    assert words(answer) == f"the first part\nthe last part\n{whole('safe_reply')}"
    assert answer.json()["outcome"] == "safe_reply_action_failed"


def test_an_answer_with_a_hole_in_danger_begins_with_999(server: Scripted):
    # The scripted agent does not see danger; the word rules do.
    answer = words(server.say("half he is outside my house now"))
    assert answer.startswith(whole("safe_reply_emergency")) and "the first part" in answer


def test_what_was_said_of_a_turn_that_ran_out_of_time_is_not_shown(hasty: Scripted):
    """It is not stored: an answer to the next question would count for the one before."""
    answer = hasty.say("late")
    assert words(answer) == whole("safe_reply")
    assert answer.json()["outcome"] == "safe_reply_timeout"


@pytest.mark.parametrize("action", ["rejects", "answers"])
def test_an_action_that_works_or_declines_leaves_no_hole(server: Scripted, action):
    answer = server.say(f"half {action}")
    assert words(answer) == "the first part\nthe last part"
    assert answer.json()["outcome"] == "answered"


def test_a_turn_that_breaks_half_way_is_completed(server: Scripted):
    answer = server.say("breaks")
    assert words(answer) == f"the first part\n{whole('safe_reply')}"
    assert answer.json()["outcome"] == "safe_reply_error"


def test_no_failure_writes_what_was_typed_to_the_log(server: Scripted):
    token = "zebra-umbrella-4711"
    for command in ("raise", "breaks", "nothing"):
        server.say(f"{command} {token}")
    server.ask("messages", "POST", data=f"{{{token}", headers={"Content-Type": "application/json"})
    log = server.log.read_text()
    assert "RuntimeError" in log, "the failure itself is logged"
    assert token not in log and "/chat/messages" not in log


OUTCOMES = {
    "emergency": "emergency",
    "emergency/followed_now": "emergency",
    "emergency_reminder": "emergency",
    "crisis/self_harm": "crisis",
    "emergency_check": "checked",
    "crisis_check": "checked",
    "clarify": "clarified",
    "out_of_scope/gibberish": "out_of_scope",
    "reporting/how": "answered",
}


@pytest.mark.parametrize(("reply", "outcome"), OUTCOMES.items())
def test_the_words_name_the_outcome(server: Scripted, reply, outcome):
    assert server.say(f"register {reply}").json()["outcome"] == outcome == server.outcomes()[-1]


def test_each_turn_has_one_outcome(server: Scripted):
    before = len(server.outcomes())
    server.say("hello")
    server.say("   ")
    server.say("raise")
    server.ask("messages", "POST", data=b"{}", headers={"Content-Type": "application/json"})
    assert server.outcomes()[before:] == ["answered", "empty", "safe_reply_error", "invalid"]


def test_a_client_that_goes_away_is_counted_too(server: Scripted):
    before = len(server.outcomes())
    with server.working_on(conversation=secrets.token_hex(16), text="wait") as line:
        line.shutdown(socket.SHUT_RDWR)
    wait_until(lambda: len(server.outcomes()) > before)
    assert server.outcomes()[before:] == ["abandoned"]
    server.go_on()
    wait_until(lambda: not server.running())


def test_the_turn_of_a_client_that_goes_away_has_no_more_time_than_anothers(hasty: Scripted):
    with hasty.working_on(conversation=secrets.token_hex(16), text="hang") as line:
        line.shutdown(socket.SHUT_RDWR)
    wait_until(lambda: not hasty.running())


def test_what_was_typed_just_before_reaches_the_net_and_only_once(server: Scripted):
    me, other = secrets.token_hex(16), secrets.token_hex(16)
    assert words(server.say("previous", me)) == "<>"
    assert words(server.say("previous of two", me)) == "<previous>"
    assert words(server.say("previous", other)) == "<>", "conversations do not mix"
    server.say("register emergency", me)
    assert words(server.say("previous", me)) == "<>", "danger that was answered is not seen again"


def test_a_message_sent_again_waits_for_its_first_turn(server: Scripted):
    me, before = secrets.token_hex(16), len(server.outcomes())
    message = {"conversation": me, "message": secrets.token_hex(16), "text": "slow"}
    with server.working_on(**message):
        pass  # the client goes away
    again = server.ask("messages", "POST", json=message)
    assert again.json()["outcome"] == "answered"
    assert server.ask("messages", "POST", json=message).json() == again.json()
    assert server.outcomes()[before:] == ["abandoned", "answered", "answered"]
    assert words(server.say("previous", me)) == "<slow>", "read once, so it was one turn"


def test_danger_split_over_two_messages_begins_with_999_even_when_rasa_fails(server: Scripted):
    me = secrets.token_hex(16)
    assert words(server.say("he is in", me)).startswith("read")
    server.set_agent("none")
    assert words(server.say("my house now", me)) == whole("safe_reply_emergency")


def test_what_was_typed_is_forgotten_with_the_conversation(server: Scripted):
    me = secrets.token_hex(16)
    server.say("he is in", me)
    server.end(me)
    assert words(server.say("previous", me)) == "<>"


def test_a_deleted_chat_is_forgotten_too(server: Scripted):
    me = secrets.token_hex(16)
    server.say("he is in", me)
    server.say("register delete_chat", me)
    assert words(server.say("previous", me)) == "<>"


def test_a_message_sent_again_after_the_end_gets_no_answer_from_before(server: Scripted):
    me = secrets.token_hex(16)
    message = {"conversation": me, "message": secrets.token_hex(16), "text": "previous"}
    server.say("he is in", me)
    for _ in range(2):
        assert words(server.ask("messages", "POST", json=message)) == "<he is in>"
    server.end(me)
    assert words(server.ask("messages", "POST", json=message)) == "<>"


def test_a_turn_that_ends_after_its_conversation_leaves_nothing(server: Scripted):
    me = secrets.token_hex(16)
    with server.working_on(conversation=me, text="wait") as line:
        assert server.end(me).json() == {"ended": True}
        server.go_on()
        assert b"read 4: wait" in read_response(line)[2], "it ran to its end"
    assert not server.has(me)


def test_a_conversation_is_stored_until_it_ends(server: Scripted):
    me = secrets.token_hex(16)
    server.say("hello", me)
    assert server.has(me)
    server.ask("end", "POST", json={"conversation": me, "reason": "exit"})
    assert not server.has(me)


def test_a_promise_to_erase_is_kept(server: Scripted):
    me = secrets.token_hex(16)
    server.say("hello", me)
    assert words(server.say("register delete_chat", me)) == whole("delete_chat")
    assert not server.has(me)


def test_it_never_says_erased_when_that_is_not_sure(server: Scripted, hasty: Scripted):
    assert words(server.say("erases badly")) == whole("safe_reply")
    assert words(hasty.say("erases slowly")) == whole("safe_reply")


def test_it_never_says_erased_when_it_is_not(server: Scripted):
    server.set_agent("unerasable")
    answer = server.say("register delete_chat")
    assert words(answer) == whole("delete_chat_failed")
    assert answer.json()["outcome"] == "safe_reply_storage_failed"
    refused = server.end("0" * 32)
    assert refused.status_code == 500 and "ended" not in refused.json()
    assert "999" in refused.json()["messages"][0]["text"]


def test_an_answer_is_whole_when_nothing_can_be_stored(server: Scripted):
    me = secrets.token_hex(16)
    server.set_agent("unerasable")
    for _ in range(2):
        answer = server.say("hello", me)
        assert words(answer) == f"{whole('cannot_look_back')}\nread 5: hello"
        assert answer.json()["outcome"] == "safe_reply_storage_failed"


def test_half_an_answer_is_completed_also_when_nothing_can_be_stored(server: Scripted):
    server.set_agent("unerasable")
    answer = server.say("half raises")
    assert words(answer) == f"the first part\nthe last part\n{whole('safe_reply')}"
    assert answer.json()["outcome"] == "safe_reply_action_failed"


def test_an_emergency_answer_stands_alone_when_nothing_can_be_stored(server: Scripted):
    server.set_agent("unerasable")
    answer = server.say("he is outside my house now")
    assert words(answer) == whole("emergency")
    assert answer.json()["outcome"] == "emergency"


def test_danger_at_the_end_of_a_long_message_is_seen(server: Scripted):
    text = (
        "he keeps messaging me and i do not know what to do " * 200 + "he is outside my house now"
    )
    answer = server.say(text)
    assert words(answer).startswith(whole("safe_reply_emergency"))
    assert answer.json()["outcome"] == "emergency"


# --- "Is this happening now?" and then a message that is to be sent again


def test_the_check_stays_open_until_the_next_message_has_its_answer(server: Scripted):
    me = secrets.token_hex(16)
    assert words(server.say("register emergency_check", me)) == whole("emergency_check")
    assert server.say("raise", me).json()["outcome"] == "safe_reply_error"
    server.set_agent("none")
    assert server.say("yes", me).json()["outcome"] == "safe_reply_unavailable"
    server.set_agent("ready")
    assert [words(server.say("check", me)) for _ in range(2)] == ["open", "closed"]


# --- Too many at once


CROWD = 48
CRY = "slow he is outside my house now"


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    """One at which nobody waits longer than two seconds for those before."""
    with running(tmp_path_factory.mktemp("busy"), REPLY_DEADLINE="6") as started:
        yield started


@pytest.fixture(scope="module")
def crowd(busy):
    """What people got who all wrote at once after the check, half of them a cry for help.

    Four turns of half a second each run at once, so many wait for longer than anybody may.
    """
    people = [secrets.token_hex(16) for _ in range(CROWD)]
    texts = ["slow", CRY] * (CROWD // 2)
    for me in people:
        busy.say("register emergency_check", me)
    with ThreadPoolExecutor(CROWD) as writers:
        answers = list(writers.map(busy.say, texts, people))
    return list(zip(people, texts, answers, strict=True))


def test_of_too_many_at_once_some_are_refused_and_danger_gets_999_first(busy: Scripted, crowd):
    _, _, no_answer = whole("safe_reply").partition("\n")
    # Right after the check anything but a no may be a yes.
    expected = {
        "slow": f"{whole('safe_reply_emergency')}\n{no_answer}",
        CRY: whole("safe_reply_emergency"),
    }
    refused = set()
    for _, text, answer in crowd:
        said = words(answer)
        if answer.json()["outcome"] == "safe_reply_overloaded":
            assert said == expected[text]
            refused.add(text)
    assert refused == {"slow", CRY}
    assert "answered" in [answer.json()["outcome"] for _, _, answer in crowd]
    assert "safe_reply_overloaded" in busy.outcomes()


def test_the_check_stays_open_for_whom_was_refused(busy: Scripted, crowd):
    for me, _, answer in crowd:
        is_answered = answer.json()["outcome"] == "answered"
        assert words(busy.say("check", me)) == ("closed" if is_answered else "open")
