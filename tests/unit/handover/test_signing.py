"""Signatures: made and checked alike by the bot and by the reference receiver."""

from __future__ import annotations

import importlib.util
import json
import re

import pytest

from bot.handover import signing
from bot.handover.note import Details, Note
from tests.services.receiver import PROGRAM, ROOT

SECRET = "an example secret, 32 characters"
NOW = 1_800_000_000
BODY = b'{"id":"x"}'

spec = importlib.util.spec_from_file_location("reference_receiver", PROGRAM)
reference = importlib.util.module_from_spec(spec)
spec.loader.exec_module(reference)


def genuine(timestamp=str(NOW), given=None, body=BODY, now=NOW, secret=SECRET):
    given = signing.signature(SECRET, NOW, BODY) if given is None else given
    return signing.is_genuine(secret, timestamp, given, body, now)


def test_a_signature_counts_for_its_time_and_body():
    assert genuine()


@pytest.mark.parametrize(
    "changed",
    [
        {"body": b'{"id":"y"}'},
        {"timestamp": str(NOW + 1)},
        {"secret": "another secret of 32 characters!"},
        {"given": "sha256=" + "0" * 64},
        {"given": ""},
        {"given": "sha256=\u00e9"},
        {"timestamp": None},
        {"timestamp": ""},
        {"timestamp": "-5"},
        {"timestamp": "\u0661"},
        {"timestamp": "9" * 5_000},
    ],
)
def test_anything_changed_makes_it_worthless(changed):
    assert not genuine(**changed)


@pytest.mark.parametrize("away", [-signing.WINDOW, 0, signing.WINDOW])
def test_it_counts_within_the_window(away):
    assert genuine(now=NOW + away)


@pytest.mark.parametrize("away", [-signing.WINDOW - 1, signing.WINDOW + 1, 86_400])
def test_it_does_not_count_for_ever(away):
    assert not genuine(now=NOW + away)


def test_the_receiver_signs_and_checks_alike():
    made = signing.signature(SECRET, NOW, BODY)
    assert reference.signature(SECRET, str(NOW), BODY) == made
    assert reference.WINDOW == signing.WINDOW
    reference.check(SECRET, str(NOW), made, BODY, NOW)


def test_the_example_in_the_documentation_is_what_the_code_does():
    page = (ROOT / "docs" / "handover.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```http\n(.+?)```", page, re.DOTALL)
    assert len(blocks) == 2, "a request and its answer"
    for block in blocks:
        head, body = block.rstrip("\n").split("\n\n", 1)
        headers = dict(re.findall(r"^([\w-]+): (.+)$", head, re.MULTILINE))
        timestamp = int(headers["Handover-Timestamp"])
        made = signing.signature(SECRET, timestamp, body.encode())
        assert headers["Handover-Signature"] == made
    request = blocks[0].rstrip("\n").split("\n\n", 1)[1]
    example = Note(
        id=json.loads(request)["id"],
        force="bedfordshire",
        agreed_at=NOW - 4,
        details=Details("text 07700 900123, please do not call", "weekday evenings"),
    )
    assert example.to_json().decode() == request
    assert SECRET in page
