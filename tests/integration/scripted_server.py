"""The real gateway on a real Sanic server, with an agent that fails on command.

What a person types decides what the agent does; see `ScriptedAgent`. Everything between the socket
and the agent is the product's own. Rasa's own cross-origin rules are wide open (`--cors "*"`), to
show that they do not reach /chat.

    python -m tests.integration.scripted_server PORT FOLDER

FOLDER gets `outcomes` (one line for each turn) and may hold `dist`, the widget's build.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.core.run import configure_app
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import ClientResponseError
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json
from sqlalchemy import func, select

from bot.content import messages
from bot.gateway.http import routes
from bot.gateway.pages import assets
from bot.gateway.rasa_channel import ChatInput
from bot.gateway.turns import outcomes, safe_reply
from bot.rasa_adapters.turn_guards import GuardedActions
from bot.safety import context
from bot.storage.conversations import ConversationStore
from bot.storage.database import Database
from bot.storage.schema import conversations


class BrokenActions:
    """An action endpoint of which every action fails, each in its own way."""

    async def request(self, json: dict[str, Any], **kwargs: Any) -> Any:
        name = json["next_action"]
        if name == "rejects":
            raise ClientResponseError(400, "Bad Request", "{}")
        if name == "answers nonsense":
            return {"events": [{"event": "no such event"}], "responses": []}
        if name == "answers":
            return {"events": [], "responses": []}
        raise ConnectionError(name)


class ScriptedAgent:
    """Does what the message says, in the place of Rasa's agent."""

    def __init__(self, store: ConversationStore | None = None) -> None:
        self.domain = Domain.empty()
        self.tracker_store = store or ConversationStore(self.domain)
        self.action_endpoint: Any = GuardedActions(BrokenActions())
        self.processor = self
        self.nlg: Any = None  # it says its words itself
        self.ready = True
        self.running = 0
        self.go_on = asyncio.Event()

    def is_ready(self) -> bool:
        return self.ready

    async def handle_message(self, message: UserMessage) -> None:
        self.running += 1
        try:
            await self._handle(message)
        finally:
            self.running -= 1

    async def _handle(self, message: UserMessage) -> None:
        say = message.output_channel.send_text_message
        command, _, rest = message.text.partition(" ")
        if command == "raise":
            raise RuntimeError(message.text)
        if command == "hang":
            await asyncio.sleep(60)
        if command == "stubborn":
            await _ignore_cancelling(3)
        if command == "slow":
            await asyncio.sleep(0.5)
        if command == "wait":
            await self.go_on.wait()
        if command == "nothing":
            return
        if command == "half":
            await say(message.sender_id, "the first part")
            await self._run_action(rest)
            await say(message.sender_id, "the last part")
        elif command == "late":
            await say(message.sender_id, "the next question")
            await asyncio.sleep(60)
        elif command == "breaks":
            await say(message.sender_id, "the first part")
            raise RuntimeError(message.text)
        elif command == "erases":
            await say_reply(message, "delete_chat")
            await (asyncio.sleep(60) if rest == "slowly" else self._run_action(rest))
            raise RuntimeError(message.text)
        elif command == "register":
            await say_reply(message, rest)
        elif command == "previous":
            await say(message.sender_id, f"<{context.previous_text.get()}>")
        elif command == "check":
            await say(message.sender_id, "open" if context.current().asked else "closed")
        elif message.text == "he is outside my house now":
            await say_reply(message, "emergency")
        else:
            await say(message.sender_id, f"read {len(message.text)}: {message.text[:50]}")
        events = [UserUttered(message.text)]
        await self.tracker_store.save(DialogueStateTracker.from_events(message.sender_id, events))

    async def _run_action(self, name: str) -> None:
        # As Rasa does: it logs the failure and goes on.
        try:
            await self.action_endpoint.request(json={"next_action": name}, method="post")
        except Exception:
            return


async def say_reply(message: UserMessage, reply_id: str) -> None:
    """Say one of the register's replies, as the bot does."""
    said = messages.message(safe_reply.bubbles(reply_id), ())
    await message.output_channel.send_response(message.sender_id, said)


async def _ignore_cancelling(seconds: float) -> None:
    while seconds > 0:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(0.1)
        seconds -= 0.1


def serve(port: int, folder: Path) -> None:
    if (folder / "dist").exists():
        assets.DIST = folder / "dist"
    routes.SWEEP_SECONDS = 0.5

    def write(turn: outcomes.TurnSummary) -> None:
        with (folder / "outcomes").open("a") as file:
            file.write(f"{turn.outcome.value}\n")

    def fail(turn: outcomes.TurnSummary) -> None:
        raise RuntimeError("an observer that fails")

    outcomes.observers += [fail, write]
    app = configure_app([ChatInput()], cors="*", enable_api=False, port=port)
    agent = ScriptedAgent()
    database = agent.tracker_store.database
    # A folder that cannot be made: nothing can be stored, read or erased.
    nowhere = Database("sqlite:////dev/null/chat.db", folder)

    @app.listener("before_server_start")
    async def load_agent(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
        app.ctx.agent = agent

    @app.post("/test/agent/<state:str>")
    async def set_agent(request: Request, state: str) -> HTTPResponse:
        agent.ready = state in ("ready", "unerasable")
        agent.tracker_store.database = nowhere if state == "unerasable" else database
        app.ctx.agent = None if state == "none" else agent
        return json({})

    @app.get("/test/stored/<conversation:str>")
    async def stored(request: Request, conversation: str) -> HTTPResponse:
        return json(bool((await agent.tracker_store.retrieve(conversation)).events))

    @app.get("/test/stored")
    async def number_stored(request: Request) -> HTTPResponse:
        query = select(func.count(conversations.c.record))
        return json(await database.run(lambda connection: connection.execute(query).scalar()))

    @app.get("/test/running")
    async def running(request: Request) -> HTTPResponse:
        return json(agent.running)

    @app.post("/test/go_on")
    async def go_on(request: Request) -> HTTPResponse:
        agent.go_on.set()
        agent.go_on.clear()  # for those who wait now
        return json({})

    app.run(host="127.0.0.1", port=port)


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[2]))
