"""A turn that has had its time is over, whatever it makes of that."""

from __future__ import annotations

import asyncio

import pytest

from bot.channel import turns
from bot.channel.turns import Turns
from bot.safety import context
from bot.settings import get_settings


def test_a_turn_that_loses_its_cancel_learns_that_it_was_given_up_and_still_ends(monkeypatch):
    short = get_settings().model_copy(update={"reply_deadline": 0.05})
    monkeypatch.setattr(turns, "get_settings", lambda: short)
    monkeypatch.setattr(turns, "_CANCEL_AGAIN_SECONDS", 0.05)
    seen = []

    async def turn():
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:  # as asyncio.wait_for does when its future has just ended
            seen.append(context.current().is_given_up)
        try:
            await asyncio.sleep(30)
        finally:
            seen.append("ended")

    async def scene():
        all_turns = Turns(None)
        context.begin(context.Turn())
        with pytest.raises(asyncio.TimeoutError):
            await all_turns._within_deadline(turn())
        while all_turns._running:
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(scene(), 20))
    assert seen == [True, "ended"]
