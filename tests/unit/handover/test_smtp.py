"""Delivery by e-mail through a real mail server."""

from __future__ import annotations

import base64
import threading
from dataclasses import replace

import pytest

from bot.handover import smtp, words
from bot.handover.delivery import Attempt, Result
from bot.handover.note import Details
from bot.handover.smtp import SmtpDelivery
from bot.settings import Settings
from tests.services import mail
from tests.unit.handover.conftest import DETAILS, NOTE

pytestmark = pytest.mark.slow

EMAILED = Attempt(Result.EMAILED)


def delivery(server, **changed):
    given = {
        "handover_email": "desk@force.example",
        "smtp_host": "127.0.0.1",
        "smtp_port": server.port,
        "smtp_from": "chat@force.example",
    }
    return SmtpDelivery(Settings(**{**given, **changed}))


def test_a_note_is_mailed_as_plain_text(mail_server):
    assert delivery(mail_server).send(NOTE) == EMAILED
    (message,) = mail_server.messages
    assert message.get_content_type() == "text/plain"
    assert (message["From"], message["To"]) == ("chat@force.example", "desk@force.example")
    text = message.get_content()
    assert f"How: {DETAILS.way}\nWhen: {DETAILS.time}\n" in text.replace("\r\n", "\n")
    assert "15 January 2027, 08:00" in text
    assert "{" not in text
    (envelope,) = mail_server.envelopes
    assert [line.split()[1] for line in envelope] == [
        "FROM:<chat@force.example>",
        "TO:<desk@force.example>",
    ]


@pytest.mark.parametrize(
    "typed",
    ["=1+1", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", " =1", "\uff1d1+1", "+44 7700 900123"],
)
def test_what_begins_like_a_formula_is_marked_as_text(mail_server, typed):
    delivery(mail_server).send(replace(NOTE, details=Details(typed, typed)))
    lines = mail_server.messages[0].get_content().splitlines()
    assert f"How: '{typed}" in lines and f"When: '{typed}" in lines


def test_the_subject_names_nobody(mail_server):
    delivery(mail_server).send(NOTE)
    subject = mail_server.messages[0]["Subject"]
    assert subject == words.email(NOTE)[0]
    assert not any(char.isdigit() for char in subject)


def test_a_repeat_can_be_recognised(mail_server):
    for _ in range(2):
        delivery(mail_server).send(NOTE)
    assert len({message["Message-ID"] for message in mail_server.messages}) == 1


def test_nothing_is_said_before_tls(mail_server):
    delivery(mail_server, smtp_user="chat", smtp_password="secret").send(NOTE)
    assert set(mail_server.in_the_clear) == {"EHLO", "STARTTLS"}
    assert base64.b64decode(mail_server.passwords[0]) == b"\0chat\0secret"


def test_without_tls_nothing_is_sent(mail_server):
    mail_server.offers_tls = False
    assert delivery(mail_server).send(NOTE) == Attempt(Result.REFUSED, "no_starttls")
    assert mail_server.messages == []


def test_a_certificate_that_nobody_trusts_gets_no_note(mail_server, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    assert delivery(mail_server).send(NOTE) == Attempt(Result.FAILED, "certificate")
    assert mail_server.messages == []


@pytest.mark.parametrize(
    ("command", "answer", "attempt"),
    [
        ("RCPT", "550 no such mailbox", Attempt(Result.REFUSED, "smtp_550")),
        ("RCPT", "452 mailbox full", Attempt(Result.FAILED, "smtp_452")),
        ("MAIL", "421 later", Attempt(Result.FAILED, "smtp_421")),
        ("DATA", "554 no", Attempt(Result.REFUSED, "smtp_554")),
        ("STARTTLS", "454 not now", Attempt(Result.FAILED, "smtp_454")),
        ("DATA", "hang up", Attempt(Result.FAILED, "SMTPServerDisconnected")),
    ],
)
def test_the_server_s_answer_decides_whether_it_is_tried_again(
    mail_server, command, answer, attempt
):
    mail_server.refuse[command] = answer
    assert delivery(mail_server).send(NOTE) == attempt
    assert mail_server.messages == []


@pytest.mark.parametrize("answer", ["421 bye", "502 no", "hang up"])
def test_what_the_server_has_taken_is_sent_however_it_says_goodbye(mail_server, answer):
    mail_server.refuse["QUIT"] = answer
    assert delivery(mail_server).send(NOTE) == Attempt(Result.EMAILED)
    assert len(mail_server.messages) == 1


@pytest.mark.parametrize(
    ("answer", "attempt"),
    [
        ("535 no", Attempt(Result.REFUSED, "smtp_535")),
        ("454 not now", Attempt(Result.FAILED, "smtp_454")),
    ],
    ids=["for somebody to mend", "may pass"],
)
def test_a_sign_in_that_fails_is_tried_again_only_where_that_may_help(mail_server, answer, attempt):
    mail_server.refuse["AUTH"] = answer
    signed_in = delivery(mail_server, smtp_user="chat", smtp_password="secret")
    assert signed_in.send(NOTE) == attempt


def test_what_is_no_certificate_is_not_called_one(mail_server, monkeypatch):
    monkeypatch.setattr(smtp, "_TLS_FROM_THE_START", mail_server.port)
    # It begins in the clear.
    assert delivery(mail_server).send(NOTE) == Attempt(Result.FAILED, "SSLError")
    assert_no_timer_is_left()


def test_down_and_back_again(mail_server):
    mail_server.close()
    assert delivery(mail_server).send(NOTE) == Attempt(Result.FAILED, "ConnectionRefusedError")
    assert_no_timer_is_left()
    mail_server.open()
    assert delivery(mail_server).send(NOTE) == EMAILED
    assert_no_timer_is_left()


def assert_no_timer_is_left():
    """Each attempt that fails would leave a thread for as long as it might have taken."""
    timers = [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]
    for timer in timers:
        timer.join(smtp.WHOLE / 2)
    assert not any(timer.is_alive() for timer in timers)


@pytest.mark.parametrize("when", ["from the first byte", "after TLS"])
def test_one_that_sends_a_byte_now_and_then_is_cut_off(mail_server, monkeypatch, when):
    """Each byte comes in time; let go on, it would get the note in the end."""
    monkeypatch.setattr(smtp, "WHOLE", 1.5)
    if when == "after TLS":
        say = mail._Conversation._say

        def drip_later(self, *lines):
            mail_server.drips = len(mail_server.in_the_clear) > 1  # EHLO, STARTTLS
            say(self, *lines)

        monkeypatch.setattr(mail._Conversation, "_say", drip_later)
    mail_server.drips = when != "after TLS"
    assert delivery(mail_server).send(NOTE) == Attempt(Result.FAILED, "timeout")
    assert mail_server.messages == []


def test_one_that_is_silent_is_given_up_on(mail_server, monkeypatch):
    monkeypatch.setattr(smtp, "SECONDS", 0.5)
    mail_server.slowness = 2.0
    assert delivery(mail_server).send(NOTE).result is Result.FAILED
    assert mail_server.messages == []
