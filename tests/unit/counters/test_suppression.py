"""What exports tell of small numbers: nothing, also not by subtraction."""

from __future__ import annotations

import itertools
from collections import defaultdict

import pytest

from bot.counters.suppression import rounded, told


@pytest.mark.parametrize("small", [5, 10])
def test_small_numbers_and_nought_look_the_same(small):
    assert {told(number, small) for number in range(small)} == {f"<{small}"}
    assert told(small, small) == str(small)


@pytest.mark.parametrize("small", [5, 10])
def test_others_are_the_multiple_below(small):
    for number in range(small, 300):
        value = rounded(number, small)
        assert value % small == 0
        assert 0 <= number - value < small


@pytest.mark.parametrize("cells", [2, 3, 4])
def test_no_small_number_follows_from_the_others_and_their_total(cells):
    """Whatever is told of a few numbers and their total, a small one can have several values."""
    small = 5
    possible = defaultdict(set)
    for numbers in itertools.product(range(2 * small), repeat=cells):
        seen = tuple(rounded(number, small) for number in (*numbers, sum(numbers)))
        possible[seen].add(numbers)
    assert len(possible) > 2 * cells
    for seen, fitting in possible.items():
        for place, shown in enumerate(seen[:-1]):
            if shown is None:
                values = {numbers[place] for numbers in fitting}
                assert len(values) > 1, (seen, fitting)
                assert max(values) == small - 1, "and it never follows that it is smaller still"


def test_exact_numbers_would_give_a_small_one_away():
    """Why all numbers are rounded: here a plain difference names the hidden one."""
    hidden, others = 2, [41, 63]
    assert sum([hidden, *others]) - sum(others) == hidden
    assert rounded(sum([hidden, *others]), 5) - sum(rounded(n, 5) for n in others) != hidden
