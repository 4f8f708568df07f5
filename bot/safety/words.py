"""English words of the messages people send: how common each is, and where to cut between them.

`words.txt` is counted from the training messages by `python -m training.words`; run that again when
they have grown. It also holds, with the count 0, English words that would otherwise be cut in two
or taken for a slip of typing: they are known, but no word is ever made of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("words.txt")
_LONGEST_WORD = 16
# So many letters tell how long a word may be, which spares three quarters of the look-ups.
_BEGINNING = 4
# A word must occur this often to be cut out of a longer run of letters.
_LEAST_COUNT = 4
# Shorter runs of letters are left: too many are names.
SHORTEST_RUN = 7
# A whole message; a run is cut in a time that grows as its length does.
LONGEST_RUN = 2_000
_SHORT_WORDS = set(
    "a i is he me my in on at to it us up we no so go do of or by an be am im if as".split()  # noqa: SIM905
)
# Everyday cost of a word (natural logarithm) above which a cut is a coincidence, also in a message
# in which spaces are surely missing. There rarer words may be cut out too, but no short ones.
_MOST_PER_WORD, _MOST_PER_WORD_ONCE_SURE = 7.4, 9.5
_SHORTEST_RARE = 4
# A run of three words and more at this cost for each letter is no coincidence either.
_MANY, _MOST_PER_LETTER = 3, 1.5
# Many short pieces are: "antenna" is not "an ten na".
_LEAST_LETTERS = 2.5
# Words that occur at least so often make up nineteen in twenty of those that people type.
_COMMON = 20


@lru_cache(maxsize=1)
def _counts() -> dict[str, int]:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    pairs = (line.split() for line in lines if line and not line.startswith("#"))
    return {word: int(count) for word, count in pairs}


@lru_cache(maxsize=2)
def _costs(is_sure: bool) -> dict[str, float]:
    counts = _counts()
    total = sum(counts.values())

    def is_cut_out(word: str, count: int) -> bool:
        if count < _LEAST_COUNT:
            return is_sure and count > 0 and len(word) >= _SHORTEST_RARE
        return len(word) > 2 or word in _SHORT_WORDS  # noqa: PLR2004

    return {
        word: math.log(total / count)
        for word, count in counts.items()
        if "'" not in word and is_cut_out(word, count)
    }


@lru_cache(maxsize=2)
def _longest(is_sure: bool) -> dict[str, int]:
    """How long the words are at most that begin with some letters; others are no longer."""
    words = sorted(_costs(is_sure), key=len)
    return {word[:_BEGINNING]: min(len(word), _LONGEST_WORD) for word in words}


def read_anew() -> None:
    """Forget the list; its file has changed."""
    _counts.cache_clear()
    _costs.cache_clear()
    _longest.cache_clear()


def is_word(word: str) -> bool:
    """True for a word (lower case) that people use in messages."""
    return word in _counts()


def frequency(word: str) -> int:
    """How often a word (lower case) occurs in the training messages."""
    return _counts().get(word, 0)


def common() -> list[str]:
    """The common words (lower case): nineteen in twenty of those that people type."""
    return [word for word, count in _counts().items() if count >= _COMMON]


def split(run: str, shortest: int = SHORTEST_RUN, is_sure: bool = False) -> list[str] | None:
    """The most likely words of a run of letters (lower case): "hesoutside" is "hes", "outside".

    Args:
        run: letters without a space.
        shortest: a shorter run is left alone.
        is_sure: spaces are missing in other places of the same message.

    Returns:
        None when it is a word, too short or too long, or is not made of common words.
    """
    if not shortest <= len(run) <= LONGEST_RUN or is_word(run):
        return None
    if not (run.isascii() and run.isalpha()):
        return None
    costs = _costs(is_sure)
    words = _cheapest(run, is_sure)
    if words is None or not is_plausible(words):
        return None
    most = (_MOST_PER_WORD_ONCE_SURE if is_sure else _MOST_PER_WORD) * len(words)
    if len(words) >= _MANY:
        most = max(most, _MOST_PER_LETTER * len(run))
    return words if sum(costs[word] for word in words) <= most else None


def is_plausible(pieces: Sequence[str]) -> bool:
    """Whether pieces of a run of letters may be words that were typed without spaces."""
    if len(pieces) < 2 or sum(map(len, pieces)) / len(pieces) < _LEAST_LETTERS:  # noqa: PLR2004
        return False
    # "laughin" is one word of the regions.
    return len(pieces) > 2 or pieces[1] != "in"  # noqa: PLR2004


def cut(run: str, unknown: Callable[[int], float | None]) -> list[str]:
    """The likeliest pieces of a run of letters (lower case), of which some may be no words.

    Args:
        run: letters without a space.
        unknown: the cost of a piece that is no word, by its length; None where there is none such.
    """
    return _cheapest(run, is_sure=True, unknown=unknown) or [run]


def _cheapest(
    run: str, is_sure: bool, unknown: Callable[[int], float | None] | None = None
) -> list[str] | None:
    costs, longest = _costs(is_sure), _longest(is_sure)
    # The least cost of each beginning of the run, and where its last piece begins.
    least, last = [0.0] + [math.inf] * len(run), [0] * (len(run) + 1)
    for start, so_far in enumerate(least):
        if math.isinf(so_far):
            continue
        most = longest.get(run[start : start + _BEGINNING], _BEGINNING - 1)
        most = most if unknown is None else _LONGEST_WORD
        for end in range(start + 1, min(start + most, len(run)) + 1):
            cost = costs.get(run[start:end])
            if cost is None and unknown is not None:
                cost = unknown(end - start)
            if cost is not None and so_far + cost < least[end]:
                least[end], last[end] = so_far + cost, start
    if math.isinf(least[-1]):
        return None
    words, end = [], len(run)
    while end:
        words.append(run[last[end] : end])
        end = last[end]
    return words[::-1]
