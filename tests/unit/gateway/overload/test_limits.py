"""Rate limits: how many, how long to wait, and nothing kept that names anyone."""

from __future__ import annotations

import pytest

from bot.gateway.overload import limits
from bot.gateway.overload.limits import Limiter, cost_of, networks_of


class Clock:
    def __init__(self):
        self.now = 1_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_so_many_at_once_and_then_one_every_so_often(clock):
    limiter = Limiter(6, clock)
    assert [limiter.take("a") for _ in range(8)] == [0] * 6 + [10, 10]
    clock.now += 9
    assert limiter.take("a") == 1
    clock.now += 1
    assert limiter.take("a") == 0
    assert limiter.take("a") == 10


def test_waiting_as_told_is_enough(clock):
    limiter = Limiter(7, clock)
    for _ in range(50):
        if wait := limiter.take("a"):
            clock.now += wait
            assert limiter.take("a") == 0


def test_names_do_not_share_a_limit(clock):
    limiter = Limiter(1, clock)
    assert limiter.take("a") == 0
    assert limiter.take("a") == 60
    assert limiter.take("b") == 0


def test_a_long_rest_saves_up_no_more_than_a_minute(clock):
    limiter = Limiter(3, clock)
    limiter.take("a")
    clock.now += 3_600
    assert [limiter.take("a") for _ in range(4)] == [0, 0, 0, 20]


def test_no_limit_keeps_nothing(clock):
    limiter = Limiter(0, clock)
    assert [limiter.take("a") for _ in range(1_000)] == [0] * 1_000
    assert len(limiter) == 0


def test_a_clock_that_is_set_back_gives_and_takes_nothing(clock):
    limiter = Limiter(2, clock)
    limiter.take("a")
    clock.now -= 30
    assert limiter.take("a") == 0
    assert limiter.take("a") > 0


def test_memory_is_bounded_and_the_oldest_goes(clock, monkeypatch):
    monkeypatch.setattr(limits, "MAX_KEYS", 3)
    limiter = Limiter(1, clock)
    for name in "abcd":
        limiter.take(name)
    assert len(limiter) == 3
    assert limiter.take("d") == 60, "the newest is remembered"
    assert limiter.take("a") == 0, "the oldest was forgotten"


def test_no_name_is_kept_and_a_new_day_has_a_new_key(clock):
    limiter = Limiter(5, clock)
    limiter.take("192.0.2.1")
    first = list(limiter._buckets)
    assert "192.0.2.1" not in repr(vars(limiter))
    clock.now += 86_400
    limiter.take("192.0.2.1")
    second = list(limiter._buckets)
    assert len(first) == len(second) == 1 and first != second


def test_a_new_day_leaves_nothing_though_nobody_comes(clock):
    limiter = Limiter(5, clock)
    limiter.take("192.0.2.1")
    before = limiter._secret
    limiter.sweep()
    assert len(limiter) == 1
    clock.now += 86_400
    limiter.sweep()
    assert len(limiter) == 0 and limiter._secret != before


def test_what_costs_more_counts_for_more(clock):
    limiter = Limiter(10, clock)
    assert [limiter.take("a", 4) for _ in range(3)] == [0, 0, 12]
    assert limiter.take("a", 2) == 0, "there is enough for that"


def test_what_costs_more_than_a_minutes_is_let_through_once_a_minute(clock):
    limiter = Limiter(10, clock)
    assert limiter.take("a", 40) == 0
    assert limiter.take("a", 40) == 60
    clock.now += 60
    assert limiter.take("a", 40) == 0


def test_a_long_message_costs_more_than_a_short_one():
    assert cost_of("") == 1
    assert cost_of("x" * 2_000) >= 7 > 1 == cost_of("he is outside")


def test_a_pseudonym_is_the_same_for_a_day_and_tells_no_name(clock):
    limiter = Limiter(10, clock)
    known = limiter.pseudonym("192.0.2.1")
    assert known == limiter.pseudonym("192.0.2.1") != limiter.pseudonym("192.0.2.2")
    clock.now += 86_400
    assert limiter.pseudonym("192.0.2.1") != known


@pytest.mark.parametrize(
    ("address", "networks"),
    [
        ("192.0.2.1", [("192.0.2.1", 1)]),
        ("2001:db8:1:2:3:4:5:6", [("2001:db8:1::/56", 1), ("2001:db8:1::/48", 4)]),
        ("[2001:db8:1:0302::9]", [("2001:db8:1:300::/56", 1), ("2001:db8:1::/48", 4)]),
        ("::ffff:192.0.2.1", [("192.0.2.1", 1)]),
        ("", [("", 1)]),
        ("unknown", [("unknown", 1)]),
        ("x" * 5_000, [("x" * 100, 1)]),
    ],
)
def test_what_counts_as_one_sender(address, networks):
    assert list(networks_of(address)) == networks
