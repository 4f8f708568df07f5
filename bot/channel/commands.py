"""`python -m bot switch off|on|status`, `help-page FILE` and `snippet GATEWAY`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from bot.channel import assets, page, switch
from bot.errors import OperatorError


def add_arguments(commands: argparse._SubParsersAction) -> None:
    """Add the gateway's commands to the command line."""
    parser = commands.add_parser("switch", help="switch the running bot off or on, within seconds")
    parser.add_argument("to", choices=("off", "on", "status"))
    parser.set_defaults(run=run_switch)
    parser = commands.add_parser("help-page", help="write the static help page to a file")
    parser.add_argument("file", type=Path, help="where, such as the web server's folder")
    parser.set_defaults(run=run_help_page)
    parser = commands.add_parser("snippet", help="print the HTML that puts the chat on a page")
    parser.add_argument("gateway", help="address of the gateway, such as https://chat.example/chat")
    parser.add_argument("--folder", default="/scripts/", help="where the website keeps the script")
    parser.set_defaults(run=run_snippet)


def run_switch(arguments: argparse.Namespace) -> int:
    """Switch, and say how it now stands.

    Raises:
        OperatorError: the file cannot be written or removed.
    """
    if arguments.to != "status":
        try:
            switch.turn(off=arguments.to == "off")
        except OSError as error:
            raise OperatorError(f"the switch did not move: {error}") from error
    state = "off: people get the help page and the static reply" if switch.is_off() else "on"
    print(f"The bot is {state} ({switch.file()})")
    return 0


def run_help_page(arguments: argparse.Namespace) -> int:
    """Write the page beside its place first, so that nobody is ever served half of it.

    Raises:
        OperatorError: the file cannot be written.
    """
    file: Path = arguments.file
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        unfinished.write_text(page.help_page().html, encoding="utf-8")
        unfinished.replace(file)
    except OSError as error:
        raise OperatorError(f"the help page was not written: {error}") from error
    print(f"The help page is {file}")
    return 0


def run_snippet(arguments: argparse.Namespace) -> int:
    """Print the element, its fallback text and the script with its digest.

    Raises:
        OperatorError: the script was not built, or is not the one that was.
    """
    try:
        script = assets.load()
    except assets.NoScript as error:
        raise OperatorError(str(error)) from error
    gateway, folder = (given.rstrip("/") for given in (arguments.gateway, arguments.folder))
    print(page.snippet(script, gateway, f"{folder}/"), end="")
    return 0
