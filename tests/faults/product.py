"""The product in a folder of its own, with parts that break on command (`broken.py`)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.integration.conftest import ROOT, Bot, running_bot
from tests.integration.tree import copy_product


def build(folder: Path) -> Path:
    """A tree that behaves like the repository until something is broken in it."""
    copy_product(folder)
    shutil.copy(ROOT / "tests" / "faults" / "broken.py", folder / "actions" / "broken.py")
    return folder


class Product:
    """A running product whose parts break on command.

    Attributes:
        bot: where it is, and how to talk to it.
        tree: its folder.
        faults: the file that says what is broken.
    """

    def __init__(self, bot: Bot, tree: Path, faults: Path) -> None:
        self.bot = bot
        self.tree = tree
        self.faults = faults

    @contextmanager
    def broken(self, fault: str, who: str = "everyone") -> Iterator[None]:
        """Actions of one conversation, or of all, break so until the block ends."""
        self.faults.write_text(f"{fault} {who}\n")
        try:
            yield
        finally:
            self.faults.unlink()

    def is_breaking(self, who: str) -> bool:
        """Whether a broken action of a conversation was called."""
        begun = self.faults.with_name("begun")
        return begun.exists() and who in begun.read_text()


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[Product]:
    """A product started by `python -m bot run` in a tree of its own."""
    tree = folder / "tree"
    if not tree.exists():
        build(tree)
    faults = folder / "faults"
    environment = {
        "PYTHONPATH": str(tree), "FAULTS": str(faults), "CHAT_STATE": str(folder / "state"),
        "CHAT_CONVERSATION_RATE": "0", **settings,
    }  # fmt: skip
    with running_bot(tree, **environment) as bot:
        yield Product(bot, tree, faults)
