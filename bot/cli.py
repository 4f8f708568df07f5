"""The command line: `python -m bot ...`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from bot.errors import OperatorError
from bot.gateway.coordination import commands as switch


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 something to mend, 2 wrong usage."""
    given = sys.argv[1:] if argv is None else argv
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    switch.add_arguments(commands)
    # The switch has to work at once, and the modules of the other commands take seconds to import.
    if not given or given[0] != "switch":
        _add_others(commands)
    arguments = parser.parse_args(given)
    try:
        return arguments.run(arguments)
    except OperatorError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1


def _add_others(commands: argparse._SubParsersAction) -> None:
    from bot import audit
    from bot.content import commands as content
    from bot.counters import commands as counters
    from bot.evaluation import commands as evaluation
    from bot.gateway import commands as channel
    from bot.handover import commands as handover
    from bot.serving import commands as serving
    from bot.signing import commands as signing
    from bot.storage import commands as storage

    signing.add_arguments(content.add_arguments(commands))
    for part in (serving, evaluation, channel, storage, counters, handover, audit):
        part.add_arguments(commands)
