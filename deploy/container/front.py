"""Fits the files of deploy/nginx/ to containers, and writes them to a folder: docs/containers.md.

    python deploy/container/front.py FOLDER

Only what differs from site to site is replaced: the chat's name, where the bot is, and the websites
that carry the chat. Whatever a container cannot know comes from its environment:

    SERVER_NAME  the chat's address, such as chat.example.police.uk
    BOT          where its processes are, such as "bot:5005 bot:5006"
    BOT_ANY      where to ask when none of these answers; as BOT where it is not set

The websites are those of CHAT_ORIGINS.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.errors import OperatorError
from bot.settings import ROOT, get_settings

SHIPPED = ROOT / "deploy" / "nginx"
_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_PLACE = re.compile(r"[A-Za-z0-9.-]+:\d{1,5}")
# Lines of the upstream that differ in the port only.
_SERVERS = re.compile(r"(?:^( *server )127\.0\.0\.1:\d+ (.+;)\n)+", re.MULTILINE)
_EXAMPLE_ORIGIN = '    # "https://www.example.police.uk" $http_origin;\n'


def fitted(text: str, folder: Path, name: str, first: Sequence[str], backup: Sequence[str]) -> str:
    """Returns the shipped nginx.conf for containers.

    Args:
        text: the shipped file.
        folder: where it will be, beside the folder `static`.
        name: the chat's address.
        first: where the bot is, with the ports.
        backup: where it is asked when none of these answers.

    Raises:
        ValueError: something of this is no name, or is not in the file.
    """
    if not _NAME.fullmatch(name) or not all(map(_PLACE.fullmatch, (*first, *backup))):
        raise ValueError("SERVER_NAME, BOT or BOT_ANY is no name, or a port is missing")

    def servers(found: re.Match[str]) -> str:
        places = backup if found[2].endswith(" backup;") else first
        return "".join(f"{found[1]}{place} {found[2]}\n" for place in places)

    text, times = _SERVERS.subn(servers, text)
    if times != 2:
        raise ValueError("nginx.conf: the upstream has other lines than before")
    for found, here in (
        ("chat.example.police.uk", name),
        ("/var/www/chat", f"{folder}/static"),
        # In a container `auto` counts the cores of the whole machine.
        ("worker_processes auto;", "worker_processes 2;"),
    ):
        if found not in text:
            raise ValueError(f"nginx.conf: no {found}")
        text = text.replace(found, here)
    return text


def map_of(text: str, origins: Sequence[str]) -> str:
    """Returns the shipped chat-map.conf with these websites.

    Raises:
        ValueError: it has no line for them.
    """
    if _EXAMPLE_ORIGIN not in text:
        raise ValueError("chat-map.conf: no example of a website")
    lines = "".join(f'    "{origin}" $http_origin;\n' for origin in origins)
    return text.replace(_EXAMPLE_ORIGIN, lines)


def main() -> None:
    """Writes the files.

    Raises:
        SystemExit: a variable is missing or does not fit.
    """
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    texts = {file.name: file.read_text() for file in SHIPPED.glob("*.conf")}
    first = os.environ.get("BOT", "").split()
    backup = os.environ.get("BOT_ANY", "").split() or first
    name = os.environ.get("SERVER_NAME", "")
    try:
        texts["nginx.conf"] = fitted(texts["nginx.conf"], folder, name, first, backup)
        texts["chat-map.conf"] = map_of(texts["chat-map.conf"], get_settings().origins)
    except (ValueError, OperatorError) as problem:
        raise SystemExit(f"{Path(__file__).name}: {problem}. See docs/containers.md") from None
    for name, text in texts.items():
        (folder / name).write_text(text)


if __name__ == "__main__":
    main()
