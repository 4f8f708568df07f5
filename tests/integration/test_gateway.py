"""The gateway against the real servers: bad input, buttons, privacy, closed doors."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import requests

from bot.gateway.http import headers
from tests.integration.conftest import LOUD, Bot, running_bot
from tests.integration.waiting import PATIENCE
from tests.integration.words import said, title
from tests.services.programs import need

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
    # A topic: to "hello" whom to talk to is said again, where the text may have told of a crisis.
    answer = chat.say("what is a stalking protection order")
    assert said("advice/spo_what") in answer, "the next message works"


def test_long_text_is_read_in_part_and_said_so(chat):
    assert said("too_long") in chat.say(BAD_TEXTS["10,000 characters"])


def test_danger_at_the_start_of_a_long_text_is_seen(chat):
    assert "Call 999 now" in chat.say("he is in my house now " + "please help " * 900)


@pytest.mark.parametrize("text", ["/session_start", "/back", "/nonsense"])
def test_a_typed_slash_is_text_and_never_a_command(chat, text):
    assert "Police Scotland" in chat.say("i live in glasgow")
    assert chat.say(text)
    assert "Police Scotland" in chat.say("how do i report stalking"), "nothing was reset"


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
            timeout=PATIENCE,
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
    assert requests.get(f"{bot.url}ready", timeout=PATIENCE).json()["ready"] is True
    assert requests.get(f"{bot.url}help", timeout=PATIENCE).status_code == 200


def test_a_burst_of_people_can_wait_for_the_event_loop(bot: Bot):
    need("ss")
    command = ["ss", "-Hltn", f"sport = :{bot.port}"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    _, _, may_wait, *_ = told.split()
    highest = int(Path("/proc/sys/net/core/somaxconn").read_text())
    assert int(may_wait) == min(1_024, highest)


CLOSED = [
    ("GET", "/"),
    ("GET", "/version"),
    ("GET", "/status"),
    ("GET", "/conversations/x/tracker"),
    ("PUT", "/model"),
    ("POST", "/model/train"),
    ("POST", "/webhooks/rest/webhook"),
    ("GET", "/webhooks/rest/"),
    ("GET", "/docs"),
]


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_only_the_gateway_answers(bot: Bot, method, path):
    address = f"http://127.0.0.1:{bot.port}{path}"
    answer = requests.request(method, address, json={"model_file": "x"}, timeout=PATIENCE)
    assert answer.status_code == 404
    assert "rasa" not in answer.text.lower() and "999" in answer.json()["messages"][0]["text"]
    assert not any("rasa" in value.lower() for value in answer.headers.values())
    assert headers.ALL.items() <= answer.headers.items(), "as private as any answer of /chat"


def test_no_typed_text_in_the_logs():
    token = "zebra-umbrella-4711"
    with running_bot(**LOUD) as bot:
        chat = bot.chat()
        chat.say(f"my ex {token} keeps following me home from work")
        chat.say(f"{token} {token}")
        logged = bot.logged
    assert "processor." in logged, "what the bot does with a message is logged"
    assert token not in logged
