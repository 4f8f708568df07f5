"""The command line: `python -m bot ...`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from bot import audit
from bot.content import commands as content
from bot.counters import commands as counters
from bot.errors import OperatorError
from bot.evaluation import commands as evaluation
from bot.gateway import commands as channel
from bot.handover import commands as handover
from bot.serving import commands as serving
from bot.signing import commands as signing
from bot.storage import commands as storage


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 something to mend, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    signing.add_arguments(content.add_arguments(commands))
    serving.add_arguments(commands)
    evaluation.add_arguments(commands)
    channel.add_arguments(commands)
    storage.add_arguments(commands)
    counters.add_arguments(commands)
    handover.add_arguments(commands)
    audit.add_arguments(commands)
    arguments = parser.parse_args(argv)
    try:
        return arguments.run(arguments)
    except OperatorError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
