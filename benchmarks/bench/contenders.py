"""Who is compared, on which store, each started with an empty one."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from actions.answer import ANSWERS
from benchmarks import models, servers
from benchmarks.bench.targets import FLOOR, PRODUCT, STOCK
from benchmarks.client import Door, Gateway, Question
from benchmarks.servers import PYTHON, Server
from bot.content import render
from bot.content.register import get_register
from bot.gateway.turns import safe_reply
from bot.serving.training import model_file
from local_servers.postgres import Postgres

Starter = Callable[[], AbstractContextManager[Server]]

# 999 first: the emergency reply is a domain response, an answer from the register an action.
DOMAIN = Question("he is outside my house now", frozenset({"999"}))
ECHO = Question("echo", frozenset({"echo"}))
_ASKED, _ANSWER = "what is a stalking protection order", "advice/spo_what"


@dataclass(frozen=True)
class Contender:
    """One bot on one store.

    Attributes:
        name: `product, sqlite` and so on.
        model: the file of the model that it answers with.
        start: starts it, with nothing stored.
        door: how to talk to it.
        domain: a message that gets a domain response.
        action: a message that a custom action answers; None where there is none.
    """

    name: str
    model: Path
    start: Starter
    door: Callable[[aiohttp.ClientSession, str], Door]
    domain: Question
    action: Question | None

    @property
    def is_product(self) -> bool:
        """True for this product on any store."""
        return self.name.startswith(PRODUCT)


def contenders(postgres: Postgres, folder: Path, stock_python: Path | None) -> list[Contender]:
    """In the order in which each round goes through them.

    Args:
        postgres: a running PostgreSQL, without other users.
        folder: where SQLite's files may be.
        stock_python: interpreter with stock Rasa; None leaves stock Rasa out.
    """
    floor_model = models.floor_model(PYTHON)
    stock_model = models.stock_model(stock_python) if stock_python else None
    found = []
    for store, fresh in (("sqlite", partial(_sqlite, folder)), ("postgresql", postgres.create)):
        found.append(
            Contender(
                f"{PRODUCT}, {store}",
                model_file(),
                _product(fresh),
                Gateway,
                DOMAIN,
                action_question(PRODUCT),
            )
        )
        if stock_python and stock_model:
            start = _stock(stock_python, stock_model, fresh)
            found.append(
                Contender(
                    f"{STOCK}, {store}", stock_model, start, Door, DOMAIN, action_question(STOCK)
                )
            )
    start_floor = partial(servers.floor, floor_model)
    found.append(Contender(FLOOR, floor_model, start_floor, Door, ECHO, None))
    return found


def action_question(kind: str) -> Question:
    """The question that a custom action answers.

    The action has as much to do for any answer of the register. Stock Rasa takes another label for
    the question, and how well it understands is not what is compared, so any of them will do.

    Args:
        kind: PRODUCT, which must give the right answer, or STOCK.
    """
    register, where = get_register(), safe_reply.where()
    replies = [register.reply(_ANSWER, where.nation)]
    if kind == STOCK:
        replies = [one for (name, _), one in register.replies.items() if name.startswith(ANSWERS)]
    return Question(_ASKED, frozenset(render.bubbles(register, one, where)[0] for one in replies))


def _product(fresh: Callable[[], str]) -> Starter:
    return lambda: servers.product(fresh())


def _stock(python: Path, model: Path, fresh: Callable[[], str]) -> Starter:
    return lambda: servers.stock(python, model, _tracker_store(fresh()))


def _tracker_store(address: str) -> dict[str, object]:
    """A database's address in the words of Rasa's endpoints.yml."""
    parts = urlsplit(address)
    if parts.scheme == "sqlite":
        return {"type": "SQL", "dialect": "sqlite", "db": address.removeprefix("sqlite:///")}
    return {
        "type": "SQL", "dialect": "postgresql", "url": parts.hostname, "port": parts.port,
        "username": parts.username, "db": parts.path.lstrip("/"),
    }  # fmt: skip


def _sqlite(folder: Path) -> str:
    return f"sqlite:///{tempfile.mkdtemp(dir=folder)}/chat.db"


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A PostgreSQL of our own, thrown away at the end."""
    postgres = Postgres()
    try:
        postgres.start()
        yield postgres
    finally:
        postgres.remove()
