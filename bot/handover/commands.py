"""`python -m bot handover list|retry|drop` and `python -m bot purge`: for operators.

No personal data is printed unless asked. Purging, as dropping, counts the hand-overs that it gives
up, so it stands here and not with the database.
"""

from __future__ import annotations

import argparse
import datetime as dt
import time

from bot.audit import Action, record, record_done
from bot.counters.counting import count
from bot.counters.writing import Writer
from bot.errors import OperatorError
from bot.handover.note import Details
from bot.handover.request import bound_to
from bot.storage import expiry, keys, outbox
from bot.storage.database import Database, get_database
from bot.storage.keys import CannotDecrypt, Keys
from bot.storage.outbox import Entry, State


def add_arguments(commands: argparse._SubParsersAction) -> None:
    """Add the hand-over commands, and the one that purges, to the command line."""
    parser = commands.add_parser("handover", help="look after hand-overs to the force")
    actions = parser.add_subparsers(dest="action", required=True)
    listing = actions.add_parser("list", help="print all hand-overs, without personal data")
    listing.add_argument(
        "--show-personal-data",
        action="store_true",
        help="also print how and when each person can be reached",
    )
    listing.set_defaults(run=run_list)
    retry = actions.add_parser("retry", help="try a hand-over again at once")
    retry.add_argument("id", help="its id, as `list` prints it")
    retry.set_defaults(run=run_retry)
    drop = actions.add_parser("drop", help="give a hand-over up and erase its contact details")
    drop.add_argument("id", help="its id, as `list` prints it")
    drop.set_defaults(run=run_drop)
    purge = commands.add_parser(
        "purge", help="delete expired conversations, and contact details after a day"
    )
    purge.set_defaults(run=run_purge)


def run_list(arguments: argparse.Namespace) -> int:
    """Print one line for each hand-over, the oldest first.

    Raises:
        OperatorError: the database is not reached or has no tables yet, or the keys that personal
            data needs cannot be used, or the audit log not be written.
    """
    with get_database().reading() as connection:
        entries = outbox.everything(connection)
    if not entries:
        print("There are no hand-overs.")
    # Only where there is something to read: loading may make a key, and warns of one made here.
    shown = [entry.id for entry in entries if entry.details] if arguments.show_personal_data else []
    if shown:
        # First: what cannot be written down is not shown.
        record(Action.PERSONAL_DATA_SHOWN, handovers=shown)
    storage_keys = keys.load() if shown else None
    for entry in entries:
        print(_line(entry))
        if storage_keys:
            for line in _personal(entry, storage_keys):
                print(f"    {line}")
    return 0


def run_retry(arguments: argparse.Namespace) -> int:
    """Put it back in the queue.

    Raises:
        OperatorError: there is none with this id, or nothing of it is left to send.
    """
    database = get_database()
    entry = _existing(database, arguments.id)
    with database.begin() as connection:
        if not outbox.retry(connection, entry.id, int(time.time())):
            raise OperatorError(
                f"hand-over {entry.id} is {entry.state.value} and its contact details are erased: "
                "there is nothing left to send"
            )
    record_done(Action.HANDOVER_RETRIED, handover=entry.id)
    print(f"Hand-over {entry.id} is tried again when the bot runs with hand-over on.")
    return 0


def run_drop(arguments: argparse.Namespace) -> int:
    """Give it up.

    Raises:
        OperatorError: there is none with this id, or it was delivered.
    """
    database = get_database()
    entry = _existing(database, arguments.id)
    with database.begin() as connection:
        state = outbox.drop(connection, entry.id)
    if state is None:
        raise OperatorError(f"hand-over {entry.id} is {entry.state.value}: it cannot be taken back")
    if state is State.WAITING:  # a dead letter was counted when it became one
        _count_given_up(database, 1)
    record_done(Action.HANDOVER_DROPPED, handover=entry.id)
    print(f"Hand-over {entry.id} is given up, and its contact details are erased.")
    return 0


def run_purge(arguments: argparse.Namespace) -> int:
    """Delete what has expired. The running bot does it by itself; this is for one that is stopped.

    Raises:
        OperatorError: the database cannot be reached, or has no tables yet.
    """
    database = get_database()
    purged = expiry.Purged()
    while purged.has_more:
        with database.begin() as connection:
            purged = expiry.purge(connection, time.time(), purged)
    _count_given_up(database, purged.given_up)
    record_done(Action.PURGED, rows=purged.rows, given_up=purged.given_up)
    print(f"{purged.rows} rows deleted, {purged.given_up} hand-overs given up")
    return 0


def _count_given_up(database: Database, number: int) -> None:
    for _ in range(number):
        count("handover", "failed")
    Writer(database).flush()


def _existing(database: Database, note_id: str) -> Entry:
    with database.reading() as connection:
        entry = outbox.get(connection, note_id)
    if entry is None:
        raise OperatorError(
            f"there is no hand-over '{note_id}'; `python -m bot handover list` prints all ids"
        )
    return entry


def _line(entry: Entry) -> str:
    agreed = dt.datetime.fromtimestamp(entry.agreed_at, dt.UTC)
    details = "details held" if entry.details else "details erased"
    reason = f", last failure: {entry.reason}" if entry.reason else ""
    return (
        f"{entry.id}  {agreed:%Y-%m-%d %H:%M} UTC  {entry.force}  {entry.state.value}, "
        f"attempts: {entry.attempts}, {details}{reason}"
    )


def _personal(entry: Entry, storage_keys: Keys) -> list[str]:
    if entry.details is None:
        return []
    try:
        raw = storage_keys.decrypt(entry.details, bound_to(entry.id), entry.key_id)
    except CannotDecrypt:
        return ["(encrypted with a key that is not set here)"]
    details = Details.from_bytes(raw)
    return [f"how:  {details.way}", f"when: {details.time}"]
