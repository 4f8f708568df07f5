"""What one address can take from others: `python -m benchmarks.half_open`.

Starts nginx as it is shipped, has one address open twice as many lines as it has connections, on
port 80 and on port 443, and finish none, and asks from another one for the help page over HTTPS
meanwhile. `--nftables` does it with `deploy/nftables/chat.nft` loaded, in a network of its own.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.half_open import kernel
from benchmarks.half_open.probes import Door, attacking, knocking
from local_servers.nginx import serving
from local_servers.ports import free_ports
from local_servers.shipped_nginx import fitted

# Port, and what is sent of a request or of TLS.
_KINDS = {
    "nothing": (0, ""),
    "80-head": (80, "head"),
    "443-hello": (443, "hello"),
    "443-head": (443, "head"),
}
_COLUMNS = (
    "attack",
    "lines tried",
    "held",
    "refused by the kernel",
    "answered",
    "median",
    "slowest",
)
_PATIENCE = 5.0


def main() -> None:
    """Measure each kind of line in turn, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nftables", action="store_true", help="with limits of the kernel too")
    parser.add_argument("--times", type=float, default=2.0, help="lines, of nginx's connections")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long each is looked at")
    parser.add_argument("--kind", choices=_KINDS, action="append", help="instead of all")
    given = parser.parse_args()
    if given.nftables:
        kernel.enter_network()
    print(f"| {' | '.join(_COLUMNS)} |\n{'|---' * len(_COLUMNS)}|", flush=True)
    for kind in given.kind or _KINDS:
        with tempfile.TemporaryDirectory(prefix="chat-half-open-") as folder:
            print(_measured(kind, Path(folder) / "nginx", given), flush=True)


def _measured(kind: str, folder: Path, given: argparse.Namespace) -> str:
    """A row of the table."""
    gateway, secure, plain = free_ports(3)
    config = fitted(folder, gateway, secure, plain)
    each = re.search(r"worker_connections (\d+)", config.read_text())
    assert each
    tries = int(given.times * int(each[1]) * (os.cpu_count() or 1))
    door = Door(secure, plain, folder / "tls" / "CERTIFICATE.pem")
    if given.nftables:
        kernel.load(folder, secure, plain)
    port, sent = _KINDS[kind]
    with serving(config, secure):
        if not port:
            return _row(kind, 0, 0, knocking(door, given.seconds, _PATIENCE))
        with attacking(sent, plain if port == 80 else secure, tries) as attack:
            found = knocking(door, given.seconds, _PATIENCE)
            return _row(kind, attack.tried(), attack.held(), found)


def _row(kind: str, tries: int, held: int, found: Sequence[float | None]) -> str:
    took = [one for one in found if one is not None]
    figures = f"{1_000 * statistics.median(took):.0f} ms | {max(took):.2f} s" if took else "- | -"
    answered = f"{len(took)} of {len(found)}"
    return f"| {kind} | {tries:,} | {held:,} | {kernel.refused():,} | {answered} | {figures} |"


if __name__ == "__main__":
    main()
