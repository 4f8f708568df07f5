"""Counts the word list of the emergency net (bot/safety/words.txt) again from the corpus.

    .venv/bin/python -m training.words [FILE...]

It counts all files of training examples, unless some are named.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import spacy

from bot.nlu.corpus import files, messages_in
from bot.safety import words
from bot.safety.parser import MODEL
from bot.safety.spelling import mend, mend_word

_PLACES = Path(__file__).with_name("places.txt")
# A word of at least _SHORTEST_SLIP letters may itself be a slip, if a word one slip away is
# _COMMONER times as common.
_COMMONER, _SHORTEST_SLIP = 30, 5
_TOKEN = re.compile(r"(?:[^\W\d_]|')+")
_NOT_ENGLISH = ("other_language", "out_of_scope/gibberish")


def count(messages: Iterable[str]) -> Counter[str]:
    """Counts how often each word occurs in messages."""
    counts: Counter[str] = Counter()
    for message in messages:
        found = _TOKEN.findall(message.lower().replace("’", "'"))
        # A word of another alphabet is no word here, nor is what stands beside its letters.
        counts.update(word.strip("'") for word in found if word.isascii())
    del counts[""]
    return counts


def _messages(path: Path) -> list[str]:
    """Returns the messages of a file of examples, but not other languages or gibberish."""
    return [one.text for one in messages_in(path) if one.label not in _NOT_ENGLISH]


def _dictionary() -> list[str]:
    """Returns words that the grammar parser knows: they are not slips, nor words run together."""
    strings = spacy.load(MODEL).vocab.strings
    return sorted({word for word in strings if re.fullmatch(r"[a-z]{4,20}", word)})


def _places() -> list[str]:
    lines = _PLACES.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def main() -> None:
    """Counts the words and replaces the list.

    Raises:
        SystemExit: there is no file of training examples.
    """
    paths = [Path(name) for name in sys.argv[1:]] or [path for path in files() if path.exists()]
    if not paths:
        # Otherwise an empty list would replace the one that the emergency net reads.
        raise SystemExit(f"no training examples: {words.FILE.name} stays as it is")
    counts = count(message for path in paths for message in _messages(path))
    _write(counts)
    dictionary = _dictionary()
    for slip in slips(counts, set(dictionary)):
        del counts[slip]
    counts.update(dict.fromkeys(_places(), 0))
    _write(counts)
    # Repeat this, because a word just added may turn out to be a piece of another.
    while known := [word for word in dictionary if words.split(word) or mend(word) != word]:
        counts.update(dict.fromkeys(known, 0))
        _write(counts)


def slips(counts: Mapping[str, int], dictionary: set[str]) -> list[str]:
    """Returns words that are in no dictionary and one slip away from a far more common word."""
    unknown = [
        word
        for word in counts
        if word not in dictionary and len(word) >= _SHORTEST_SLIP and word.isalpha()
    ]
    return [word for word in unknown if counts[mend_word(word)] >= _COMMONER * counts[word]]


def _write(counts: Mapping[str, int]) -> None:
    head = "# Words of the training messages and how often they occur (bot/safety/words.py).\n"
    lines = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    text = head + "".join(f"{word} {number}\n" for word, number in lines)
    words.FILE.write_text(text, encoding="utf-8")
    # The code that cuts and mends words must read the new list.
    words.read_anew()


if __name__ == "__main__":
    main()
