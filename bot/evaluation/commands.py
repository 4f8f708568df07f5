"""`python -m bot evaluate`."""

from __future__ import annotations

import argparse

from bot.evaluation.evaluate import REPORT, evaluate


def add_arguments(commands: argparse._SubParsersAction) -> None:
    """Add the `evaluate` command to the command line."""
    commands.add_parser(
        "evaluate", help="measure understanding on the development set"
    ).set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the totals; the report has the groups too."""
    for name, value in evaluate().items():
        if not isinstance(value, dict):
            print(f"{name:32} {value}")
    print(f"Written to {REPORT}")
    return 0
