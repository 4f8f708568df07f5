"""How a number of people is told outside: never a small one, and never an exact one.

docs/decisions/0021-counters.md says why each number is rounded by itself, totals too.
"""

from __future__ import annotations


def rounded(number: int, small: int) -> int | None:
    """The multiple of `small` at or below it; None for a number below `small`, also for 0.

    >>> rounded(0, 5), rounded(4, 5), rounded(5, 5), rounded(14, 5), rounded(15, 5)
    (None, None, 5, 10, 15)
    """
    return number // small * small or None


def told(number: int, small: int) -> str:
    """The number as a report shows it.

    >>> told(4, 5), told(1013, 5)
    ('<5', '1010')
    """
    return str(rounded(number, small) or f"<{small}")
