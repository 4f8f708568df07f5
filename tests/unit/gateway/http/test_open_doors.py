"""Whoever opens Rasa's own addresses to other machines is told so."""

from __future__ import annotations

import asyncio
import logging

import pytest
from sanic import Sanic
from sanic.response import empty

from bot.gateway.http import open_doors


async def answer(request):
    return empty()


def warnings(host, addresses, caplog):
    """What is logged when a server with these addresses has started."""
    app = Sanic(f"doors_{abs(hash((host, addresses)))}")
    for address in addresses:
        app.add_route(answer, address)
    app.router.finalize()
    app.state.host = host
    with caplog.at_level(logging.WARNING):
        asyncio.run(open_doors.warn(app, None))
    return [record.getMessage() for record in caplog.records]


OURS = ("/", "/chat/health", "/chat/assets/<name:str>")
RASAS = (*OURS, "/webhooks/rest/webhook", "/conversations/<conversation:str>/tracker")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "chat.example"])
def test_an_address_of_rasas_that_others_reach_is_warned_of(host, caplog):
    (said,) = warnings(host, RASAS, caplog)
    assert host in said and "/conversations, /webhooks" in said


@pytest.mark.parametrize(
    ("host", "addresses"),
    [("127.0.0.1", RASAS), ("::1", RASAS), ("localhost", RASAS), ("0.0.0.0", OURS)],
)
def test_what_only_this_machine_reaches_or_only_the_gateway_answers_is_not(host, addresses, caplog):
    assert warnings(host, addresses, caplog) == []
