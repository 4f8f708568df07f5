"""`python -m bot run`, `serve`, `shell`, `train` and `actions`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from bot.serving import log_stream, shell, supervisor, training


def add_arguments(commands: argparse._SubParsersAction) -> None:
    """Add the serving commands to the command line."""
    for name, text, function in (
        ("run", "start the bot with its chat page, and keep it running", supervisor.run),
        ("shell", "talk to the bot in the terminal", shell.shell),
        ("train", "train, if what the bot learns from has changed", _train),
        ("actions", "start the separate action server alone, on this machine only", _actions),
    ):
        commands.add_parser(name, help=text).set_defaults(run=_call(function))
    parser = commands.add_parser("serve", help="one serving process, as `run` starts it")
    parser.add_argument("model", type=Path, help="the model file")
    parser.set_defaults(run=_serve)


def _call(function: Callable[[], None]) -> Callable[[argparse.Namespace], int]:
    def run(arguments: argparse.Namespace) -> int:
        function()
        return 0

    return run


def _train() -> None:
    print(f"The model is {training.ensure_model().relative_to(training.ROOT)}")


def _serve(arguments: argparse.Namespace) -> int:
    # First of all: whoever logs keeps the stream that there is then.
    log_stream.install()
    # Here, because Rasa takes seconds to import, and no other command should wait for it.
    from bot.serving.process import serve

    serve(arguments.model)
    return 0


def _actions() -> None:
    from bot.serving.action_server import serve

    serve()
