"""The widget's script: from the register, current, small, without what may not be in it."""

from __future__ import annotations

import dataclasses
import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.content.register import get_register
from tests.integration.words import number
from widget import build

SOURCES = sorted((build.FOLDER / "src").glob("*.js"))
SCRIPT = build.script(get_register())


def changed(**replies):
    """The register with the words of some widget replies changed."""
    register = get_register()
    new = {
        key: reply.model_copy(update={"bubbles": {"en": (replies[reply.id],)}})
        if reply.id in replies
        else reply
        for key, reply in register.replies.items()
    }
    return dataclasses.replace(register, replies=new)


def test_what_is_committed_is_what_a_build_makes():
    assert build.is_current(build.outputs(get_register())), "run: python -m widget.build"


def test_git_ignores_nothing_of_it():
    files = [str(build.DIST / name) for name in build.outputs(get_register())]
    command = ["git", "check-ignore", "--no-index", *files]
    found = subprocess.run(command, cwd=build.FOLDER, capture_output=True, text=True, check=False)
    # 0 for something ignored, 1 for nothing, 128 outside a repository.
    assert found.returncode, f"a clone would be without {found.stdout}"


def test_a_changed_word_makes_a_new_version(tmp_path):
    old = build.outputs(get_register())
    new = build.outputs(changed(**{"widget/send": "Post"}))
    assert set(old) & set(new) == {"manifest.json"}
    build.write(old, tmp_path)
    assert build.is_current(old, tmp_path) and not build.is_current(new, tmp_path)
    build.write(new, tmp_path)
    assert build.is_current(new, tmp_path), "nothing of the old version is left"
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert (tmp_path / manifest["script"]).exists()


def test_check_tells_an_old_build_from_a_current_one(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(build, "DIST", tmp_path)
    monkeypatch.setattr(sys, "argv", ["build", "--check"])
    monkeypatch.setattr(build, "is_current", lambda made: False)
    assert build.main() == 1
    assert "python -m widget.build" in capsys.readouterr().out


def test_it_can_be_started_as_documented():
    done = subprocess.run(
        [sys.executable, "-m", "widget.build", "--check"],
        cwd=Path(build.__file__).parents[1],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, "widget/dist is current\n")


def test_it_is_small_enough():
    assert len(gzip.compress(SCRIPT.encode(), 9)) <= 20_000


def test_no_two_modules_define_one_name(monkeypatch):
    monkeypatch.setattr(build, "MODULES", ("dom", "dom"))
    with pytest.raises(build.BuildError, match="make"):
        build.script(get_register())


def test_every_module_is_in():
    assert {path.stem for path in SOURCES} == set(build.MODULES)


def test_no_word_may_name_a_force():
    with pytest.raises(build.BuildError, match="widget/send"):
        build.words_of(changed(**{"widget/send": "Send to {force.name}"}))


# Words


def used_words() -> set[str]:
    source = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    named = set(re.findall(r"\b(?:word|label): \"(\w+)\"", source))
    named |= set(re.findall(r"words\.(\w+)", source))
    quoted = set(re.findall(r"\"(\w+)\"", source))
    every = build.words_of(get_register())["en"]
    groups = ("notice", "account_ask", "account_head")
    begun = {f"{group}_{word}" for word in quoted for group in groups}
    return {key for key in every if key in named | quoted | begun}


def test_each_word_is_used_and_each_used_word_exists():
    words = set(build.words_of(get_register())["en"])
    assert words - used_words() == set()
    source = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    needed = set(re.findall(r"\b(?:word|label): \"(\w+)\"", source))
    needed |= set(re.findall(r"(?<=#words\.)\w+", source))
    assert needed and needed - words == set()


def test_the_modules_hold_no_sentences_and_no_numbers_to_call():
    for path in SOURCES:
        code = path.read_text(encoding="utf-8")
        for comment in (build._COMMENT, build._REMARK):
            code = comment.sub("", code)
        sentences = re.findall(r"\"[A-Z][a-z]+ [a-z]+ [^\"]*\"", code)
        assert sentences == [], path.name
        assert re.findall(r"\b0[0-9 ]{9,}\b", code) == [], path.name


def test_a_language_is_in_only_when_all_its_words_are():
    assert list(build.words_of(get_register())) == ["en"]
    for language, words in build.words_of(get_register()).items():
        assert all(text.strip() for text in words.values()), language


CLAIMS = re.compile(
    r"(deletes?|clears?|erases?|wipes?|removes?) (all |your |the )*(history|cookies|traces|bills?)"
    r"|leaves? no trace|(is|are) (private|anonymous|untraceable)",
    re.IGNORECASE,
)


def test_nothing_is_promised_that_a_website_cannot_do():
    words = build.words_of(get_register())["en"]
    for key, text in words.items():
        for claim in CLAIMS.finditer(text):
            assert re.search(r"\bnot $", text[: claim.start()]), f"{key}: {claim[0]}"
    everything = " ".join(words.values())
    for told in (
        "does not delete your history",
        "spyware",
        "keyboard",
        "shared account",
        "backup",
        "internet at home",
        "call list",
        "bill",
    ):
        assert told in everything, told
    assert CLAIMS.search("It clears your history")


def test_what_must_be_known_stands_before_the_start():
    words = build.words_of(get_register())["en"]
    assert words["danger"].startswith("In danger? Call 999")
    first = " ".join(words[f"notice_{key}"] for key in ("computer", "device", "exit"))
    assert len(first.split()) <= 45
    for told in (
        "a computer",
        "it isn't a report",
        "call 999",
        "see this device",
        "Leave now",
    ):
        assert told in first, told
    notice = " ".join(text for key, text in words.items() if key.startswith("notice_"))
    for told in (
        "usually for half an hour after your last message, never for more than a day",
        "Shift key three times",
    ):
        assert told in notice, told
    assert "mobile" in words["silent"] and "when asked" in words["silent"]
    assert "does not show where you are" in words["help_silent"]


# Where it may lead


def test_links_lead_only_to_hosts_of_the_register():
    hosts = build.hosts_of(get_register())
    assert ".police.uk" in hosts and "www.samaritans.org" in hosts
    assert not [host for host in hosts if host.endswith(".police.uk") and host != ".police.uk"]
    assert not [host for host in hosts if "/" in host or ":" in host or host.count(".") < 1]
    assert "www.bbc.co.uk" not in hosts


def test_calls_are_numbers_of_the_register():
    calls = build.calls_of(get_register())
    assert {re.sub(r"\D", "", number(one)) for one in ("nsh", "samaritans")} | {"101"} <= set(calls)
    assert "999" not in calls and "18001101" not in calls
    assert all(re.fullmatch(r"\d{3,11}", number) for number in calls)


# What may not be in it


@pytest.mark.parametrize(
    "forbidden",
    [
        "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "eval(",
        "new Function", "localStorage", "sessionStorage", "indexedDB", "document.cookie", "caches.",
        "serviceWorker", "sendBeacon", "pushState", "replaceState", "location.hash", "showModal",
        "stopPropagation", "Notification", "setAttribute(\"style\"", "import(", "XMLHttpRequest",
    ],
)  # fmt: skip
def test_the_script_does_not_use(forbidden):
    assert forbidden not in SCRIPT


def test_the_script_names_no_address_of_its_own():
    found = set(re.findall(r"https?://[a-z][^\s\"'`)]*", SCRIPT))
    assert found == {"https://www.bbc.co.uk/weather"}
    assert "stalk" not in next(iter(build.outputs(get_register())))
