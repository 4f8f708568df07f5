"""Runs `python -m bot switch off|on|status`, `static FOLDER` and `snippet GATEWAY`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from http import HTTPStatus
from pathlib import Path

from redis.exceptions import RedisError

from bot.audit import Action, record_done
from bot.errors import OperatorError, reason_of
from bot.gateway import pages
from bot.gateway.coordination import shared_switch, switch
from bot.gateway.http.answer import as_messages
from bot.gateway.http.refused import NAMES
from bot.gateway.pages import assets
from bot.gateway.turns import safe_reply
from bot.gateway.turns.outcomes import Outcome
from bot.settings import get_settings, variable

_STATE = variable("state")
# Without this note the command would report success while the intended bot carried on as before.
_ANOTHER_BOT = (
    f"Note: {_STATE} is not set here, so this is the switch of a bot that runs without it. "
    "One that systemd runs has it in a file: docs/deployment.md has the command for that"
)


def add_arguments(commands: argparse._SubParsersAction) -> None:
    """Adds the gateway's commands to the command line."""
    parser = commands.add_parser("switch", help="switch the running bot off or on, within seconds")
    parser.add_argument("to", choices=("off", "on", "status"))
    parser.set_defaults(run=run_switch)
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


def run_switch(arguments: argparse.Namespace) -> int:
    """Turns the switch if asked to, then prints its state.

    Raises:
        OperatorError: the file cannot be written or removed, or the other machines do not learn it.
    """
    if arguments.to != "status":
        _turn(off=arguments.to == "off")
    if _STATE not in os.environ:
        print(_ANOTHER_BOT, file=sys.stderr)
    state = "off: people get the help page and the static reply" if switch.is_off() else "on"
    print(f"The bot is {state} ({switch.file()})")
    return 0


def _turn(off: bool) -> None:
    try:
        switch.turn(off)
    except OSError as error:
        raise OperatorError(f"the switch did not move: {error}") from error
    # Afterwards: a full disk must keep nobody from switching it off.
    record_done(Action.SWITCHED_OFF if off else Action.SWITCHED_ON)
    if url := get_settings().redis_url:
        try:
            shared_switch.tell(url, off)
        except (RedisError, OSError) as error:
            raise OperatorError(
                "the switch moved on this machine only, because Redis did not answer: "
                f"{reason_of(error)}. Run the command on each machine, and again when Redis is back"
            ) from error
        print("All machines with the same REDIS_URL follow within two seconds")


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
