"""Runs `python -m bot static FOLDER` and `snippet GATEWAY`."""

from __future__ import annotations

import argparse
import json
import os
from http import HTTPStatus
from pathlib import Path

from bot.errors import OperatorError
from bot.gateway import pages
from bot.gateway.http.answer import as_messages
from bot.gateway.http.refused import NAMES
from bot.gateway.pages import assets
from bot.gateway.turns import safe_reply
from bot.gateway.turns.outcomes import Outcome


def add_arguments(commands: argparse._SubParsersAction) -> None:
    """Adds the gateway's commands to the command line."""
    parser = commands.add_parser(
        "static", help="write what the web server says by itself: a page and two replies"
    )
    parser.add_argument("folder", type=Path, help="a folder that the web server reads")
    parser.set_defaults(run=run_static)
    parser = commands.add_parser("snippet", help="print the HTML that puts the chat on a page")
    parser.add_argument("gateway", help="address of the gateway, such as https://chat.example/chat")
    parser.add_argument("--folder", default="/scripts/", help="where the website keeps the script")
    parser.add_argument(
        "--div", action="store_true", help="for a system that drops unknown elements from a page"
    )
    parser.add_argument("--name", action="store_true", help="show the force's name in the chat")
    parser.set_defaults(run=run_snippet)


def run_static(arguments: argparse.Namespace) -> int:
    """Writes the help page, and as JSON the safe reply and the refusal of a body that is too large.

    Raises:
        OperatorError: a file cannot be written.
    """
    written = {
        "help.html": pages.help_page().html,
        "safe_reply.json": _json("safe_reply", outcome=Outcome.SAFE_REPLY_UNAVAILABLE.value),
        "too_large.json": _json("too_large", error=NAMES[HTTPStatus.REQUEST_ENTITY_TOO_LARGE]),
    }
    for name, text in written.items():
        _write(arguments.folder / name, text)
    print(f"{', '.join(written)} are in {arguments.folder}")
    return 0


def _json(reply: str, **more: str) -> str:
    """Returns a register reply as JSON, just as the gateway would send it."""
    said = {"messages": as_messages(safe_reply.from_register(reply), ""), **more}
    return json.dumps(said, ensure_ascii=False)


def _write(file: Path, text: str) -> None:
    """Writes a temporary file and renames it, so that nobody is ever served half a file."""
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.chmod(0o644)
        unfinished.replace(file)
    except OSError as error:
        raise OperatorError(f"{file} was not written: {error}") from error


def run_snippet(arguments: argparse.Namespace) -> int:
    """Prints the element, its fallback text and the script with its digest.

    Raises:
        OperatorError: the script was not built, or it is not the file that was built.
    """
    try:
        script = assets.load()
    except assets.NoScript as error:
        raise OperatorError(str(error)) from error
    gateway, folder = (given.rstrip("/") for given in (arguments.gateway, arguments.folder))
    text = pages.snippet(
        script, gateway, f"{folder}/", as_div=arguments.div, is_named=arguments.name
    )
    print(text, end="")
    return 0
