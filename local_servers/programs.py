"""The server programs of this machine that are started here."""

from __future__ import annotations

import shutil
from pathlib import Path

_PACKAGES = {
    "nginx": "nginx",
    "redis-server": "redis-server",
    "initdb": "postgresql",
    "make": "make",
    "ss": "iproute2",
    "ip": "iproute2",
    "nft": "nftables",
    "openssl": "openssl",
    "unshare": "util-linux",
}
# Most systems leave PostgreSQL's own programs out of the PATH.
_POSTGRESQL = Path("/usr/lib/postgresql")


class Missing(Exception):
    """A program is not installed on this machine."""


def find(program: str) -> Path:
    """Where a program is.

    Raises:
        Missing: it is not there.
    """
    if found := shutil.which(program):
        # As it is called: a link such as redis-server tells the program behind it what to be.
        return Path(found)
    if found := max(_POSTGRESQL.glob(f"*/bin/{program}"), default=None):
        return found
    raise Missing(f"no {program} on this machine: apt install {_PACKAGES[program]}")
