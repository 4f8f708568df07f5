"""`python -m bot counters --from DAY --to DAY`."""

from __future__ import annotations

import argparse
import datetime as dt

from bot.content.hours import now_in_london
from bot.counters import figures
from bot.errors import OperatorError
from bot.settings import ROOT, get_settings
from bot.storage.database import get_database

REPORTS = ROOT / "reports"
# Rows of the days and bars of the plot that a reader can still tell apart.
_MOST_DAYS = 366


def add_arguments(commands: argparse._SubParsersAction) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser("counters", help="what was counted; writes reports/")
    for name, text in (("from", "the first day"), ("to", "the last day, which counts too")):
        parser.add_argument(
            f"--{name}", dest=f"{name}_day", type=_day, required=True, metavar="DAY",
            help=f"{text}, such as 2026-11-30",
        )  # fmt: skip
    parser.set_defaults(run=run_counters)


def run_counters(arguments: argparse.Namespace) -> int:
    """Print the headline figures; the files hold the rest.

    Raises:
        OperatorError: the range is empty or too long, nothing was counted in it, the database
            cannot be reached, or the files cannot be written.
    """
    # Imported here: it takes half a second that other commands need not wait for.
    from bot.counters.report import Report  # noqa: PLC0415

    first, last = arguments.from_day, min(arguments.to_day, now_in_london().date())
    if arguments.from_day > arguments.to_day:
        raise OperatorError(f"--from {first} is after --to {arguments.to_day}: swap them")
    if first > last:
        raise OperatorError(f"--from {first} has not come yet")
    if (last - first).days >= _MOST_DAYS:
        raise OperatorError(f"{first} to {last} is more than {_MOST_DAYS} days: ask in parts")
    found = figures.read(get_database(), first, last)
    report = Report(first, last, get_settings().small_count, found)
    for line in report.lines():
        print(line)
    try:
        written = report.write(REPORTS)
    except OSError as error:
        raise OperatorError(f"the reports were not written: {error}") from error
    print("Written:", ", ".join(str(path.relative_to(ROOT)) for path in written))
    return 0


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        message = f"'{text}' is not a day such as 2026-11-30"
        raise argparse.ArgumentTypeError(message) from None
