"""Waiting between attempts: longer each time, never too long, and never all at once."""

from __future__ import annotations

import random

from bot.handover import backoff


def waits(attempts, number=400):
    chance = random.Random(7)
    return [backoff.wait(attempts, chance) for _ in range(number)]


def test_the_limit_doubles_until_the_longest():
    for attempts in range(1, backoff.MAX_ATTEMPTS + 1):
        limit = min(backoff.LONGEST, backoff.FIRST * 2 ** (attempts - 1))
        seen = waits(attempts)
        assert 0 <= min(seen) < 0.05 * limit
        assert 0.95 * limit < max(seen) <= limit


def test_many_that_failed_together_do_not_come_back_together():
    seen = waits(5)
    assert len({round(wait, 1) for wait in seen}) > 150


def test_a_number_of_attempts_that_cannot_be_is_no_error():
    assert max(waits(10_000)) <= backoff.LONGEST


def test_all_attempts_together_end_well_before_the_details_are_erased():
    longest = sum(max(waits(n)) for n in range(1, backoff.MAX_ATTEMPTS))
    assert longest < 6 * 3600
