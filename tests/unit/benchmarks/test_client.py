"""What the client of the benchmarks sends."""

from __future__ import annotations

import asyncio

import pytest

from benchmarks.client import Door, Gateway, Reply

pytestmark = pytest.mark.slow


class Keeps:
    """Sends nothing, and keeps what was to be sent."""

    def __init__(self):
        super().__init__(None, "")
        self.bodies = []

    async def _post(self, body):
        self.bodies.append(body)
        return Reply(0.0, ["words"])


class OfGateway(Keeps, Gateway):
    pass


class OfRasa(Keeps, Door):
    pass


def test_each_message_has_an_id_of_its_own_as_the_widget_gives_it():
    door = OfGateway()
    asyncio.run(door.say("c", "hello"))
    asyncio.run(door.press("c", "b"))
    typed, pressed = door.bodies
    assert typed.keys() == {"conversation", "message", "text"} and typed["text"] == "hello"
    assert pressed.keys() == {"conversation", "message", "button"} and pressed["button"] == "b"
    assert typed["message"] != pressed["message"]
    assert all(len(bytes.fromhex(body["message"])) == 16 for body in door.bodies)


def test_rasas_own_channel_is_asked_without_one():
    door = OfRasa()
    asyncio.run(door.say("c", "hello"))
    assert door.bodies == [{"sender": "c", "message": "hello"}]
