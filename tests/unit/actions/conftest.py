"""Runs a real action on a small tracker, and renders what the register says for comparison."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import ActionAnswer
from bot import render_context
from bot.content import render, services
from bot.content.hours import LONDON
from bot.content.models import Nation, Reply
from bot.content.register import get_register
from bot.dialogue import case

# A Tuesday in winter: the helpline's day, and its evening.
OPEN = dt.datetime(2026, 11, 24, 10, 30, tzinfo=LONDON)
CLOSED = dt.datetime(2026, 11, 24, 22, 30, tzinfo=LONDON)

# What Rasa sends to an action, where nothing has happened yet.
EMPTY_STATE: Mapping[str, Any] = MappingProxyType(
    {
        "sender_id": "someone",
        "slots": {},
        "latest_message": {},
        "events": [],
        "paused": False,
        "followup_action": None,
        "active_loop": {},
        "latest_action_name": "action_listen",
    }
)


class Clock:
    """The time that the actions see."""

    def __init__(self) -> None:
        self.now = OPEN


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Stops the clock when the helpline is open; a test may set it to another time."""
    stopped = Clock()
    monkeypatch.setattr(render_context, "now_in_london", lambda: stopped.now)
    return stopped


# Scores well inside each tier.
_SCORES = {"none": 0.001, "check": 0.5, "emergency": 0.95, "crisis": 0.95}


@pytest.fixture(autouse=True)
def nobody_says_he_or_she(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers are compared with the register's words as they are while no pronoun is known."""
    monkeypatch.setattr(case, "pronouns", lambda before, text: None)


def tracker(
    label: str = "",
    *,
    slots: Mapping[str, Any] | None = None,
    tier: str = "none",
    crisis: str = "none",
    entities: Mapping[str, str] | None = None,
    guesses: Mapping[str, float] | None = None,
    found: Mapping[str, float] | None = None,
    nearness: float = 40.0,
    turn: Mapping[str, Any] | None = None,
    events: list[dict[str, Any]] | None = None,
    loop: str | None = None,
    text: str = "typed by the person",
    place: str = "",
) -> Tracker:
    """A tracker as Rasa sends it after a message with this full label."""
    top = label.partition("/")[0]
    selected = {"response": {"intent_response_key": label}} if label != top else {}
    start = max(0, text.find(place))
    message = {
        "text": text,
        "intent": {"name": top, "confidence": 0.9},
        "entities": [
            {"entity": e, "value": value, "start": start, "end": start + len(place)}
            for e, value in (entities or {}).items()
        ],
        "response_selector": {"all_retrieval_intents": [], top: selected},
        "danger": {
            "tier": tier,
            "score": _SCORES[tier],
            "crisis": crisis,
            "crisis_score": _SCORES[crisis],
        },
        "labels": [{"name": n, "confidence": value} for n, value in (guesses or {}).items()],
    }
    if found:
        ranking = [{"id": one, "confidence": share} for one, share in found.items()]
        message["answers"] = {"nearness": nearness, "ranking": ranking}
    if turn:
        message["turn"] = dict(turn)
    state = {
        **EMPTY_STATE,
        "slots": dict(slots or {}),
        "latest_message": message,
        "events": events or [],
        "active_loop": {"name": loop} if loop else {},
    }
    return Tracker.from_dict(state)


def pressed(reply_id: str, **others: Any) -> Tracker:
    """A tracker after the button that leads to this reply was pressed."""
    intent = render.payload_for(reply_id)[1:].partition("{")[0]
    return tracker(intent, entities={"reply": reply_id}, **others)


@dataclass(frozen=True)
class Result:
    """What an action said and returned."""

    text: str
    payloads: list[str]
    events: list[dict[str, Any]]
    titles: tuple[str, ...] = ()

    @property
    def slots(self) -> dict[str, Any]:
        """The slots set; nothing but slots may have been returned, and each once."""
        assert all(event["event"] == "slot" for event in self.events), self.events
        names = [event["name"] for event in self.events]
        assert len(names) == len(set(names)), f"set twice: {names}"
        return {event["name"]: event["value"] for event in self.events}


def run(action: Action, where: Tracker, domain: dict[str, Any] | None = None) -> Result:
    """Run the action as the SDK does; it must say one message or none."""
    dispatcher = CollectingDispatcher()
    events = asyncio.run(action.run(dispatcher, where, domain or {}))
    assert len(dispatcher.messages) <= 1, dispatcher.messages
    if not dispatcher.messages:
        return Result("", [], events)
    (message,) = dispatcher.messages
    buttons = message["buttons"]
    titles = tuple(one["title"] for one in buttons)
    return Result(message["text"], [one["payload"] for one in buttons], events, titles)


# The first answer's helpline has been named.
SUPPORTED: Mapping[str, Any] = MappingProxyType({"support_named": True})


def answer_to(label: str, text: str, slots: Mapping[str, Any] = SUPPORTED, **guesses: float) -> str:
    """What `action_answer` says to a typed message that the models surely give this label."""
    where = tracker(label, slots=slots, text=text, guesses={label: 0.9, **guesses})
    return run(ActionAnswer(), where).text


def words(
    *replies: str | Reply,
    nation: Nation = "england_wales",
    now: dt.datetime = OPEN,
    simple: bool = False,
) -> str:
    """These replies in their order, as the register renders them; what they ask comes last."""
    register = get_register()
    context = render.Context(force=register.forces[render.DEFAULT_FORCE], moment=now, nation=nation)
    said = [item(reply, nation) for reply in replies]
    bubbles = [
        bubble for reply in said for bubble in render.statements(register, reply, context, simple)
    ]
    bubbles += [bubble for reply in said for bubble in render.question(register, reply, context)]
    assert bubbles, "nothing to compare with"
    return "\n\n".join(bubbles)


def told(reply: str) -> str:
    """What a reply says before it asks."""
    register = get_register()
    context = render.Context(force=register.forces[render.DEFAULT_FORCE], moment=OPEN)
    return "\n\n".join(render.statements(register, item(reply), context, False))


def short(reply: str) -> Reply:
    """The reply in the words that it has in an emergency, between 999 and the question."""
    said = item(reply)
    assert said.simple, "nothing shorter to say"
    return said.model_copy(update={"bubbles": said.simple, "steps": {}})


def item(reply: str | Reply, nation: Nation = "england_wales") -> Reply:
    return reply if isinstance(reply, Reply) else get_register().reply(reply, nation)


def named(
    *replies: str | Reply, nation: Nation = "england_wales", now: dt.datetime = OPEN
) -> dict[str, list[str]]:
    """The slot with the services that these replies tell of together; empty where there is none."""
    register = get_register()
    context = render.Context(force=register.forces[render.DEFAULT_FORCE], moment=now, nation=nation)
    told = services.told_of(register, [item(reply, nation) for reply in replies], context)
    return {"services": told} if told else {}


def kept_lead(*leads: str) -> dict[str, Any]:
    """The slots for "say that again" where only these leads were said."""
    return {"last_reply": None, "last_leads": list(leads), **named(*leads)}


def offers(*replies: str | Reply) -> list[str]:
    """The payloads of the buttons that these replies offer together, no more than are shown."""
    items = [item(reply) for reply in replies]
    ids = dict.fromkeys(offer for one in items for offer in one.offers)
    most = render.MOST_FOUND if any(one.asks for one in items) else render.MAX_BUTTONS
    return [render.payload_for(offer) for offer in ids][:most]


def an_answer(prefix: str = "advice/", *, with_services: bool) -> str:
    """The id of some answer for England and Wales that does, or does not, list services."""
    return next(
        reply.id
        for reply in get_register().replies.values()
        if reply.id.startswith(prefix)
        and reply.nation == "england_wales"
        and bool(reply.services) is with_services
        and reply.follow_ups
    )
