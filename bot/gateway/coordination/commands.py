"""Runs `python -m bot switch off|on|status`.

It imports as little as it can: whoever switches the bot off must not wait for libraries.
"""

from __future__ import annotations

import argparse
import os
import sys

from redis.exceptions import RedisError

from bot.audit import Action, record_done
from bot.errors import OperatorError, reason_of
from bot.gateway.coordination import shared_switch, switch
from bot.settings import get_settings, variable

_STATE = variable("state")
# Without this note the command would report success while the intended bot carried on as before.
_ANOTHER_BOT = (
    f"Note: {_STATE} is not set here, so this is the switch of a bot that runs without it. "
    "One that systemd runs has it in a file: docs/deployment.md has the command for that"
)


def add_arguments(commands: argparse._SubParsersAction) -> None:
    """Adds the switch to the command line."""
    parser = commands.add_parser("switch", help="switch the running bot off or on, within seconds")
    parser.add_argument("to", choices=("off", "on", "status"))
    parser.set_defaults(run=run_switch)


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
