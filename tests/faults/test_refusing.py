"""The bot is switched off, or somebody is over a limit, while something is broken too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.gateway.coordination.switch import FILE
from local_servers.postgres import Postgres
from local_servers.redis import Redis
from tests.faults.product import Product, running
from tests.faults.states import STATES, goes_on, is_stored, say
from tests.faults.table import YES, words
from tests.integration.conftest import Chat
from tests.integration.waiting import wait_until
from tests.integration.words import whole

pytestmark = [pytest.mark.integration, pytest.mark.faults]

# Messages a minute: enough to come to these states, and few enough to be over it.
RATE = 2
REACHED = ("fresh", "asked whether now", "told it is not over", "asked now or over")

# What breaks it, and what makes it whole again, given the database and Redis.
FAULTS: dict[str, tuple[Callable, Callable]] = {
    "nothing broken": (lambda sql, redis: None, lambda sql, redis: None),
    "database down": (lambda sql, redis: sql.stop(), lambda sql, redis: sql.start()),
    "database frozen": (lambda sql, redis: sql.freeze(), lambda sql, redis: sql.thaw()),
    "Redis down": (lambda sql, redis: redis.kill(), lambda sql, redis: redis.start()),
}


@pytest.fixture(scope="module")
def limited(tmp_path_factory, postgres_cluster: Postgres, redis_server: Redis) -> Iterator[Product]:
    settings = {
        "DATABASE_URL": postgres_cluster.create(),
        "REDIS_URL": redis_server.url,
        "CHAT_STORAGE_KEYS": "a storage key of these tests alone",
        "CHAT_CONVERSATION_RATE": str(RATE),
    }
    with running(tmp_path_factory.mktemp("limited"), **settings) as product:
        yield product


@pytest.fixture(params=FAULTS)
def broken(
    request: pytest.FixtureRequest,
    limited: Product,
    postgres_cluster: Postgres,
    redis_server: Redis,
) -> Iterator[Callable[[], str]]:
    """Breaks it, and gives the fault's name; afterwards all is whole, and stored again."""
    begin, end = FAULTS[request.param]
    has_begun = False

    def broken_now() -> str:
        nonlocal has_begun
        has_begun = True
        begin(postgres_cluster, redis_server)
        return request.param

    yield broken_now
    if has_begun:
        end(postgres_cluster, redis_server)
    wait_until(lambda: is_stored(limited.bot.chat()))


@contextmanager
def switched_off(product: Product) -> Iterator[None]:
    file: Path = product.tree.parent / "state" / FILE
    file.parent.mkdir(exist_ok=True)
    file.touch()
    try:
        yield
    finally:
        file.unlink()


def reached(product: Product, state: str) -> Chat:
    chat = product.bot.chat()
    STATES[state].reach(chat)
    return chat


@pytest.mark.parametrize("kind", ["question", "danger", "crisis"])
@pytest.mark.parametrize("state", REACHED)
def test_switched_off_everybody_is_answered(limited, broken, state, kind):
    chat = reached(limited, state)
    with switched_off(limited):
        fault = broken()
        answer = say(chat, f"switched off, {fault}", state, kind)
    assert answer["outcome"] == "switched_off"
    is_calm = kind == "question" and STATES[state].kind != YES
    assert (words(answer) == whole("switched_off")) == is_calm


@pytest.mark.parametrize("state", REACHED)
def test_over_the_limit_danger_is_answered_and_all_get_words(limited, broken, state):
    chat = reached(limited, state)
    for _ in range(RATE):
        chat.post(text=" ")  # counted, and nothing is said with it
    fault = f"over the limit, {broken()}"
    for kind in ("question", "danger", "crisis"):
        answer = say(chat, fault, state, kind, is_limited=True)
        if kind == "question" and STATES[state].kind != YES:
            assert answer["error"] == "rate_limited" and words(answer) == whole("safe_reply")
        else:
            assert answer["outcome"] == "emergency_rate_limited"


def test_others_go_on_while_somebody_is_over_the_limit(limited):
    chat = limited.bot.chat()
    for _ in range(RATE):
        chat.post(text=" ")
    assert "error" in say(chat, "over the limit", "fresh", "question", is_limited=True)
    goes_on(limited.bot.chat(), "over the limit of another", "fresh")
