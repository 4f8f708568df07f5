"""`python -m bot content sign`, `status`, `due` and `export`."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import get_args

from bot.content import due, layers, signed
from bot.content.hours import now_in_london
from bot.content.models import Item
from bot.content.register import Register, name_of
from bot.content.signed import Role, Signature
from bot.errors import OperatorError
from bot.settings import get_settings
from bot.signing import as_html
from bot.signing.document import Document, document


def add_arguments(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the commands below `content`."""
    sign = actions.add_parser("sign", help="record that a force has read items")
    sign.add_argument("items", nargs="+", help="ids or patterns, such as advice/tracker 'court/*'")
    sign.add_argument("--force", required=True, help="the force that signs (its id)")
    sign.add_argument("--role", required=True, choices=get_args(Role), help="who has read them")
    sign.add_argument("--status", default="signed_off", choices=signed.STATUSES[1:])
    sign.add_argument("--file", default="*", help="only items of this file, such as '*/court.yml'")
    sign.set_defaults(run=run_sign)
    status = actions.add_parser("status", help="what a force has read, and what is held back")
    status.add_argument("--force", help="a force's id; that of CHAT_FORCE where it is left out")
    status.set_defaults(run=run_status)
    soon = actions.add_parser("due", help="which items must be checked again soon")
    soon.add_argument("--days", type=int, default=90, help="from today on (90)")
    soon.set_defaults(run=run_due)
    export = actions.add_parser("export", help="write all words for lawyers to read")
    export.add_argument("to", type=Path, help="the file to write: .docx for Word, else HTML")
    export.add_argument("--force", help="a force's id; that of CHAT_FORCE where it is left out")
    export.set_defaults(run=run_export)


def run_sign(arguments: argparse.Namespace) -> int:
    """Signs the present text of the items; exit code 2 where a pattern fits none of them."""
    force = arguments.force or get_settings().force
    register = layers.of_force(force)
    found = list(_fitting(register, arguments))
    if missing := [one for one in arguments.items if not any(_fits(i, one) for i in found)]:
        print(f"no item fits {', '.join(missing)}: nothing was signed", file=sys.stderr)
        return 2
    today = now_in_london().date()
    new = [
        Signature(
            item=name_of(item),
            status=arguments.status,
            role=arguments.role,
            date=today,
            text=signed.digest(item),
        )
        for item in found
    ]
    path = signed.write(force, signed.added(signed.read(force), new))
    print(f"{len(new)} items are {arguments.status} by {arguments.role} ({path})")
    return 0


def _fitting(register: Register, arguments: argparse.Namespace) -> Iterator[Item]:
    for file, item in register.all_items():
        if fnmatch(file, arguments.file) and any(_fits(item, one) for one in arguments.items):
            yield item


def _fits(item: Item, pattern: str) -> bool:
    return fnmatch(item.id, pattern)


def run_status(arguments: argparse.Namespace) -> int:
    """Prints how many items have which status, what is held back, and what must be read again."""
    force = arguments.force or get_settings().force
    register = layers.of_force(force)
    signatures = signed.read(force)
    for kind, counts in sorted(signed.counted(register, signatures).items()):
        print(f"{kind}: " + ", ".join(f"{number} {name}" for name, number in counts.items()))
    least = get_settings().least_status
    held_back = len(signed.shown(register, signatures, least).held_back)
    print(f"CHAT_LEAST_STATUS={least}: {held_back} of {len(register.replies)} replies held back")
    for item in changed(register, signatures):
        print(f"read before, and changed since: {name_of(item)}")
    known = {name_of(item) for _, item in register.all_items()}
    for name in sorted(set(signatures) - known):
        print(f"signed, and no longer in the register: {name}")
    return 0


def changed(register: Register, signatures: signed.Signatures) -> list[Item]:
    """The items that somebody read whose text is another now."""
    return [
        item
        for _, item in register.all_items()
        if name_of(item) in signatures and not signed.valid(item, signatures)
    ]


def run_due(arguments: argparse.Namespace) -> int:
    """Prints each item that is due within the days, and how many of each file."""
    today = now_in_london().date()
    found = due.due(
        layers.of_force(get_settings().force), today + dt.timedelta(days=arguments.days)
    )
    for file, item in found:
        late = "overdue" if item.review_by < today else ""
        print(f"{item.review_by} {late:8}{file}: {item.id}")
    print(f"{len(found)} items are due until {today + dt.timedelta(days=arguments.days)}")
    return 0


def run_export(arguments: argparse.Namespace) -> int:
    """Writes the document.

    Raises:
        OperatorError: the file cannot be written.
    """
    force = arguments.force or get_settings().force
    register = layers.of_force(force)
    told = document(register, register.forces[force], signed.read(force), now_in_london())
    try:
        arguments.to.write_bytes(_written(told, arguments.to.suffix.lower()))
    except OSError as error:
        raise OperatorError(f"{arguments.to} was not written: {error}") from error
    print(f"{arguments.to}: {len(register.replies)} replies as people see them")
    return 0


def _written(told: Document, suffix: str) -> bytes:
    if suffix != ".docx":
        return as_html.written(told)
    # Only here: a bot that serves people does not load what writes for Word.
    from bot.signing import as_word

    return as_word.written(told)
