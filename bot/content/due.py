"""Which items must be checked again, and when; overdue ones warn before they fail a build."""

from __future__ import annotations

import datetime as dt

from bot.content.models import Item
from bot.content.register import Register

# So long after its date an item only warns: a review takes time, and a fix must still get out.
GRACE = dt.timedelta(days=60)


def due(register: Register, last: dt.date) -> list[tuple[str, Item]]:
    """(file, item) of all items whose review is due on or before a day, the earliest first."""
    found = [one for one in register.all_items() if one[1].review_by <= last]
    return sorted(found, key=lambda one: (one[1].review_by, one[0], one[1].id))


def overdue(register: Register, today: dt.date) -> list[tuple[str, Item]]:
    """(file, item) of all items whose day for a review has passed."""
    return due(register, today - dt.timedelta(days=1))


def warning(register: Register, today: dt.date) -> str | None:
    """One line about what is overdue, for logs and builds; None where nothing is."""
    found = overdue(register, today)
    if not found:
        return None
    since = found[0][1].review_by
    fails = since + GRACE + dt.timedelta(days=1)
    return (
        f"{len(found)} items of the register are overdue for review, the first since {since}; "
        f"the build fails from {fails} on. See python -m bot content due"
    )
