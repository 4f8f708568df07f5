"""Serves the widget's routes below /chat (docs/gateway.md, docs/openapi.yaml).

They guarantee what Rasa's own REST channel does not:

- Every message gets an answer.
- Typed text is never an intent payload.
- A button works only in the conversation where it was offered.
- The page chooses a conversation's id at random, and sends it only in the body.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, empty, html, raw, redirect

from bot import security_events
from bot.content.register import get_register
from bot.counters import metrics
from bot.counters.counting import count
from bot.counters.names import UNKNOWN
from bot.counters.writing import Writer
from bot.errors import reason_of
from bot.gateway import pages
from bot.gateway.coordination import switch
from bot.gateway.coordination.shared_switch import Follower
from bot.gateway.http import headers
from bot.gateway.http.answer import Answer, as_messages, replies_said
from bot.gateway.http.body import CheckIn, EndIn, MessageIn, parsed
from bot.gateway.http.origin import is_foreign
from bot.gateway.http.refused import Refused
from bot.gateway.http.server import PREFIX, GatewayBlueprint, respond
from bot.gateway.overload.limits import Limiter, cost_of, networks_of
from bot.gateway.overload.queue import Sender
from bot.gateway.pages import assets, embed
from bot.gateway.turns import erasure, outcomes
from bot.gateway.turns.answering import Turns
from bot.gateway.turns.checks import Checked
from bot.gateway.turns.counted import count_turn
from bot.gateway.turns.deadline import deadline_of
from bot.gateway.turns.outcomes import Outcome, TurnSummary
from bot.gateway.turns.repeats import Repeats
from bot.gateway.turns.self_test import SelfTest
from bot.handover.service import Handovers
from bot.rasa_adapters.messages import OnMessage
from bot.settings import get_settings
from bot.storage.database import get_database

logger = logging.getLogger(__name__)

# Seconds between two rounds of deleting what is too old and retrying deletions that failed.
SWEEP_SECONDS = 30
# A page sends text/plain as the person leaves, because that needs no preflight. Some browsers send
# no type at all.
_END_TYPES = ("application/json", "text/plain", "")
# A page cannot try again once the person has left, so people who share an address must not be
# refused for each other.
_ENDS_PER_MESSAGE = 4
# So many messages a minute of an address are read for danger although they are over a limit. More
# get the safe reply, which begins with 999, without being read.
_READ_OVER_LIMIT = 60


def blueprint(on_new_message: OnMessage) -> Blueprint:
    """Returns the routes. Loads register and settings now, so a broken one stops the start."""
    get_register()
    gateway = Gateway(on_new_message)
    routes = GatewayBlueprint("chat_gateway")
    for address, method, handler in (
        ("/messages", "POST", gateway.messages),
        ("/messages", "OPTIONS", _preflight),
        ("/check", "POST", gateway.check),
        ("/check", "OPTIONS", _preflight),
        ("/end", "POST", gateway.end),
        ("/end", "OPTIONS", _preflight),
        ("/health", "GET", _health),
        ("/ready", "GET", gateway.ready),
        ("/", "GET", gateway.chat_page),
        ("/help", "GET", gateway.help_page),
        ("/embed", "GET", gateway.embed_page),
        ("/assets/<name:str>", "GET", gateway.asset),
    ):
        _add_route(routes, address, method, handler)
    routes.listener("after_server_start")(gateway.start)
    # Not earlier: a turn may agree to a hand-over until the last answer is sent.
    routes.listener("after_server_stop")(gateway.stop)
    return routes


class Gateway:
    """Holds the routes of one process, and what it remembers while it runs."""

    def __init__(self, on_new_message: OnMessage) -> None:
        settings = get_settings()
        self._handovers = Handovers.from_settings(settings)
        self._turns = Turns(on_new_message, self._handovers)
        self._repeats = Repeats()
        self._self_test = SelfTest(self._turns)
        self._by_conversation = Limiter(settings.conversation_rate)
        # Each process counts by itself, so each has its part of what an address may send.
        self._by_address = Limiter(settings.address_rate / settings.processes)
        self._read_over_limit = Limiter(_READ_OVER_LIMIT if settings.address_rate else 0)
        self._ends = Limiter(_ENDS_PER_MESSAGE * self._by_address.per_minute)
        self._counters = Writer(get_database())
        self._help = pages.help_page()
        self._script: assets.Script | None = None
        self._chat = self._help
        try:
            self._script = assets.load()
            self._chat = pages.chat_page(self._script)
        except assets.NoScript as problem:
            logger.error("chat page: %s", problem)

    async def start(self, app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
        """Starts the background work: one self-test, and the tasks that run until the server stops.

        Raises:
            OperatorError: Rasa keeps conversations in another store than ours.
        """
        if _agent(app) is not None:
            erasure.store_of(_agent(app))
        outcomes.observers.append(count_turn)
        self._counters.start()
        settings = get_settings()
        metrics.serve(settings.metrics_host, settings.metrics_port, _model(_agent(app)))
        app.add_task(self._self_test.passed(_agent(app)))
        app.add_task(self._sweep(app))
        if settings.redis_url:
            app.add_task(Follower(settings.redis_url).run())
        if self._handovers:
            self._handovers.start()
            metrics.watch_outbox(self._handovers.depths)

    async def stop(self, app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
        """Stops the hand-overs without cutting one off, and writes the last counts."""
        if self._handovers:
            await asyncio.to_thread(self._handovers.stop)
        await asyncio.to_thread(self._counters.stop)
        await asyncio.to_thread(security_events.write)

    async def messages(self, request: Request) -> HTTPResponse:
        """Handles `POST /chat/messages`: one message, one answer, one outcome."""
        with metrics.in_flight.track_inprogress():
            return await self._message(request)

    async def _message(self, request: Request) -> HTTPResponse:
        started = time.monotonic()
        turn = TurnSummary(Outcome.ABANDONED)
        try:
            body = await parsed(request, MessageIn, ("application/json",))
            turn = TurnSummary(Outcome.ABANDONED, language=body.language)
            answer = await self._repeats.answer(body, lambda: self._answer(request, body))
            turn = _summary(answer, body)
            return respond(_body_of(answer, body.conversation))
        except Refused as refused:
            limited = refused.status_code == HTTPStatus.TOO_MANY_REQUESTS
            outcome = Outcome.RATE_LIMITED if limited else Outcome.INVALID
            turn = replace(turn, outcome=outcome)
            raise
        finally:
            outcomes.notify(replace(turn, seconds=time.monotonic() - started))

    async def check(self, request: Request) -> HTTPResponse:
        """Handles `POST /chat/check`: looks for danger in a text. Nothing is kept or counted."""
        body = await parsed(request, CheckIn, ("application/json",))
        checked = await self._checked(request, body)
        messages = as_messages(checked.said, body.conversation) if checked.said else []
        return respond({"tier": checked.tier, "messages": messages})

    async def end(self, request: Request) -> HTTPResponse:
        """Handles `POST /chat/end`: erases the conversation. Asking twice does no harm."""
        if is_foreign(request):
            raise Refused(HTTPStatus.FORBIDDEN)
        body = await parsed(request, EndIn, _END_TYPES)
        self._repeats.forget(body.conversation)
        if wait := _wait(self._ends, request):
            self._turns.end_later(body.conversation)
            raise Refused(HTTPStatus.TOO_MANY_REQUESTS, retry_after=wait)
        count("end", body.reason or UNKNOWN)
        await self._turns.end(_agent(request.app), body.conversation)
        return respond({"ended": True})

    async def ready(self, request: Request) -> HTTPResponse:
        """Handles `GET /chat/ready`: says whether the whole bot answered a test message lately."""
        if not await self._self_test.passed(_agent(request.app)):
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE)
        storing = self._self_test.is_storing
        return respond({"ready": True, "storing": storing, "switched_off": switch.is_off()})

    async def chat_page(self, request: Request) -> HTTPResponse:
        """Handles `GET /chat/`: serves the stand-alone chat, or help if there can be no chat."""
        if not request.path.endswith("/"):
            return redirect(f"{PREFIX}/", status=HTTPStatus.PERMANENT_REDIRECT)
        return _html(self._help if switch.is_off() else self._chat)

    async def help_page(self, request: Request) -> HTTPResponse:
        """Handles `GET /chat/help`: serves the static page, which needs nothing else from us."""
        return _html(self._help)

    async def embed_page(self, request: Request) -> HTTPResponse:
        """Handles `GET /chat/embed`: makes the snippet for a force's website, with a preview."""
        if self._script is None:
            raise Refused(HTTPStatus.NOT_FOUND)
        given = {name: values[0] for name, values in request.args.items()}
        gateway = f"{request.scheme}://{request.host}{PREFIX}"
        return _html(embed.page(self._script, given, gateway))

    async def asset(self, request: Request, name: str) -> HTTPResponse:
        """Handles `GET /chat/assets/NAME`: serves the widget's script."""
        if self._script is None or name != self._script.name:
            raise Refused(HTTPStatus.NOT_FOUND)
        content_type = "text/javascript; charset=utf-8"
        accepted = request.headers.get("accept-encoding", "")
        body, coding = self._script.for_browser(accepted)
        encoded = {"Content-Encoding": coding} if coding else {}
        return raw(body, content_type=content_type, headers={**headers.SCRIPT, **encoded})

    async def _answer(self, request: Request, body: MessageIn) -> Answer:
        wait = self._wait(request, body)
        if switch.is_off():
            return await self._turns.answer_switched_off(body)
        if wait and _wait(self._read_over_limit, request):
            raise Refused(HTTPStatus.TOO_MANY_REQUESTS, retry_after=wait)
        if wait:
            return await self._turns.answer_over_limit(body, wait)
        sender = self._sender(request, body)
        return await self._turns.answer(_agent(request.app), body, deadline_of(request), sender)

    async def _checked(self, request: Request, body: CheckIn) -> Checked:
        wait = self._wait(request, body)
        checks = self._turns.checks
        if switch.is_off():
            return checks.check_switched_off(body)
        if wait and _wait(self._read_over_limit, request):
            raise Refused(HTTPStatus.TOO_MANY_REQUESTS, retry_after=wait)
        if wait:
            return checks.check_over_limit(body, wait)
        sender = self._sender(request, body)
        return await checks.check(_agent(request.app), body, deadline_of(request), sender)

    def _sender(self, request: Request, body: MessageIn | CheckIn) -> Sender:
        return Sender(self._by_address.pseudonym(_networks(request)[0][0]), _cost(body))

    def _wait(self, request: Request, body: MessageIn | CheckIn) -> int:
        """Counts the message. Returns the seconds to wait if it is over a limit, otherwise 0."""
        by_address = _wait(self._by_address, request, _cost(body))
        return max(self._by_conversation.take(body.conversation), by_address)

    async def _sweep(self, app: Sanic) -> None:
        """Regularly forgets what is too old, and retries deletions that failed."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            await asyncio.to_thread(security_events.write)
            try:
                await self._sweep_once(_agent(app))
            except Exception as error:  # the next round will try again
                logger.error("nothing was purged: %s", reason_of(error))

    async def _sweep_once(self, agent: Any) -> None:
        self._turns.recent.sweep()
        self._repeats.sweep()
        for limiter in (
            self._by_conversation, self._by_address, self._read_over_limit, self._ends,
        ):  # fmt: skip
            limiter.sweep()
        if agent is None:
            return
        await self._turns.eraser.retry_all(agent)
        purged = await erasure.store_of(agent).purge()
        for _ in range(purged.given_up):
            count("handover", "failed")


def _networks(request: Request) -> tuple[tuple[str, int], ...]:
    """Returns the networks that the limits count a request under, the nearest first."""
    return networks_of(request.remote_addr or request.ip or "")


def _wait(limiter: Limiter, request: Request, cost: float = 1.0) -> int:
    """Counts a request for each of its networks. Returns the seconds to wait, 0 for none."""
    return max(limiter.take(name, cost / share) for name, share in _networks(request))


def _cost(body: MessageIn | CheckIn) -> float:
    return cost_of(body.text or "")


def _body_of(answer: Answer, conversation_id: str) -> dict[str, Any]:
    """Returns the body of an answer to a message."""
    messages = as_messages(answer.said, conversation_id)
    body = {"messages": messages, "outcome": answer.outcome.value}
    if outcomes.offers_account(replies_said(answer.said)):
        body["offer"] = "account"
    return body


def _summary(answer: Answer, body: MessageIn) -> TurnSummary:
    """Returns what observers learn of the turn, without the time it took."""
    return TurnSummary(
        answer.outcome,
        answer.metadata.label,
        language=body.language,
        answers_check=answer.metadata.answers_check,
        has_storage_failed=answer.metadata.has_storage_failed,
        replies=outcomes.counted_in(replies_said(answer.said)),
    )


def _add_route(
    blueprint: Blueprint, address: str, method: str, handler: Callable[..., Awaitable[Any]]
) -> None:
    async def handle(request: Request, **parts: str) -> HTTPResponse:
        return await handler(request, **parts)

    blueprint.add_route(
        handle,
        address,
        methods=[method, "HEAD"] if method == "GET" else [method],
        name=f"{method}{address}",
        # nginx limits the exact address, so a variant of it that reached the same handler would
        # have no limit. Only the page is also found without its slash, and redirects.
        strict_slashes=address != "/",
        # We read the body ourselves, so we can refuse a large or slow one while it arrives.
        stream=method == "POST",
    )


def _agent(app: Sanic) -> Any:
    """Returns Rasa's agent, or None while there is none."""
    return getattr(app.ctx, "agent", None)


def _model(agent: Any) -> str:
    """Returns the name of the model's file, or "" while there is none."""
    processor = getattr(agent, "processor", None)
    return getattr(processor, "model_filename", None) or ""


def _html(document: pages.Page) -> HTTPResponse:
    return html(document.html, headers={**document.headers})


async def _health(request: Request) -> HTTPResponse:
    """Handles `GET /chat/health`: says that the process is alive, but nothing about Rasa."""
    return respond({"alive": True})


async def _preflight(request: Request) -> HTTPResponse:
    """Answers a browser that asks whether another website may send. The headers say so."""
    return empty()
