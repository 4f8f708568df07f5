"""Puts the widget's modules and the register's words into one file: `python -m widget.build`.

One file, because a browser checks the integrity of the file that a page names, not of what that
file imports. Comments, indentation and spaces beside signs are left out; names and lines stay, so
that a force's security team can compare what it serves with the source.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

from bot.content import render
from bot.content.hours import now_in_london
from bot.content.models import Language, Reply
from bot.content.register import Register, load
from bot.safety.rules import MAX_CHARACTERS

FOLDER = Path(__file__).parent
DIST = FOLDER / "dist"
# In the order in which they need each other.
MODULES = (
    "hints", "dom", "links", "layout", "announcer", "aloud", "transport", "leave", "looks", "mount",
    "styles", "views", "comfort", "account", "chat",
)  # fmt: skip
PREFIX = "widget/"
CHOICES = "widget/first_choices"
POLICE = ".police.uk"

_IMPORT = re.compile(r"^import [^;]+;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)
# Comments that have lines of their own, and those at the end of a line.
_COMMENT = re.compile(r"^ *(?://[^\n]*|/\*.*?\*/)\n", re.MULTILINE | re.DOTALL)
_REMARK = re.compile(r" // [^\n\"'`]*$", re.MULTILINE)
_SPACE = re.compile(r"^\s+", re.MULTILINE)
# Strings, templates and regular expressions stay as they are; spaces beside signs go.
_SPACED = re.compile(
    r"""("(?:[^"\\\n]|\\.)*"|`[^`]*`|/(?![/*\s])(?:\[(?:[^\]\\]|\\.)*\]|\\.|[^/\\\n\[])+/)"""
    r"| ?([=?:&|<>,{}()!+*-]+) ?"
)
_KEY = re.compile(r'^"(\w+)": ', re.MULTILINE)
_CSS_SPACE = re.compile(r"\s*([{};,]|(?<=[a-z]):(?= ))\s*")
# What one file may define only once, though each module has a scope of its own.
_TOP = re.compile(r"^(?:export )?(?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE)
_URL = re.compile(r"https://[^\s\"']+")


class BuildError(Exception):
    """The script cannot be put together. The message says why."""


def words_of(register: Register) -> dict[str, dict[str, str]]:
    """Language -> key -> words. A language is in only when every reply has it.

    Raises:
        BuildError: a reply names a force, though the script serves every force.
    """
    replies = [reply for reply in register.replies.values() if reply.id.startswith(PREFIX)]
    complete = [
        language
        for language in get_args(Language)
        if all(language in reply.bubbles for reply in replies)
    ]
    return {
        language: {
            reply.id.removeprefix(PREFIX): _text(register, reply, language)
            for reply in replies
            if reply.id != CHOICES
        }
        for language in complete
    }


def _text(register: Register, reply: Reply, language: Language) -> str:
    written = " ".join(reply.bubbles[language])
    if "{force." in written or "{site." in written:
        raise BuildError(f"{reply.id}: names a force, but the script serves every force")
    return render.fill(register, written, _context(register, language))


def _context(register: Register, language: Language) -> render.Context:
    force = register.forces[render.DEFAULT_FORCE]
    return render.Context(force=force, moment=now_in_london(), language=language)


def choices_of(register: Register) -> dict[str, list[str]]:
    """Language -> the first choices. They are sent as typed text."""
    return {language: list(texts) for language, texts in register.reply(CHOICES).bubbles.items()}


def hosts_of(register: Register) -> list[str]:
    """The hosts of every address that a reply, a service or a force can show.

    One that begins with "." stands for all hosts under it: only police forces get a name there.
    """
    shown: list[str] = []
    for service in register.services.values():
        shown.append(str(service.url or ""))
    for force in register.forces.values():
        shown += [str(force.home_url), str(force.report_url or "")]
    for reply in register.replies.values():
        if reply.id.startswith(PREFIX):
            continue
        shown_texts = (reply.bubbles, reply.steps, reply.more, reply.simple)
        for texts in (one for by_language in shown_texts for one in by_language.values()):
            shown += _URL.findall(" ".join(texts))
    hosts = {urlsplit(url).netloc for url in shown if url.startswith("https://")}
    return sorted({POLICE if host.endswith(POLICE) else host for host in hosts})


def calls_of(register: Register) -> list[str]:
    """The numbers that may become call links, as digits."""
    numbers = {service.phone for service in register.services.values() if service.phone}
    numbers |= {force.non_emergency_phone for force in register.forces.values()}
    return sorted(re.sub(r"\D", "", number) for number in numbers)


def texts_of(register: Register) -> list[str]:
    """The numbers that may become links to text to, as digits."""
    numbers = {one.text_number for one in register.services.values() if one.text_number}
    return sorted(re.sub(r"\D", "", number) for number in numbers)


def words_module(register: Register) -> str:
    """The generated module `words.js`."""
    values = {
        "WORDS": words_of(register),
        "CHOICES": choices_of(register),
        "HOSTS": hosts_of(register),
        "CALLS": calls_of(register),
        "TEXTS": texts_of(register),
        "LIMIT": MAX_CHARACTERS,
    }
    written = (
        f"const {name} = {json.dumps(value, ensure_ascii=False, indent=0)};\n"
        for name, value in values.items()
    )
    return "".join(_KEY.sub(r"\1:", text) for text in written)


def script(register: Register) -> str:
    """The whole script.

    Raises:
        BuildError: two modules define the same name.
    """
    defined: set[str] = set()
    parts = ["// A chat for a web page. Readable source: folder widget/src of the project.\n"]
    parts.append(words_module(register))
    for name in MODULES:
        source = (FOLDER / "src" / f"{name}.js").read_text(encoding="utf-8")
        names = set(_TOP.findall(source))
        if twice := defined & names:
            raise BuildError(f"{name}.js: {', '.join(twice)}: also defined in another module")
        defined |= names
        for pattern in (_IMPORT, _COMMENT, _REMARK, _SPACE, _EXPORT):
            source = pattern.sub("", source)
        tight = _CSS_SPACE if name == "styles" else _SPACED
        parts.append(tight.sub(lambda match: match[match.lastindex or 0], source))
    return "".join(parts)


def outputs(register: Register) -> dict[str, bytes]:
    """File name -> content of everything in `dist/`."""
    body = script(register).encode()
    version = hashlib.sha256(body).hexdigest()[:10]
    digest = base64.b64encode(hashlib.sha384(body).digest()).decode()
    name = f"chat-{version}.js"
    packed = _packed(body)
    manifest = {
        "version": version,
        "script": name,
        "integrity": f"sha384-{digest}",
        "brotli": hashlib.sha256(packed).hexdigest(),
    }
    return {
        name: body,
        f"{name}.br": packed,
        "manifest.json": (json.dumps(manifest, indent=2) + "\n").encode(),
    }


def _packed(body: bytes) -> bytes:
    try:
        import brotli  # only who builds needs it
    except ImportError as error:
        raise BuildError("the package brotli is missing: run make check once") from error
    packed: bytes = brotli.compress(body, mode=brotli.MODE_TEXT)
    return packed


def is_current(made: dict[str, bytes], folder: Path = DIST) -> bool:
    """True when `dist/` holds exactly what a build would write."""
    found = {path.name: path.read_bytes() for path in folder.glob("*") if path.is_file()}
    return found == made


def write(made: dict[str, bytes], folder: Path = DIST) -> None:
    """Write `dist/`, without files of earlier builds."""
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*"):
        if path.name not in made:
            path.unlink()
    for name, body in made.items():
        (folder / name).write_bytes(body)


def main() -> int:
    """Build, or with `--check` tell whether `dist/` is current (exit code 1 when not)."""
    parser = argparse.ArgumentParser(prog="python -m widget.build", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, only compare")
    check = parser.parse_args().check
    made = outputs(load())
    if check:
        current = is_current(made)
        print("widget/dist is current" if current else "widget/dist is old: python -m widget.build")
        return 0 if current else 1
    write(made)
    print(f"widget/dist/{next(iter(made))}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
