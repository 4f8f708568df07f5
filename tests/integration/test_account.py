"""An answer of the account is checked for danger by the real net, and kept nowhere."""

from __future__ import annotations

import asyncio
import gc
import secrets
from types import FunctionType, ModuleType
from typing import Any

import pytest
import requests
from rasa.core.agent import load_agent
from sqlalchemy import func, select
from sqlalchemy.sql.expression import Select

from bot.gateway.http import routes
from bot.gateway.http.body import CheckIn, MessageIn
from bot.serving.training import ensure_model
from bot.storage.database import Database
from bot.storage.schema import conversations, counts
from tests.integration.conftest import LOUD, Bot, Chat, running_bot
from tests.integration.scripted import running
from tests.integration.waiting import PATIENCE, REPLY_DEADLINE, wait_until
from tests.integration.words import said, title

pytestmark = pytest.mark.integration

NOW = "he is outside my house now"
CALM = ("my ex boyfriend", "since last march", "he sends me letters, about two a week")


def check(url: str, answer: str, conversation: str = "") -> requests.Response:
    body = {"conversation": conversation or secrets.token_hex(16), "text": answer}
    return requests.post(f"{url}check", json=body, timeout=PATIENCE)


def checked(bot: Bot, answer: str, conversation: str = "") -> tuple[str, list[str], list[str]]:
    """The tier, the bubbles and the titles of the buttons."""
    response = check(bot.url, answer, conversation)
    assert response.status_code == 200, response.text
    messages = response.json()["messages"]
    bubbles = [message["text"] for message in messages]
    return (
        response.json()["tier"],
        bubbles,
        [button["title"] for message in messages for button in message["buttons"]],
    )


def test_danger_in_an_answer_gets_the_words_and_buttons_of_a_message(bot):
    tier, bubbles, buttons = checked(bot, NOW)
    assert tier == "emergency"
    assert bubbles[0] == said("emergency", pronoun="he")
    assert buttons == [
        title("emergency/cannot_speak"), title("advice/deaf"), title("safe_now"),
    ]  # fmt: skip
    chat = bot.chat()
    assert "\n".join(bubbles) == chat.say(NOW)
    assert buttons == list(chat.buttons)


def test_a_life_at_risk_is_seen_too(bot):
    tier, bubbles, _ = checked(bot, "i want to kill myself tonight because of him")
    assert tier == "crisis"
    assert bubbles[0] == said("crisis")
    assert any("116 123" in bubble for bubble in bubbles)


def test_possible_danger_is_asked_about(bot):
    tier, bubbles, buttons = checked(bot, "that he gets in when im asleep")
    assert tier == "check"
    assert bubbles == [said("emergency_check"), said("emergency_check", bubble=1)]
    assert buttons == [title("emergency"), title("check_denied")]


@pytest.mark.parametrize("answer", CALM)
def test_a_calm_answer_gets_nothing_in_the_way(bot, answer):
    assert checked(bot, answer) == ("none", [], [])


@pytest.mark.parametrize("answer", ["", "   \n", "\u200b", "/goodbye", "////"])
def test_what_is_no_answer_is_no_danger_and_no_command(bot, answer):
    assert checked(bot, answer)[0] == "none"


def test_danger_after_what_is_read_is_seen(bot):
    calm = "it has been a long year with many letters in it. " * 60
    tier, bubbles, _ = checked(bot, f"{calm} {NOW}")
    assert tier == "emergency" and "999" in bubbles[0]


def test_a_button_of_it_works_in_its_conversation_only(bot):
    me = secrets.token_hex(16)
    messages = check(bot.url, NOW, me).json()["messages"]
    (button,) = [
        one["id"]
        for one in messages[-1]["buttons"]
        if one["title"] == title("emergency/cannot_speak")
    ]
    assert said("emergency/cannot_speak") in _press(bot, me, button)
    assert said("clarify") in _press(bot, secrets.token_hex(16), button)


def _press(bot: Bot, conversation: str, button: str) -> str:
    chat = Chat(bot, conversation)
    chat.buttons = {"it": button}
    return chat.press("it")


@pytest.mark.parametrize(
    "asked", ["help me put it in order", "can you help me write it all down for the police"]
)
def test_it_is_offered_where_it_is_asked_for(chat, asked):
    answer = chat.post(text=asked).json()
    assert answer["messages"][0]["text"] == said("case/in_order")
    assert answer["offer"] == "account"


@pytest.mark.parametrize("asked", ["how do i report stalking", "what do i say to the police"])
def test_it_is_offered_with_answers_about_reporting(chat, asked):
    chat.say(asked)
    answer = chat.post(button=chat.buttons[title("case/in_order")]).json()
    assert answer["offer"] == "account"
    assert "offer" not in chat.post(text="what is a stalking protection order").json()


# Nothing of it is kept


def test_it_is_in_no_record_no_log_and_no_counter(tmp_path):
    """With a message beside it, which shows that the search finds what is kept."""
    token, kept = "zebra-umbrella-4711", "walrus-parasol-4712"
    database = Database(f"sqlite:///{tmp_path}/chat.db", tmp_path)
    with running_bot(**LOUD, DATABASE_URL=str(database.engine.url)) as bot:
        me = secrets.token_hex(16)
        for answer in (f"{token} {NOW}", f"my ex {token} keeps following me", f"calm {token}"):
            assert token not in str(checked(bot, answer, me))
        assert _records(database) == 0
        Chat(bot, me).say(f"my ex {kept} keeps following me home")
        # Counts are written together every few seconds, so those of a check would be in by now.
        wait_until(lambda: _counted(database))
        assert _counted(database) == 1, "the message, and no check"
        assert _records(database) == 1
        stored = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
        logged = bot.logged + bot.printed
    database.close()
    assert b"outcome" in stored and token.encode() not in stored
    assert "processor." in logged, "what the bot does with a message is logged"
    assert token not in logged and kept not in logged


def _records(database: Database) -> int:
    return _number(database, select(func.count(conversations.c.record)))


def _counted(database: Database) -> int:
    """How many turns have been counted."""
    query = select(func.sum(counts.c["count"])).where(counts.c.counter == "outcome")
    return _number(database, query)


def _number(database: Database, query: Select) -> int:
    with database.engine.connect() as connection:
        return connection.execute(query).scalar() or 0


def test_what_was_checked_is_not_read_with_the_next_message(bot):
    """The two halves of a cry for help: one typed into the account, one into the chat."""
    assert "999" in _halves(bot, lambda chat: chat.say("hes"))
    assert said("emergency") not in _halves(bot, lambda chat: checked(bot, "hes", chat.id))
    # Nor is a message read with the next answer.
    chat = bot.chat()
    chat.say("hes")
    assert checked(bot, "here", chat.id)[0] != "emergency"


def _halves(bot: Bot, first: Any) -> str:
    chat = bot.chat()
    first(chat)
    return chat.say("here")


def test_no_list_in_memory_holds_it():
    """Looks through everything that the process can still reach."""
    token = secrets.token_hex(6)
    kept = secrets.token_hex(6)

    async def use() -> Any:
        agent = await load_agent(str(ensure_model()))
        gateway = routes.Gateway(agent.handle_message)
        turns = gateway._turns
        for answer in (f"{NOW} {token}", f"i want to kill myself {token}", f"letters {token}"):
            body = CheckIn(conversation="1" * 32, text=answer)
            await turns.checks.check(agent, body, REPLY_DEADLINE)
            turns.checks.check_switched_off(body)
        await turns.answer(agent, MessageIn(conversation="2" * 32, text=f"he writes {kept}"))
        return agent, gateway

    held = asyncio.run(use())
    assert _holding(held, kept), "the search finds what is remembered"
    assert _holding(held, token) == []


def _holding(roots: Any, token: str) -> list[str]:
    """The texts with a word in them that can be reached, but for code and modules."""
    found, seen, waiting = [], set(), [roots]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, (type, ModuleType)):
            continue
        seen.add(id(one))
        if isinstance(one, (str, bytes)):
            shown = one if isinstance(one, str) else one.decode(errors="replace")
            found += [shown] * (token in shown)
            continue
        # A function's globals are its whole module; what it closes over may hold a text.
        parts = one.__closure__ or () if isinstance(one, FunctionType) else gc.get_referents(one)
        waiting.extend(parts)
    return found


# Whatever fails, danger is seen


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("checks"), CONVERSATION_RATE="2") as started:
        yield started


def _ask(server, answer, conversation=""):
    return check(server.url, answer, conversation)


@pytest.mark.parametrize("state", ["none", "unready"])
def test_without_a_model_the_rules_judge(server, state):
    server.set_agent(state)
    try:
        danger = _ask(server, NOW).json()
        calm = _ask(server, "since last march").json()
    finally:
        server.set_agent("ready")
    assert danger["tier"] == "emergency"
    assert danger["messages"][0]["text"] == said("safe_reply_emergency")
    assert calm["tier"] == "none"
    assert [one["text"] for one in calm["messages"]] == [said("safe_reply")], "999, and no more"


def test_when_reading_fails_the_rules_judge_and_the_log_holds_no_text(server):
    """The scripted agent cannot read a text at all."""
    answer = _ask(server, f"{NOW} zebra-4713").json()
    assert answer["tier"] == "emergency"
    assert "check failed" in server.log.read_text()
    assert "zebra" not in server.log.read_text()
    assert server.stored() == 0 and server.outcomes() == []


def test_over_the_limit_danger_is_answered_and_nothing_else(server):
    me = secrets.token_hex(16)
    refused = next(
        answer for _ in range(9) if (answer := _ask(server, "calm", me)).status_code == 429
    )
    assert int(refused.headers["Retry-After"]) >= 1
    assert "999" in refused.json()["messages"][0]["text"]
    answer = _ask(server, NOW, me)
    assert answer.status_code == 200 and answer.json()["tier"] == "emergency"
