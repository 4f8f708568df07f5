"""The changes that a force makes most, each in a copy of the tree: everything else follows.

A number is one line, a force is one file, a topic is one reply with its questions.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.content import lint
from bot.content.answers import answers, titles
from bot.content.hours import now_in_london
from bot.content.register import get_register, load
from bot.nlu.answer_index import AnswerIndex, Query
from bot.nlu.encoder import encoder
from bot.nlu.readings import Readings
from bot.settings import ROOT
from tests.integration.words import number
from widget import build

pytestmark = pytest.mark.slow

# Ofcom keeps it free for drama.
NEW_NUMBER = "0808 157 0123"
FORCE = """\
forces:
  - id: wessex
    name: Wessex Police
    nation: england
    home_url: https://www.wessex.police.uk/
    non_emergency_phone: '101'
    source: 'Wessex Police: home page'
    reviewed: {today}
    review_by: {today}
"""
TOPIC = """\
replies:
  - id: safety/allotment
    nation: uk
    topic: advice/personal_safety
    button: {en: "Safety at my allotment"}
    bubbles:
      en:
        - >-
          Go with somebody you're sure is safe, and at times that differ. Ask the site to keep the
          gate shut, and write down each time {they=the person} came. If you're in danger, call 999.
    offers: [safety/night_out]
    asks:
      en:
        - "he turns up at my allotment"
        - "how do i stay safe at my allotment"
        - "can i still go to my vegetable plot"
        - "she waits by my allotment shed"
        - "somebody hangs round the allotments when i dig"
        - "is my allotment safe with him about"
        - "the allotment committee let her in, what can i do at the plot"
        - "advice for going to the allotment alone"
    facts: [emg-999-when]
    reviewed: TODAY
    review_by: TODAY
"""
# Tests that read what follows the register: the widget's script, the pages, lists of helplines.
FOLLOWING = (
    "tests/unit/widget/test_build.py", "tests/unit/gateway/pages",
    "tests/unit/content/test_render.py",
)  # fmt: skip


def _left_out(folder: str, names: list[str]) -> set[str]:
    """What is large or made: the corpus is linked, the rest is not needed."""
    large = {
        ROOT: {".venv", "models", "reports", "state", ".git"},
        ROOT / "data": {"encoder", "nlu", "turns", "background"},
    }
    return {"__pycache__", *large.get(Path(folder), ())} & {*names}


@pytest.fixture
def copy(tmp_path) -> Path:
    """What a contributor works on; the encoder and the corpus are read only."""
    root = tmp_path / "copy"
    shutil.copytree(ROOT, root, ignore=_left_out)
    for one in ("encoder", "nlu", "turns"):
        (root / "data" / one).symlink_to(ROOT / "data" / one)
    return root


@pytest.fixture
def run(copy) -> Callable[..., str]:
    """Runs a Python module in the copy, which must succeed, and returns what it prints."""

    def run(*arguments: str, **environment: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy), **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def write(copy: Path, name: str, text: str) -> None:
    path = copy / "data" / "content" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def today() -> str:
    return now_in_london().date().isoformat()


def findings(copy: Path) -> list[str]:
    return [str(one) for one in lint.check(load(copy / "data" / "content"))]


def test_a_changed_number_is_one_line(copy, run):
    services, old = copy / "data" / "content" / "services.yml", number("nsh")
    before = services.read_text(encoding="utf-8")
    after = before.replace(f"    phone: {old}\n", f"    phone: {NEW_NUMBER}\n")
    assert (
        sum(one != other for one, other in zip(before.split("\n"), after.split("\n"), strict=True))
        == 1
    )
    services.write_text(after, encoding="utf-8")
    assert findings(copy) == []

    run("widget.build")
    (script,) = (copy / "widget" / "dist").glob("chat-*.js")
    assert script.read_text().count(NEW_NUMBER) == 2 and '"08081570123"' in script.read_text()
    served = "from widget.demo.serve import DemoSite as S; print(S(0, 'a').file('plain.html'))"
    (copy / "shown.py").write_text(served)
    assert NEW_NUMBER in run("shown")
    assert NEW_NUMBER in run("bot", "snippet", "https://chat.example/chat")
    assert NEW_NUMBER in run("bot", "content", "show", "hl-nsh"), "the fact says it too"
    left = [
        path.relative_to(copy).as_posix()
        for pattern in (
            "*.md",
            "docs/**/*.md",
            "widget/**/*.*",
            "bot/**/*.*",
            "data/content/**/*.*",
        )
        for path in copy.glob(pattern)
        if path.suffix not in (".pyc", ".br") and old in path.read_text(encoding="utf-8")
    ]
    assert left == [], "the old number stands here"
    run("pytest", "-p", "no:cacheprovider", "-o", "addopts=", *FOLLOWING)


def test_a_new_force_is_one_file(copy, run):
    write(copy, "forces/wessex.yml", FORCE.format(today=today()))
    assert findings(copy) == []
    register = load(copy / "data" / "content")
    assert build.script(register) == build.script(get_register()), "the script serves every force"
    said = run("bot", "content", "show", "reporting/how", "--force", "wessex")
    assert str(register.services["find_my_force"].url) in said, "it has no report page of its own"
    wessex = {"CHAT_FORCE": "wessex"}
    assert "https://www.wessex.police.uk/" in run(
        "bot", "snippet", "https://c.example/chat", **wessex
    )
    by_force = ("tests/unit/rasa_adapters/test_responses.py", "-k", "force")
    run("pytest", "-p", "no:cacheprovider", "-o", "addopts=", *by_force)


def test_a_new_topic_is_one_reply_with_its_questions(copy, run):
    write(copy, "replies/answers/allotment.yml", TOPIC.replace("TODAY", today()))
    assert findings(copy) == []
    register = load(copy / "data" / "content")
    assert build.script(register) == build.script(get_register())
    assert "allotment" in run("bot", "content", "show", "safety/allotment")

    # Among its neighbours, by questions that it does not list; nothing is trained.
    known = [one for one in answers(register) if one.topic == "advice/personal_safety"]
    assert len(known) > 10
    index = AnswerIndex.build(known, titles(register), encoder())
    for asked in ("i have an allotment and he knows it, how can i go there safely",
                  "she hangs about near my shed at the allotments"):  # fmt: skip
        text = Readings.of(asked).about_a_man
        alone = encoder().encode(text, in_pieces=False).asked
        ((first, _), *_), _ = index.find(Query(text, alone, None, ""))
        assert first == "safety/allotment", asked
