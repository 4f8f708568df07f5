"""A small real file system that can be filled and emptied, for tests that run as root."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.programs import do_without

_SIZE = "24m"
_BLOCK = b"\0" * 65_536


class SmallDisk:
    """A file system in memory.

    Attributes:
        folder: where it is mounted.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self) -> None:
        """Leave no room at all."""
        with self._filler.open("ab", buffering=0) as file:
            for size in (len(_BLOCK), 1):
                try:
                    while True:
                        file.write(_BLOCK[:size])
                except OSError:
                    continue

    def make_room(self) -> None:
        """Take the filler away."""
        self._filler.unlink(missing_ok=True)


@pytest.fixture
def small_disk() -> Iterator[SmallDisk]:
    """An empty one that every user can enter, unmounted afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="chat-disk-"))
    folder.chmod(0o755)
    command = ["mount", "-t", "tmpfs", "-o", f"size={_SIZE},mode=0755", "tmpfs", folder]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode != 0:
        folder.rmdir()
        do_without("no file system can be mounted here: only root may")
    yield SmallDisk(folder)
    # Lazily: a server that was just ended may still hold a file.
    subprocess.run(["umount", "--lazy", folder], check=True)
    folder.rmdir()
