"""`deploy/nftables/chat.nft` in a network of its own, which this machine's is not touched by."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from bot.settings import ROOT
from local_servers.programs import Missing, find

_INSIDE = "CHAT_OWN_NETWORK"


def enter_network() -> None:
    """Start this program anew in a network of its own, unless it is in one.

    Raises:
        Missing: nftables is not on this machine, or it gives no network of one's own.
    """
    find("nft")
    if os.environ.get(_INSIDE):
        subprocess.run([find("ip"), "link", "set", "lo", "up"], check=True)  # noqa: S603
        return
    # As root with all rights of root: nginx opens more files than others may.
    own = "--net" if os.geteuid() == 0 else "--map-root-user --net"
    command = [str(find("unshare")), *own.split()]
    if subprocess.run([*command, "true"], check=False).returncode:  # noqa: S603
        raise Missing("this machine gives no network of one's own (unshare)")
    command += [sys.executable, *sys.orig_argv[1:]]
    os.execve(command[0], command, os.environ | {_INSIDE: "1"})  # noqa: S606


def load(folder: Path, secure: int, plain: int) -> None:
    """Load the limits for these ports, in the place of those loaded before.

    Args:
        folder: where the fitted file is written.
        secure: port in the place of 443.
        plain: port in the place of 80.
    """
    text = (ROOT / "deploy" / "nftables" / "chat.nft").read_text()
    for found, here in ((r"\b443\b", str(secure)), (r"\b80\b", str(plain))):
        text = re.sub(found, here, text)
    rules = folder / "chat.nft"
    rules.write_text(text)
    subprocess.run([find("nft"), "-f", rules], check=True)  # noqa: S603


def refused() -> int:
    """How many packets the limits have refused since they were loaded; 0 where none are."""
    if not os.environ.get(_INSIDE):
        return 0
    command = [find("nft"), "list", "table", "inet", "chat"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603
    return sum(map(int, re.findall(r"counter packets (\d+)", told)))
