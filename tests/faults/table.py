"""One row for each fault that was tried: what the person got, and how soon."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import asdict, dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import requests

from benchmarks import leads
from tests.integration.waiting import PATIENCE
from tests.integration.words import in_short, said, whole

# Seconds in which every message must have its answer, on a machine however busy. What hangs here
# hangs for longer. How soon people are answered on a quiet one stands in the table (`make faults`).
LIMIT = PATIENCE
DANGER = "he is outside my house now"
DESPAIR = "i want to kill myself"
QUESTION = "what is a stalking protection order"
# The kind of message that is danger to what was asked: a yes to "Is this happening now?".
YES = "yes"
# What must lead the answer to a kind of message; to any other anything may.
_LEADING = {
    "danger": leads.DANGER,
    YES: leads.DANGER,
    "crisis": leads.DANGER + leads.CRISIS,
}


@dataclass
class Row:
    """What one message in one fault got.

    Attributes:
        fault: what was broken.
        state: where the conversation was.
        message: what kind of message was sent.
        seconds: until the whole answer was there.
        outcome: how the gateway says the turn ended.
        leads_with_danger: whether what comes first is 999 now, or 999 and whether it is happening.
    """

    fault: str
    state: str
    message: str
    seconds: float
    outcome: str
    leads_with_danger: bool


rows: list[Row] = []


def write(file: Path) -> None:
    """The table as JSON, and beside it as text."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps([asdict(row) for row in rows], indent=1))
    head = f"{'fault':38} {'conversation':20} {'message':10} {'s':>6}  {'outcome':26} danger first"
    lines = [head]
    lines += [
        f"{row.fault:38} {row.state:20} {row.message:10} {row.seconds:6.2f}  {row.outcome:26} "
        f"{'yes' if row.leads_with_danger else 'no'}"
        for row in rows
    ]
    file.with_suffix(".txt").write_text("\n".join(lines) + "\n")


def ask(
    url: str,
    body: dict[str, Any],
    fault: str,
    state: str,
    message: str,
    session: requests.Session | None = None,
    *,
    nginx: bool = False,
    is_limited: bool = False,
) -> dict[str, Any]:
    """Send a message, note what it got, and hold it to what every message must get.

    Args:
        url: the chat's address.
        body: the message, as the widget sends it; it is given an id of its own.
        fault: what is broken.
        state: where the conversation is.
        message: its kind; one of `danger`, or a `yes` that means it, must get words that lead with
            danger, one of `crisis` at least such that lead with whom to talk to.
        session: with connections of its own.
        nginx: it may answer alone. It reads no message, so its words are the same for all.
        is_limited: the conversation is over its limit, so what is no danger may be refused.
    """
    body = {"message": secrets.token_hex(16), **body}
    started = time.monotonic()
    response = (session or requests).post(f"{url}messages", json=body, timeout=2 * PATIENCE)
    seconds = time.monotonic() - started
    is_refused = is_limited and response.status_code == HTTPStatus.TOO_MANY_REQUESTS
    answer = check_refused(response) if is_refused else check_format(response)
    first = answer["messages"][0]["text"]
    leads_with_danger = first in leads.first_bubbles(leads.DANGER)
    ended = answer["error"] if is_refused else answer["outcome"]
    rows.append(Row(fault, state, message, seconds, ended, leads_with_danger))
    assert seconds < LIMIT, f"{fault}, {state}, {message}: {seconds:.1f} s"
    leading = _LEADING.get(message)
    if leading and not (nginx and is_of_nginx(answer)):
        assert first in leads.first_bubbles(leading), f"{fault}, {state}, {message}: {first}"
    return answer


def check_format(response: requests.Response) -> dict[str, Any]:
    """The answer as docs/openapi.yaml describes it: words, buttons and one outcome."""
    assert response.status_code == HTTPStatus.OK, response.text
    return _with_words(response.json(), "outcome")


# What each message holds, and what a page may lay out besides.
_ALWAYS = {"text", "buttons", "lang", "custom"}
_LAYOUT = {"steps", "contacts", "more", "sources", "rating"}


def check_refused(response: requests.Response) -> dict[str, Any]:
    """A refusal over a limit, as docs/openapi.yaml describes it: words, and when to come back."""
    assert int(response.headers["Retry-After"]) >= 1
    return _with_words(response.json(), "error")


def _with_words(answer: dict[str, Any], beside: str) -> dict[str, Any]:
    assert answer.keys() - {"offer"} == {"messages", beside} and answer["messages"]
    for message in answer["messages"]:
        assert message["text"].strip() and message.keys() - _LAYOUT == _ALWAYS
    return answer


def words(answer: dict[str, Any]) -> str:
    return "\n".join(message["text"] for message in answer["messages"])


def is_answered(answer: dict[str, Any]) -> bool:
    """Whether the question got its answer; while an emergency is open it comes in simple words."""
    return any(find("advice/spo_what") in words(answer) for find in (said, in_short))


def is_of_nginx(answer: dict[str, Any]) -> bool:
    """Whether the words are those that nginx has for when no process answers."""
    return answer["outcome"] == "safe_reply_unavailable" and words(answer) == whole("safe_reply")


def is_safe_reply(answer: dict[str, Any]) -> bool:
    """Whether the bot said nothing but its safe reply."""
    return words(answer) in (whole("safe_reply"), whole("safe_reply_emergency"))
