"""Perturbations: the same message typed another way, the same each time."""

from __future__ import annotations

import re
import unicodedata

import pytest

from bot.evaluation import perturb
from bot.evaluation.perturb import PERTURBATIONS
from bot.safety.normalise import clean, normalise

MESSAGE = "He's outside my house with a knife, please help. I have 2 kids and it's 999 time"
WORDS = "hes outside my house with a knife please help i have 2 kids and its 999 time".split()  # noqa: SIM905
ODD = ["", " ", "a", "999", "🔪", "помогите", "one", "...", "two words"]


@pytest.mark.parametrize("name", PERTURBATIONS)
def test_the_same_seed_gives_the_same(name):
    assert PERTURBATIONS[name](MESSAGE, 7) == PERTURBATIONS[name](MESSAGE, 7)


@pytest.mark.parametrize(
    "name", ["typos", "homoglyphs", "zero_width", "leetspeak", "missing_spaces", "mixed_language"]
)
def test_seeds_differ(name):
    assert len({PERTURBATIONS[name](MESSAGE, seed) for seed in range(8)}) > 1


@pytest.mark.parametrize("name", PERTURBATIONS)
def test_every_perturbation_changes_a_message(name):
    assert PERTURBATIONS[name](MESSAGE, 0) != (MESSAGE,)


@pytest.mark.parametrize("name", PERTURBATIONS)
@pytest.mark.parametrize("text", ODD)
def test_odd_texts_pass_through(name, text):
    messages = PERTURBATIONS[name](text, 1)
    assert 1 <= len(messages) <= 2
    assert all(isinstance(message, str) for message in messages)


def test_only_splitting_gives_two_messages():
    for name, change in PERTURBATIONS.items():
        assert len(change(MESSAGE, 0)) == (2 if name == "split_in_two" else 1)


def test_one_slip_in_twelve_characters():
    for seed in range(20):
        (typed,) = perturb.typos(MESSAGE, seed)
        assert typed != MESSAGE
        assert abs(len(typed) - len(MESSAGE)) <= len(MESSAGE) / 12 + 1
        assert re.findall(r"\d+", typed) == ["2", "999"]


def test_homoglyphs_look_the_same_and_come_back(monkeypatch):
    monkeypatch.setattr(perturb, "_STYLES", ())
    (typed,) = perturb.homoglyphs(MESSAGE, 3)
    assert len(typed) == len(MESSAGE)
    assert any(unicodedata.name(letter, "").startswith("CYRILLIC") for letter in typed)
    assert normalise(typed) == normalise(MESSAGE)


def test_zero_width_characters_vanish_when_cleaned():
    typed = [perturb.zero_width(MESSAGE, seed)[0] for seed in range(9)]
    assert MESSAGE not in typed
    assert {clean(one.replace("\u200a", "")) for one in typed} == {MESSAGE}


def test_not_every_character_drawn_as_nothing_can_be_told_from_a_space():
    assert any(clean(perturb.zero_width(MESSAGE, seed)[0]) != MESSAGE for seed in range(9))


def test_leetspeak_leaves_figures_and_all_other_letters():
    plain = "he is still outside with a knife 999"
    for seed in range(20):
        (typed,) = perturb.leetspeak(plain, seed)
        assert typed != plain
        assert len(typed) == len(plain)
        assert typed.endswith("999")
        changed = {pair for pair in zip(plain, typed, strict=True) if pair[0] != pair[1]}
        assert all(sign in perturb._FIGURES[letter] for letter, sign in changed)
        # As people do, one sign for a letter all through.
        assert len(changed) == len(dict(changed))


def test_leetspeak_draws_every_sign():
    drawn = "".join(perturb.leetspeak(MESSAGE, seed)[0] for seed in range(60))
    assert set("43105!|@$7") <= set(drawn)


def test_missing_spaces_lose_no_letter():
    for seed in range(20):
        (typed,) = perturb.missing_spaces(MESSAGE, seed)
        assert typed.count(" ") < MESSAGE.count(" ")
        assert typed.replace(" ", "") == MESSAGE.replace(" ", "")


def test_some_draws_leave_no_space_at_all():
    without = [" " not in perturb.missing_spaces(MESSAGE, seed)[0] for seed in range(60)]
    assert 10 <= sum(without) <= 30


def test_capitals_emoji_and_no_punctuation():
    assert perturb.capitals("Help me") == ("HELP ME",)
    assert perturb.emoji_words("A Knife at the door, knifed") == ("A 🔪 at the 🚪, knifed",)
    assert perturb.no_punctuation(MESSAGE)[0].split() == WORDS


def test_emoji_words_come_back_as_words():
    for word, sign in perturb._EMOJI_WORDS.items():
        assert normalise(sign) in {word, word.rstrip("s"), "house", "child"}


def test_two_halves_hold_all_words():
    for seed in range(6):
        halves = perturb.split_in_two(MESSAGE, seed)
        assert all(halves)
        assert " ".join(halves).split() == MESSAGE.split()


def test_another_language_stands_around_the_message_or_between_its_words():
    drawn = [perturb.mixed_language(MESSAGE, seed)[0] for seed in range(60)]
    around = [typed for typed in drawn if MESSAGE in typed]
    between = [typed for typed in drawn if MESSAGE not in typed]
    assert min(len(around), len(between)) >= 20
    assert not any(typed.startswith(MESSAGE) or typed.endswith(MESSAGE) for typed in around)
    for typed in between:
        left = iter(typed.split())
        assert all(word in left for word in MESSAGE.split()), "a word was lost or moved"
        assert typed.split()[0] == "He's" and typed.split()[-1] == "time"
        assert len(typed.split()) >= len(MESSAGE.split()) + 3
    assert len(perturb._phrases()["around"]) >= 10
    assert len(perturb._phrases()["between"]) >= 4


def test_one_word_is_framed_by_another_language():
    assert all("help" in perturb.mixed_language("help", seed)[0].split() for seed in range(20))


def test_a_style_is_of_the_whole_message():
    typed = {perturb.homoglyphs(MESSAGE, seed)[0] for seed in range(30)}
    whole = [one for one in typed if not any(letter in "aeio" for letter in one)]
    assert len(whole) >= 2


def test_a_message_stands_in_the_middle_of_a_long_one():
    (typed,) = perturb.in_a_long_message(MESSAGE, 1)
    before, _, after = typed.partition(MESSAGE)
    assert len(before.split()) >= 130 and len(after.split()) >= 45
