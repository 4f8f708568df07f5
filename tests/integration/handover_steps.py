"""A conversation on its way to the last yes of a hand-over, through the gateway."""

from __future__ import annotations

from bot.content import render
from bot.content.hours import now_in_london
from bot.content.register import get_register
from tests.integration.conftest import Chat
from tests.integration.waiting import wait_until
from tests.integration.words import title

WAY = "07700 900123, texts only please"


def words(reply_id: str, bubble: int = 0, **details: str) -> str:
    """One bubble as it is shown where hand-over is on."""
    register = get_register()
    force = register.forces["bedfordshire"]
    where = render.Context(force, now_in_london(), handover=True, details=details)
    return render.bubbles(register, register.reply(reply_id), where)[bubble]


def to_the_way(talk: Chat) -> None:
    assert words("talk_to_person", 1) in talk.say("can i talk to a real person")
    assert words("handover/offer") in talk.say("yes")
    assert words("handover/way") in talk.say("yes")


def to_the_time(talk: Chat, way: str = WAY) -> None:
    to_the_way(talk)
    assert words("handover/time") in talk.say(way)


def to_the_last_yes(talk: Chat, way: str = WAY) -> None:
    to_the_time(talk, way)
    read_back = talk.press(title("handover/evenings"))
    assert words("handover/confirm", way=way, time=words("handover/evenings")) in read_back


def in_the_end(talk: Chat, answer: str, reply_id: str) -> str:
    """The answer to the last yes, or the later one that tells what became of it.

    The bot waits two seconds for that, and on a busy machine it takes longer.
    """
    if words(reply_id) in answer:
        return answer
    assert words("handover/waiting") in answer
    return wait_until(lambda: told(talk, reply_id))


def told(talk: Chat, reply_id: str) -> str | None:
    """The answer to another question, if it also tells this."""
    answer = talk.say("what is a stalking protection order")
    return answer if words(reply_id) in answer else None
