"""The whole bot with its stores: what is left of a chat, and what a failing database does to it."""

from __future__ import annotations

import secrets
import sqlite3
import time

import pytest
import requests

from benchmarks import leads
from tests.faults.states import HANDOVER
from tests.integration.checked import to_the_check
from tests.integration.conftest import LOUD, ROOT, running_bot, stop_bot
from tests.integration.waiting import PATIENCE
from tests.integration.words import said, title

pytestmark = pytest.mark.integration

FAILED = "safe_reply_storage_failed"


class Unique:
    """Words that occur nowhere else, so that finding one means that it was kept."""

    def __init__(self):
        self.words = []

    def __call__(self):
        # Letters only: beside a row of figures the models are less sure of what else is said.
        word = "zq" + "".join(secrets.choice("aeioulmnrst") for _ in range(12))
        self.words.append(word)
        return word


def files_below(*folders):
    found = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    return b"\n".join(file.read_bytes() for file in found if not file.name.endswith(".tar.gz"))


def assert_logs_are_silent(logged, unique, *conversations):
    assert "processor." in logged, "what the bot does with a message is logged"
    for word in (*unique.words, *conversations):
        assert word not in logged


def test_nothing_of_a_chat_is_left_after_its_end(tmp_path):
    unique = Unique()
    with running_bot(CHAT_STATE=str(tmp_path / "state"), **LOUD) as bot:
        ended, deleted = bot.chat(), bot.chat()
        records = []
        for chat in (ended, deleted):
            chat.say(f"what is an order {unique()}")
            chat.say(f"he is outside my house now {unique()}")
            chat.say("ask me the four questions")
            chat.say(f"yes {unique()}")
        with sqlite3.connect(tmp_path / "state" / "chat.db") as database:
            records = [row[0] for row in database.execute("SELECT record FROM conversations")]
        database.close()
        before = files_below(tmp_path)
        records = [record for record in records if record]
        assert len(records) >= 2
        assert all(record[:64] in before for record in records), "the search finds what is there"
        assert requests.post(f"{bot.url}end", json={"conversation": ended.id}, timeout=PATIENCE).ok
        deleted.say("delete my chat")  # in an emergency it asks first
        assert said("delete_chat") in deleted.press(title("delete_chat"))
        with sqlite3.connect(tmp_path / "state" / "chat.db", isolation_level=None) as database:
            for _ in (ended.say(f"hello {unique()}"),):
                left = database.execute("SELECT count(record) FROM conversations").fetchone()
            # Lock the database: reading, writing and erasing fail.
            database.execute("BEGIN EXCLUSIVE")
            failed = bot.chat().post(text=f"what is an order {unique()}").json()
            urgent = bot.chat().post(text=f"he is outside my house now {unique()}").json()
            refused = requests.post(
                f"{bot.url}end", json={"conversation": ended.id}, timeout=PATIENCE
            )
        database.close()
        assert left == (0,)
        assert failed["outcome"] == FAILED
        assert failed["messages"][0]["text"] == said("cannot_look_back")
        assert len(failed["messages"]) > 1, "and the answer"
        assert urgent["outcome"] == "emergency" and "999" in urgent["messages"][0]["text"]
        assert refused.status_code == 500 and "ended" not in refused.json()
        stop_bot(bot)
        files, logged = files_below(tmp_path, ROOT / "models"), bot.logged
    for record in records:
        pieces = [record[at : at + 8] for at in range(0, len(record) - 8, 8)]
        assert not any(piece in files for piece in pieces), "not even encrypted"
    ids = (ended.id, deleted.id)
    assert_logs_are_silent(logged, unique, *ids)
    for word in (*unique.words, *ids):
        assert word.encode() not in files


def test_the_bot_answers_whatever_postgresql_does(postgres):
    unique = Unique()
    url = postgres.create()
    postgres.stop()
    settings = {
        "DATABASE_URL": url,
        "CHAT_STORAGE_KEYS": "a storage key of these tests alone",
        "CHAT_READY_SECONDS": "1",
        **HANDOVER,
    }
    with (
        pytest.raises(AssertionError, match="CHAT_STORAGE_KEYS"),
        running_bot(DATABASE_URL=url),
    ):
        pass
    with running_bot(**settings, **LOUD) as bot:
        chat = bot.chat()

        def say(text, chat=chat):
            answer = chat.post(text=f"{text} {unique()}").json()
            assert "999" in str(answer["messages"]) or answer["outcome"] == "answered"
            assert said("safe_reply", bubble=1) not in str(answer), "all are answered"
            return answer["outcome"]

        def nothing_is_promised(chat):
            """Neither that what is asked for is passed on nor that it is erased."""
            person = chat.say("can i talk to a real person")
            assert said("talk_to_person") in person and title("handover/offer") not in chat.buttons
            assert said("delete_chat_failed") in chat.say("delete this chat")
            assert title("delete_chat") in chat.buttons
            ended = requests.post(f"{bot.url}end", json={"conversation": chat.id}, timeout=PATIENCE)
            assert ended.status_code == 500 and "ended" not in ended.json()

        def until_it_answers(text):
            # After a failure the database is left alone for a while. Which answer it is does not
            # matter: a word that occurs nowhere else may make the question unclear.
            deadline = time.monotonic() + PATIENCE
            while time.monotonic() < deadline:
                if not say(text, bot.chat()).startswith("safe_reply_"):
                    return True
                time.sleep(0.2)
            return False

        asked = bot.chat()
        assert say("what is an order") == FAILED
        assert say("he is outside my house now") == "emergency"
        to_the_check(asked)
        postgres.start()
        assert until_it_answers("what is an order"), "found without a restart, tables made"
        for danger, text in ((chat, "what do i do"), (asked, "yes")):
            first = danger.post(text=text).json()["messages"][0]["text"]
            assert first in leads.first_bubbles(leads.DANGER), "known, though it was not stored"
        assert say("he is outside my house now") == "emergency"
        postgres.kill()
        assert say("what is an order") == FAILED
        nothing_is_promised(bot.chat())
        assert say("he is outside my house now") == "emergency"
        postgres.start()
        assert until_it_answers("what is an order"), "back again"
        # Alone: beside a word that occurs nowhere it is now and then taken for more than that.
        greeted = chat.post(text="hello").json()["outcome"]
        assert greeted == "checked", "999 first: it knows what was said before"
        postgres.freeze()
        try:
            assert say("what is an order") == FAILED
            assert say("he is outside my house now") == "emergency"
        finally:
            postgres.thaw()
        stop_bot(bot)
        logged = bot.logged
    postgres.stop()
    assert_logs_are_silent(logged + postgres.log.read_text(errors="replace"), unique, chat.id)
    files = files_below(postgres.data)
    assert not any(word.encode() in files for word in (*unique.words, chat.id))
