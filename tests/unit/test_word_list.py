"""How the word list is counted from the corpus, by its command."""

from __future__ import annotations

import runpy
import sys
import textwrap

import pytest

from bot.nlu import corpus
from bot.safety import words
from training.words import slips


@pytest.fixture
def count(monkeypatch, tmp_path):
    """Counts the words of training examples, into another file than the bot's."""
    monkeypatch.setattr(words, "FILE", tmp_path / "words.txt")
    # As in a process that only runs the command.
    monkeypatch.delitem(sys.modules, "training.words")

    def count(examples, *, named):
        file = tmp_path / "nlu" / "deeper" / "examples.yml"
        file.parent.mkdir(parents=True)
        file.write_text(examples, encoding="utf-8")
        monkeypatch.setattr(corpus, "DATA", tmp_path)
        monkeypatch.setattr(sys, "argv", ["words", *[str(file)] * named])
        runpy.run_module("training.words", run_name="__main__")
        return words.FILE.read_text(encoding="utf-8").splitlines()

    yield count
    monkeypatch.undo()
    words.read_anew()


@pytest.mark.slow
def test_the_list_is_counted_from_the_corpus_wherever_it_is_called(count, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    head, *lines = count(
        "nlu:\n"
        "- intent: emergency/weapon\n  examples: |\n    - He’s got a knife\n    - a KNIFE\n"
        "- intent: other_language\n  examples: |\n    - pomocy\n"
        "- lookup: nation\n  examples: |\n    - wales\n",
        named=False,
    )
    assert head.startswith("#")
    assert lines[:4] == ["a 2", "knife 2", "got 1", "he's 1"]
    # The places that are one slip from a word, which nobody typed here.
    assert "woking 0" in lines[4:]
    assert all(line.endswith(" 0") for line in lines[4:])


def test_without_examples_the_list_stays(monkeypatch, tmp_path):
    monkeypatch.setattr(words, "FILE", tmp_path / "words.txt")
    words.FILE.write_text("knife 2\n", encoding="utf-8")
    monkeypatch.setattr(corpus, "DATA", tmp_path / "nothing")
    monkeypatch.setattr(sys, "argv", ["words"])
    monkeypatch.delitem(sys.modules, "training.words")
    with pytest.raises(SystemExit, match=r"no training examples: words\.txt stays"):
        runpy.run_module("training.words", run_name="__main__")
    assert words.FILE.read_text(encoding="utf-8") == "knife 2\n"


@pytest.mark.slow
def test_what_the_bot_would_mend_is_judged_by_the_list_without_slips(count):
    examples = textwrap.indent("- stalking\n" * 300 + "- salking\n" * 5, "    ")
    _, *lines = count(f"nlu:\n- intent: advice/traces\n  examples: |\n{examples}", named=True)
    assert lines[0] == "stalking 300"
    assert "talking 0" in lines, "one slip from it, and an English word"
    # Near the slip only, which is in the list no more.
    assert not any(line.startswith(("salking ", "walking ")) for line in lines)


def test_a_slip_that_stands_in_the_corpus_is_no_word(monkeypatch):
    counts = {"outside": 900, "outsid": 2, "outsdie": 40, "grumpy": 1, "gaffer": 29, "gaffr": 1}
    monkeypatch.setattr(words, "_counts", lambda: counts)
    # Near a rare word, or too common itself, it stays; so does what the dictionary knows.
    assert slips(counts, {"grumpy"}) == ["outsid"]
    assert slips(counts, {"grumpy", "outsid"}) == []
