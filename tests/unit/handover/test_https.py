"""Delivery over HTTPS to the real reference receiver, over good roads and bad ones."""

from __future__ import annotations

import dataclasses
import time
from http.client import HTTPConnection

import pytest

from bot.handover import https, signing
from bot.handover.delivery import Attempt, Result
from bot.handover.https import HttpsDelivery
from bot.handover.note import Details
from tests.integration.waiting import PATIENCE, wait_until
from tests.services.receiver import SECRET
from tests.unit.handover.conftest import DETAILS, NOTE

pytestmark = pytest.mark.slow

CONFIRMED = Attempt(Result.CONFIRMED)


@pytest.fixture
def delivery(road):
    return HttpsDelivery(road.url, SECRET)


@pytest.fixture
def hurry(monkeypatch):
    monkeypatch.setattr(https, "SECONDS", 0.4)


def test_a_note_arrives_word_for_word_and_is_confirmed(delivery, receiver):
    strange = Details(
        'text <b>07700 900123</b> "only" \u2019n\u00e9 {x} ; DROP TABLE notes', "\u4e0d 22:00"
    )
    assert delivery.send(dataclasses.replace(NOTE, details=strange)) == CONFIRMED
    (note,) = receiver.notes()
    assert (note["way"], note["time"], note["force"]) == (strange.way, strange.time, "kent")
    assert note["agreed_at"] == "2027-01-15T08:00:00+00:00"


@pytest.mark.parametrize("status", ["500", "502", "503", "408", "429"])
def test_what_may_pass_is_tried_again(delivery, road, receiver, status):
    road.trouble = status
    assert delivery.send(NOTE) == Attempt(Result.FAILED, f"http_{status}")
    road.trouble = ""
    assert delivery.send(NOTE) == CONFIRMED
    assert len(receiver.notes()) == 1


@pytest.mark.parametrize("status", ["301", "307", "400", "401", "404", "410", "422"])
def test_what_somebody_must_mend_is_not_tried_again(delivery, road, status):
    road.trouble = status
    assert delivery.send(NOTE) == Attempt(Result.REFUSED, f"http_{status}")
    assert road.requests == 1, "a redirect is not followed"


@pytest.mark.parametrize("trouble", ["nonsense", "202", "another's answer"])
def test_a_2xx_alone_confirms_nothing(delivery, road, trouble):
    road.trouble = trouble
    assert delivery.send(NOTE) == Attempt(Result.FAILED, "not_confirmed")


def test_an_answer_signed_with_another_secret_confirms_nothing(road, receiver):
    receiver.stop()
    other = HttpsDelivery(road.url, SECRET[::-1])
    receiver.start()
    assert other.send(NOTE) == Attempt(Result.REFUSED, "http_401")
    assert receiver.notes() == []


def test_a_note_changed_on_its_way_is_refused(delivery, road, receiver):
    road.trouble = "changed"
    assert delivery.send(NOTE) == Attempt(Result.REFUSED, "http_401")
    assert receiver.notes() == []


@pytest.mark.parametrize("trouble", ["twice", "answer lost"])
def test_a_note_that_comes_twice_is_stored_once(delivery, road, receiver, trouble):
    road.trouble = trouble
    delivery.send(NOTE)
    road.trouble = ""
    assert delivery.send(NOTE) == CONFIRMED
    assert [note["way"] for note in receiver.notes()] == [DETAILS.way]


@pytest.mark.parametrize("trouble", ["hang", "drip"])
def test_a_receiver_that_hangs_costs_a_bounded_time(delivery, road, hurry, trouble):
    road.trouble = trouble
    started = time.monotonic()
    assert delivery.send(NOTE) == Attempt(Result.FAILED, "timeout")
    assert time.monotonic() - started < PATIENCE, "it is the client's own limit of five minutes"


def test_down_and_back_again(receiver):
    direct = HttpsDelivery(f"http://127.0.0.1:{receiver.port}/", SECRET)
    receiver.stop()
    assert direct.send(NOTE) == Attempt(Result.FAILED, "no_connection")
    receiver.start()
    assert direct.send(NOTE) == CONFIRMED


def test_a_certificate_that_nobody_trusts_gets_no_note(mail_server, monkeypatch):
    # Any server that speaks TLS with a certificate of its own will do.
    monkeypatch.delenv("SSL_CERT_FILE")
    attempt = HttpsDelivery(f"https://127.0.0.1:{mail_server.port}/", SECRET).send(NOTE)
    assert attempt.result is Result.FAILED
    assert mail_server.messages == []


# The receiver on its own.


def post(receiver, body, **changed):
    now = int(time.time())
    headers = {
        "Content-Type": "application/json",
        signing.TIMESTAMP: str(now),
        signing.KEY: NOTE.id,
        signing.SIGNATURE: signing.signature(SECRET, now, body),
        **changed,
    }
    connection = HTTPConnection("127.0.0.1", receiver.port, timeout=PATIENCE)
    connection.request("POST", "/", body, {k: v for k, v in headers.items() if v is not None})
    response = connection.getresponse()
    connection.close()
    return response.status


def test_the_receiver_refuses_a_recorded_request_that_is_sent_later(receiver):
    old = int(time.time()) - signing.WINDOW - 1
    body = NOTE.to_json()
    stale = {signing.TIMESTAMP: str(old), signing.SIGNATURE: signing.signature(SECRET, old, body)}
    assert post(receiver, body, **stale) == 401
    newer = {**stale, signing.TIMESTAMP: str(int(time.time()))}
    assert post(receiver, body, **newer) == 401, "its time is signed, too"
    assert receiver.notes() == []


@pytest.mark.parametrize(
    ("body", "changed", "status"),
    [
        (b"not json", {}, 400),
        (b"[]", {}, 400),
        (b"{}", {}, 400),
        (NOTE.to_json().replace(b'"schema":1', b'"schema":2'), {}, 400),
        (NOTE.to_json(), {signing.KEY: "f" * 32}, 400),
        (NOTE.to_json(), {signing.KEY: None}, 400),
        (NOTE.to_json(), {signing.SIGNATURE: None}, 401),
        (NOTE.to_json(), {signing.TIMESTAMP: None}, 401),
        (b"x" * 20_000, {}, 413),
    ],
)
def test_the_receiver_refuses_what_is_not_a_note(receiver, body, changed, status):
    assert post(receiver, body, **changed) == status
    assert receiver.notes() == []


def test_the_receiver_s_log_holds_nothing_of_a_note(delivery, receiver):
    delivery.send(NOTE)
    # It may confirm a note before its line is read here.
    wait_until(lambda: NOTE.id in "".join(receiver.log))
    receiver.stop()
    logged = "".join(receiver.log)
    assert "07700" not in logged and "weekdays" not in logged
