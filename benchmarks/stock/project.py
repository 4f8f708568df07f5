"""A stock Rasa project with this bot's training data: `rasa init`'s pipeline and policies.

    python -m benchmarks.stock.project FOLDER

Training data, rules, stories and the domain's intents, slots, forms and actions are the
product's own files. Its own components cannot be in it, so the words that the register's response
generator looks up are written into the domain's responses.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import yaml

from bot.content import render
from bot.content.hours import now_in_london
from bot.content.register import get_register
from bot.rasa_adapters.domain_replies import REFERENCE
from bot.settings import ROOT, get_settings

CONFIG = Path(__file__).with_name("config.yml")


def write(folder: Path) -> None:
    """Write the project: config.yml, domain.yml, data/ and credentials.yml."""
    shutil.rmtree(folder / "data", ignore_errors=True)
    (folder / "data").mkdir(parents=True)
    shutil.copytree(ROOT / "data" / "nlu", folder / "data" / "nlu")
    for name in ("rules.yml", "stories.yml"):
        shutil.copy(ROOT / "data" / name, folder / "data" / name)
    shutil.copy(CONFIG, folder / "config.yml")
    (folder / "credentials.yml").write_text("rest:\n", encoding="utf-8")
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    domain["responses"] = {
        name: [_words(variants[0]["text"])] for name, variants in domain["responses"].items()
    }
    text = yaml.safe_dump(domain, allow_unicode=True, sort_keys=False, width=1_000)
    (folder / "domain.yml").write_text(text, encoding="utf-8")


def _words(reference: str) -> dict[str, Any]:
    """The register item that a response names, as a plain response with text and buttons."""
    register = get_register()
    where = render.Context(register.forces[get_settings().force], now_in_london())
    reply = register.reply(reference.removeprefix(REFERENCE), where.nation)
    return {
        "text": "\n\n".join(render.bubbles(register, reply, where)),
        "buttons": [
            {"title": button.title, "payload": button.payload}
            for button in render.buttons(register, reply, where)
        ],
    }


if __name__ == "__main__":
    write(Path(sys.argv[1]))
