"""What was counted in a range of days, read from the database."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import and_, distinct, func, select

from bot.counters.names import COUNTERS, REPLY_BUCKETS, SAFE_REPLIES, WITHOUT_ANSWER, Outcome
from bot.errors import OperatorError
from bot.storage import migrate
from bot.storage.database import Database
from bot.storage.schema import counts

ALL = "all"
Name = tuple[str, str]


def _outcomes(*chosen: Outcome) -> tuple[Name, ...]:
    return tuple(("outcome", outcome.value) for outcome in chosen)


# The figures that are told first: each is the sum of some counters.
HEADLINES: dict[str, tuple[Name, ...]] = {
    "Messages": _outcomes(*Outcome),
    "Emergency answers": _outcomes(Outcome.EMERGENCY, Outcome.EMERGENCY_RATE_LIMITED),
    "Crisis answers": _outcomes(Outcome.CRISIS),
    '"Is this happening now?" asked': (("check", "asked"),),
    "... and the answer was yes": (("check", "yes"),),
    "... and the answer was no": (("check", "no"),),
    "Not understood (fallback)": (("label", "nlu_fallback"),),
    "Safe reply, because something failed": _outcomes(*sorted(SAFE_REPLIES)),
    "Refused or given up by the page": _outcomes(*sorted(WITHOUT_ANSWER)),
    "Answers after more than 2 seconds": tuple(
        ("seconds", name) for name in COUNTERS["seconds"][REPLY_BUCKETS.index(2.0) + 1 :]
    ),
    "Hand-over offered": (("handover", "offered"),),
    "Hand-over agreed to": (("handover", "consented"),),
    "Hand-over confirmed by the force": (("handover", "confirmed"),),
    "Hand-over sent by e-mail": (("handover", "emailed"),),
    "Hand-over failed": (("handover", "failed"),),
    "Chats ended by the person or the page": tuple(("end", value) for value in COUNTERS["end"]),
    "... by leaving fast": (("end", "exit"),),
    "It helped": (("helpful", "yes"),),
    "It did not help": (("helpful", "no"),),
}


@dataclass
class Figures:
    """The numbers of one force.

    Attributes:
        in_all: (language, counter, value) -> number; the language `all` holds the sum.
        daily: (day, headline) -> number, over all languages.
    """

    in_all: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    daily: Counter[tuple[dt.date, str]] = field(default_factory=Counter)

    def headline(self, title: str, language: str = ALL) -> int:
        """A figure of `HEADLINES`."""
        keys = ((language, *name) for name in HEADLINES[title])
        return sum(self.in_all[key] for key in keys)


def read(database: Database, first: dt.date, last: dt.date) -> dict[str, Figures]:
    """The numbers of each force that has ever counted anything, in alphabetical order.

    Raises:
        OperatorError: nothing was counted yet, or not as early as this.
        DatabaseFailed: the database is not reached.
    """
    present = migrate.present(database)
    if present != migrate.newest() and migrate.is_known(present):
        raise OperatorError(
            f"{database.name} lacks this version's tables: run `python -m bot database upgrade`"
        )
    with database.begin() as connection:
        began = connection.execute(select(func.min(counts.c.day))).scalar()
        if began is None:
            raise OperatorError(f"{database.name}: nothing has been counted yet")
        if last < began:
            # A range after it that holds nothing is no error: that nobody came is not told.
            raise OperatorError(f"--to {last}: the first day in {database.name} is {began}")
        forces = connection.execute(select(distinct(counts.c.force))).scalars().all()
        in_range = and_(counts.c.day >= first, counts.c.day <= last)
        rows = connection.execute(select(counts).where(in_range)).all()
    figures = {force: Figures() for force in sorted(forces)}
    for row in rows:
        of_force = figures[row.force]
        for language in (ALL, row.language):
            of_force.in_all[language, row.counter, row.value] += row.count
        for title, names in HEADLINES.items():
            if (row.counter, row.value) in names:
                of_force.daily[row.day, title] += row.count
    return figures
