"""A database and a Redis that answer, but slowly: one process, with nothing before it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from bot.gateway.coordination import shared_redis
from bot.settings import Settings
from bot.storage import database
from local_servers.postgres import Postgres
from local_servers.redis import Redis
from tests.faults.product import Product, running
from tests.faults.states import HANDOVER, STATES, Everybody, is_stored, say, was_not_stored
from tests.faults.table import is_answered, words
from tests.integration.waiting import wait_until
from tests.integration.words import said, whole
from tests.services.slow_road import SlowRoad

pytestmark = [pytest.mark.integration, pytest.mark.faults]


# Seconds for which each is left alone after it failed.
RESTS = {"database": database.SECONDS, "Redis": shared_redis._REST_SECONDS}


@dataclass
class Slow:
    """A product, and the roads to what it needs."""

    product: Product
    roads: dict[str, SlowRoad]


@pytest.fixture(scope="module")
def slow(tmp_path_factory, postgres_cluster: Postgres, redis_server: Redis) -> Iterator[Slow]:
    sql, redis = SlowRoad(postgres_cluster.port), SlowRoad(redis_server.port)
    name = postgres_cluster.create().rpartition("/")[2]
    settings = {
        "DATABASE_URL": f"postgresql://chat@127.0.0.1:{sql.port}/{name}",
        "REDIS_URL": redis_server.url_at(redis.port),
        "CHAT_STORAGE_KEYS": "a storage key of these tests alone",
        # As shipped: whether all that is waited for fits into it is the question here.
        "CHAT_REPLY_DEADLINE": str(Settings.model_fields["reply_deadline"].default),
        **HANDOVER,
    }
    with running(tmp_path_factory.mktemp("slow"), **settings) as product:
        yield Slow(product, {"database": sql, "Redis": redis})
    for road in (sql, redis):
        road.close()


@pytest.fixture(scope="module")
def usual(slow) -> dict[str, str]:
    """What each is told while nothing is slow, by state."""
    answers = Everybody(slow.product.bot).ask("nothing slow", "question")
    return {state: words(answer) for state, answer in answers.items()}


def is_told_of_failure(answer: dict[str, Any]) -> bool:
    """Whether somebody learns of it: that nothing is remembered, or by the safe reply.

    Beside the words for danger it has no other first sentence.
    """
    safe = (
        said("cannot_look_back"), said("safe_reply", bubble=1), whole("safe_reply_emergency"),
    )  # fmt: skip
    is_failed = answer["outcome"] in ("safe_reply_storage_failed", "safe_reply_timeout")
    return is_failed and any(one in words(answer) for one in safe)


# Seconds for each statement: with the shorter all is used, with the longer it counts as failed.
@pytest.mark.parametrize("delay", [0.3, 1.9])
@pytest.mark.parametrize("name", RESTS)
def test_with_a_slow_service_everybody_is_answered(slow, usual, name, delay):
    people, fault = Everybody(slow.product.bot), f"{name} slow, {delay} s"
    with slow.roads[name].slowed(delay):
        before = slow.roads[name].pieces
        answers = people.ask(fault, "question")
        assert was_not_stored(answers) or (name, delay) != ("database", 1.9)
        time.sleep(RESTS[name])
        in_danger = people.ask(fault, "danger")
        # At the latest now: what failed in the test before may have been left alone at first.
        assert slow.roads[name].pieces > before, "it was asked"
    for state, answer in answers.items():
        # Which statement comes too late is a race, and with it what is left of the answer.
        is_failed = name == "database" and is_told_of_failure(answer)
        assert is_failed or words(answer) == usual[state], (state, answer)
    as_usual = [state for state, answer in answers.items() if words(answer) == usual[state]]
    assert as_usual or (name, delay) == ("database", 1.9)
    assert {answer["outcome"] for answer in in_danger.values()} == {"emergency"}
    wait_until(lambda: is_stored(slow.product.bot.chat()))
    people.go_on(fault)


@pytest.mark.parametrize("state", STATES)
def test_alone_with_a_slow_database_each_step_takes_as_long_as_it_may(slow, usual, state):
    """Where many ask at once, one that fails spares the others the wait."""
    chat, fault = slow.product.bot.chat(), "database slow, 0.2 s, alone"
    STATES[state].reach(chat)
    with slow.roads["database"].slowed(0.2):
        answer = say(chat, fault, state, "question")
    assert words(answer) == usual[state], "all was stored"
    assert is_answered(say(chat, fault, state, "next"))


def test_a_slow_redis_that_cut_all_lines_costs_nobody_an_answer(slow, usual, redis_server):
    """Each new connection takes three statements."""
    people, fault = Everybody(slow.product.bot), "Redis slow, 0.9 s, lines cut"
    with slow.roads["Redis"].slowed(0.9):
        redis_server.cut_lines()
        answers = people.ask(fault, "question")
        redis_server.cut_lines()
        in_danger = people.ask(fault, "danger")
    assert {state: words(answer) for state, answer in answers.items()} == usual
    assert {answer["outcome"] for answer in in_danger.values()} == {"emergency"}
    people.go_on(fault)
