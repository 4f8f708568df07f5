"""The gateway against the real servers: bad input, buttons, privacy, and a dead action server."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
import requests

from bot.serving.supervisor import LOGS
from tests.integration.conftest import Bot, start_bot, stop_bot
from tests.integration.words import said, title

pytestmark = pytest.mark.integration

BAD_TEXTS = {
    "empty": "",
    "spaces": "   \n\t ",
    "10,000 characters": "he keeps messaging me and i do not know what to do " * 200,
    "only emoji": "😀😀😀🎉",
    "control characters": "\x00\x01\x07\x1b[31m\x7f",
    "zero width": "\u200b\u200d\ufeff",
    "right to left": "\u202eمرحبا كيف حالك\u202c",
    "sql": "'; DROP TABLE events; --",
    "script": "<script>alert(1)</script>",
    "only slashes": "////",
    "braces": "hello {0} {{x}} %s",
    "one letter": "a",
    "no spaces": "x" * 1990,
}


@pytest.mark.parametrize("text", BAD_TEXTS.values(), ids=BAD_TEXTS.keys())
def test_any_text_gets_a_sensible_answer(chat, text):
    answer = chat.say(text)
    assert "Traceback" not in answer and "Error" not in answer
    assert "<script>" not in answer and "DROP TABLE" not in answer
    assert said("greet") in chat.say("hello"), "the next message works"


def test_long_text_is_read_in_part_and_said_so(chat):
    assert said("too_long") in chat.say(BAD_TEXTS["10,000 characters"])


def test_danger_at_the_start_of_a_long_text_is_seen(chat):
    assert "Call 999 now" in chat.say("he is in my house now " + "please help " * 900)


@pytest.mark.parametrize("text", ["/session_start", "/back", "/nonsense"])
def test_a_typed_slash_is_text_and_never_a_command(chat, text):
    before = chat.say("what is a stalking protection order")
    assert before and chat.say(text)
    assert said("advice/spo_duration") in chat.say("how long does it last?"), "nothing was reset"


def test_a_button_works_where_it_was_offered_and_nowhere_else(bot: Bot):
    here, there = bot.chat(), bot.chat()
    here.say("hello")
    stolen = here.buttons[title("reporting/how")]
    assert said("reporting/how") in here.press(title("reporting/how"))
    there.buttons = {"stolen": stolen}
    assert said("reporting/how") not in there.press("stolen")
    there.buttons = {"made up": "L2VtZXJnZW5jeQ.00000000000000000000000000000000"}
    assert not there.press("made up").startswith("Call 999 now")


def test_conversations_do_not_mix(bot: Bot):
    one, other = bot.chat(), bot.chat()
    one.say("what is a stalking protection order")
    assert said("follow_up_unclear") in other.say("how long does it last?")
    assert said("advice/spo_duration") in one.say("how long does it last?")


def test_end_erases_and_may_be_repeated(bot: Bot, chat):
    chat.say("what is a stalking protection order")
    for _ in range(2):
        # As a page that is being left sends it: keepalive, text/plain.
        response = requests.post(
            f"{bot.url}end",
            data=f'{{"conversation": "{chat.id}"}}',
            headers={"Content-Type": "text/plain"},
            timeout=30,
        )
        assert response.json() == {"ended": True}
    assert said("follow_up_unclear") in chat.say("how long does it last?")


def test_a_real_turn_is_named_by_its_outcome(bot: Bot):
    chat = bot.chat()
    messages = {
        "hello": "answered",
        "he is outside my house now": "emergency",
        "   ": "empty",
    }
    for text, outcome in messages.items():
        assert chat.post(text=text).json()["outcome"] == outcome, text


def test_it_is_ready_and_says_where_the_script_is(bot: Bot):
    assert requests.get(f"{bot.url}ready", timeout=30).json()["ready"] is True
    assert requests.get(f"{bot.url}help", timeout=30).status_code == 200


def test_rest_is_reachable_for_testing(bot: Bot):
    assert "999" in bot.rest("tester", "hello")[0]["text"]


def test_no_typed_text_in_the_logs(bot: Bot, chat):
    token = "zebra-umbrella-4711"
    chat.say(f"my ex {token} keeps following me home from work")
    chat.say(f"{token} {token}")
    for log in LOGS.glob("*.log"):
        assert token not in log.read_text(errors="replace"), log.name


def test_without_the_action_server_everyone_still_gets_999(tmp_path):
    bot = start_bot()
    try:
        chat = bot.chat()
        assert said("greet") in chat.say("hello")
        os.kill(_pid_listening(bot.action_port), signal.SIGSTOP)
        stopped = _pid_listening(bot.action_port)
        try:
            assert chat.say("he is outside my house now").startswith("Call 999 now")
            answer = chat.say("what is a stalking protection order")
            assert "999" in answer and said("advice/spo_what") not in answer
        finally:
            os.kill(stopped, signal.SIGCONT)
    finally:
        stop_bot(bot)


def _pid_listening(port: int) -> int:
    """The process that listens on a port of this machine, by /proc."""
    wanted = None
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if int(fields[1].split(":")[1], 16) == port and fields[3] == "0A":
            wanted = f"socket:[{fields[9]}]"
    for process in Path("/proc").glob("[0-9]*"):
        try:
            for descriptor in (process / "fd").iterdir():
                if str(descriptor.readlink()) == wanted:
                    return int(process.name)
        except OSError:
            continue
    raise AssertionError(f"nothing listens on {port}")
