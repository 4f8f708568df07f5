"""`python -m release sbom FILE`, `archive FOLDER` and `advisories`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bot.errors import OperatorError
from release import archive


def main() -> int:
    """Runs one command and returns its exit code: 0 done, 1 something to mend."""
    parser = argparse.ArgumentParser(prog="python -m release", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("advisories", help="say which pinned libraries nobody has reviewed")
    bill = commands.add_parser("sbom", help="write the bill of materials (CycloneDX)")
    bill.add_argument("file", type=Path)
    packed = commands.add_parser("archive", help="pack the tagged release with its digests")
    packed.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    try:
        if arguments.command == "advisories":
            archive.refuse_unreviewed()
            print("Every pinned library was reviewed.")
        elif arguments.command == "sbom":
            archive.refuse_unreviewed()
            print(f"Written: {archive.write_bill(arguments.file)}")
        else:
            print("Written:", *archive.write(arguments.folder), sep="\n  ")
    except OperatorError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
