"""`python -m bot database upgrade|status`."""

from __future__ import annotations

import argparse

from bot.storage import migrate
from bot.storage.database import get_database


def add_arguments(commands: argparse._SubParsersAction) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser("database", help="bring the database's tables up to date")
    parser.add_argument("action", choices=("upgrade", "status"))
    parser.set_defaults(run=run_database)


def run_database(arguments: argparse.Namespace) -> int:
    """Upgrade if asked, and say where the database stands; 1 when it is not at this release's.

    Raises:
        OperatorError: the database cannot be reached.
    """
    database = get_database()
    if arguments.action == "upgrade":
        migrate.upgrade(database)
    present, newest = migrate.present(database), migrate.newest()
    print(f"{database.name} is at {present or 'no revision yet'}{_advice(present, newest)}")
    return 0 if present == newest else 1


def _advice(present: str | None, newest: str) -> str:
    if present == newest:
        return ""
    if migrate.is_known(present):
        return f"; run `python -m bot database upgrade` to reach {newest}"
    return f", which a newer release has made; this one knows {newest} and needs no upgrade"
