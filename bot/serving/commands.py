"""`python -m bot run`, `shell`, `train` and `actions`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from bot.serving import action_server, supervisor, training


def add_arguments(commands: argparse._SubParsersAction) -> None:
    """Add the serving commands to the command line."""
    for name, text, function in (
        ("run", "start the action server and Rasa with the chat page", supervisor.run),
        ("shell", "talk to the bot in the terminal", supervisor.shell),
        ("train", "train, if what the bot learns from has changed", _train),
        ("actions", "start the action server alone, on this machine only", action_server.serve),
    ):
        commands.add_parser(name, help=text).set_defaults(run=_call(function))


def _call(function: Callable[[], None]) -> Callable[[argparse.Namespace], int]:
    def run(arguments: argparse.Namespace) -> int:
        function()
        return 0

    return run


def _train() -> None:
    print(f"The model is {training.ensure_model().relative_to(training.ROOT)}")
