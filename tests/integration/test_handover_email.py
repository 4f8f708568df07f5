"""Hand-over by e-mail through the gateway: a real bot and a real mail server, up, down and slow."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.integration.conftest import Bot, Chat, running_bot
from tests.integration.handover_steps import WAY, in_the_end, to_the_last_yes, told, words
from tests.integration.waiting import PATIENCE, wait_until
from tests.services.mail import MailServer

pytestmark = pytest.mark.integration

STORAGE_KEY = "a storage key that only these tests know"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("email")


@pytest.fixture(scope="module")
def mail(folder: Path) -> Iterator[MailServer]:
    server = MailServer(folder)
    yield server
    server.close()


@pytest.fixture(scope="module")
def emailing(mail: MailServer, folder: Path) -> Iterator[Bot]:
    with running_bot(
        CHAT_HANDOVER_EMAIL="desk@force.example",
        CHAT_CONVERSATION_RATE="0",  # it is asked again and again what became of one
        CHAT_SMTP_HOST="127.0.0.1",
        CHAT_SMTP_PORT=str(mail.port),
        CHAT_SMTP_FROM="chat@force.example",
        SSL_CERT_FILE=str(mail.certificate),
        CHAT_STATE=str(folder),
        CHAT_STORAGE_KEYS=STORAGE_KEY,
    ) as running:
        yield running


@pytest.fixture
def talk(emailing: Bot) -> Chat:
    return emailing.chat()


@pytest.fixture
def received(mail: MailServer) -> Callable[[], list[str]]:
    """The texts that have come since the test began, as one line each."""
    before = len(mail.messages)
    return lambda: [" ".join(m.get_content().split()) for m in mail.messages[before:]]


def outbox(folder: Path) -> list[tuple[str, bytes | None]]:
    with closing(sqlite3.connect(folder / "chat.db", timeout=PATIENCE)) as connection:
        return connection.execute("SELECT state, details FROM handovers").fetchall()


def test_from_the_last_yes_to_the_mailbox(talk, received, folder):
    to_the_last_yes(talk, "01632 960777, my work phone")
    assert received() == [], "nothing before the last yes"
    answer = in_the_end(talk, talk.say("yes"), "handover/emailed")
    assert words("handover/confirmed") not in answer, "nobody has confirmed anything"
    (text,) = received()
    assert f"How: 01632 960777, my work phone When: {words('handover/evenings')}" in text
    assert outbox(folder)[-1] == ("emailed", None), "the details are erased"
    assert told(talk, "handover/emailed") is None, "once"
    for file in folder.iterdir():
        assert b"960777" not in file.read_bytes(), file.name
    assert "960777" not in talk.bot.logged


def test_with_the_mail_server_down_it_is_not_yet_passed_on_and_later_it_is(talk, received, mail):
    to_the_last_yes(talk)
    mail.close()
    answer = talk.say("yes")
    assert words("handover/waiting") in answer and "999" in answer
    assert words("handover/emailed") not in answer
    mail.open()
    (text,) = wait_until(received)
    assert WAY in text
    assert "999" in wait_until(lambda: told(talk, "handover/emailed"))
    assert told(talk, "handover/emailed") is None, "once"
    logged = talk.bot.logged
    assert "hand-over not delivered" in logged, "the log tells of hand-overs"
    assert "900123" not in logged


def test_a_slow_mail_server_is_not_waited_for(talk, received, mail):
    to_the_last_yes(talk)
    mail.may_answer.clear()
    try:
        assert words("handover/waiting") in talk.say("yes")
        # Somebody else's emergency waits for none of it.
        assert talk.bot.chat().say("he is outside my house now").startswith("Call 999 now")
        assert received() == []
    finally:
        mail.may_answer.set()
    (text,) = wait_until(received)
    assert WAY in text
    assert wait_until(lambda: told(talk, "handover/emailed"))


def test_a_mailbox_that_is_not_there_could_not_be_reached(talk, received, mail, folder):
    to_the_last_yes(talk)
    mail.refuse["RCPT"] = "550 no such mailbox"
    try:
        answer = in_the_end(talk, talk.say("yes"), "handover/failed")
    finally:
        mail.refuse.clear()
    assert "101" in answer and "999" in answer
    assert received() == []
    assert outbox(folder)[-1][0] == "dead"


def test_danger_at_the_last_question_mails_nothing(talk, received, folder):
    before = len(outbox(folder))
    to_the_last_yes(talk)
    assert talk.say("he is outside my house now").startswith("Call 999 now")
    assert received() == [] and len(outbox(folder)) == before
