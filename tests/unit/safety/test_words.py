"""The word list, how it is built, and cutting words apart."""

from __future__ import annotations

import pytest

from bot.safety import words
from tests.unit.safety.phrases import PRESENT_DANGER


def test_common_words_are_known_and_noise_is_not():
    assert all(map(words.is_word, ("outside", "knife", "help", "hes", "door", "following")))
    assert not any(map(words.is_word, ("", "qwrtp", "hesoutsidemyhouse", "999")))


def test_the_words_of_danger_can_be_cut_out_of_a_run():
    """Words of the rules' own phrases are common enough, but for the rare ones."""
    runs = {
        phrase: phrase.lower().replace("'", "").replace(" ", "")
        for phrases in PRESENT_DANGER.values()
        for phrase in phrases
        if phrase.isascii() and len(phrase) > 12
    }
    cut = {
        phrase
        for phrase, run in runs.items()
        if words.split(run) == phrase.lower().replace("'", "").replace(",", "").split()
    }
    assert len(cut) / len(runs) > 0.7


@pytest.mark.parametrize(
    ("run", "pieces"),
    [
        ("hesoutside", ["hes", "outside"]),
        ("helpme", None),  # too short to be sure
        ("outside", None),
        ("antenna", None),
        ("", None),
        ("he" * 200, None),
    ],
)
def test_split(run, pieces):
    assert words.split(run) == pieces


def test_a_shorter_run_may_be_asked_for():
    assert words.split("helpme", shortest=4) == ["help", "me"]


def test_frequency():
    assert words.frequency("the") > words.frequency("machete") > 0 == words.frequency("zzzz")


def test_the_list_is_counted_from_examples(tmp_path):
    (tmp_path / "a.yml").write_text(
        "nlu:\n"
        "- intent: emergency/weapon\n  examples: |\n    - He’s got a knife\n    - a KNIFE\n"
        "- intent: other_language\n  examples: |\n    - pomocy\n"
        "- lookup: nation\n  examples: |\n    - wales\n",
        encoding="utf-8",
    )
    lines = words.build([tmp_path / "a.yml"]).splitlines()
    assert lines[0].startswith("#")
    assert lines[1:] == ["a 2", "knife 2", "got 1", "he's 1"]


def test_a_slip_that_stands_in_the_corpus_is_no_word(monkeypatch):
    counts = {"outside": 900, "outsid": 2, "outsdie": 16, "grumpy": 1, "gaffer": 30, "gaffr": 1}
    monkeypatch.setattr(words, "_counts", lambda: counts)
    # Near a rare word, or too common itself, it stays; so does what the dictionary knows.
    assert words._slips({"grumpy"}) == ["outsid"]
    assert words._slips({"grumpy", "outsid"}) == []


def test_the_list_has_no_slips_of_common_words():
    assert not any(words.is_word(slip) for slip in ("outsid", "outsdie", "folowing", "becuase"))
