"""Button ids work for one payload, in one conversation, under one key."""

from __future__ import annotations

import base64

import pytest

from bot.gateway.http.buttons import issue, payload_of

KEY = "k" * 64
HERE = "0123456789abcdef" * 2
PAYLOADS = ["/emergency", '/advice{"reply": "advice/tracker"}', "/", "é ß 🔪", "a.b.c", "x" * 2_000]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_round_trip(payload):
    assert payload_of(issue(payload, HERE, KEY), HERE, KEY) == payload


def test_an_id_is_the_same_each_time_and_safe_in_an_address():
    button = issue(PAYLOADS[1], HERE, KEY)
    assert button == issue(PAYLOADS[1], HERE, KEY)
    assert set(button) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_in_another_conversation_it_is_refused(payload):
    for elsewhere in ("f" * 32, "", HERE.upper(), HERE[:-1]):
        assert payload_of(issue(payload, HERE, KEY), elsewhere, KEY) is None


@pytest.mark.parametrize("payload", PAYLOADS)
def test_under_another_key_it_is_refused(payload):
    assert payload_of(issue(payload, HERE, KEY), HERE, "j" * 64) is None


def test_another_payload_under_the_same_digest_is_refused():
    digest = issue("/greet", HERE, KEY).partition(".")[2]
    forged = base64.urlsafe_b64encode(b"/delete_chat").decode().rstrip("=")
    assert payload_of(f"{forged}.{digest}", HERE, KEY) is None


def test_payload_and_conversation_cannot_be_shifted():
    # "ab" + "c" and "a" + "bc" must not have the same digest.
    digest = issue("c", "ab", KEY).partition(".")[2]
    shifted = issue("bc", "a", KEY).partition(".")[2]
    assert digest != shifted


@pytest.mark.parametrize("place", range(32))
def test_any_changed_digit_of_the_digest_is_refused(place):
    payload, _, digest = issue("/emergency", HERE, KEY).partition(".")
    changed = "0" if digest[place] != "0" else "1"
    tampered = digest[:place] + changed + digest[place + 1 :]
    assert payload_of(f"{payload}.{tampered}", HERE, KEY) is None


@pytest.mark.parametrize(
    "button",
    [
        "",
        ".",
        "..",
        "a",
        "abc",
        "=.=",
        "////",
        "/emergency",
        "L2VtZXJnZW5jeQ",
        "L2VtZXJnZW5jeQ.",
        "L2VtZXJnZW5jeQ." + "0" * 32,
        "_____w." + "0" * 32,  # not UTF-8
        "é.é",
        "🔪",
        "\x00.\x00",
        "a" * 100_000,
        "\ud800.x",
        "YQ.\ud800",
    ],
)
def test_garbage_is_refused(button):
    assert payload_of(button, HERE, KEY) is None


@pytest.mark.parametrize("cut", [1, 5, 32, 33])
def test_a_shortened_id_is_refused(cut):
    assert payload_of(issue("/emergency", HERE, KEY)[:-cut], HERE, KEY) is None


def test_a_lengthened_id_is_refused():
    assert payload_of(issue("/emergency", HERE, KEY) + "0", HERE, KEY) is None
    assert payload_of(issue("/emergency", HERE, KEY) + ".0", HERE, KEY) is None
