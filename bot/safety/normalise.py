"""Makes a message comparable: the same words however they were typed.

`clean` is what is shown and handed on; `normalise` is for matching and for the models. The steps
of `normalise`, in order: lower case and plain quotes; accents off Latin letters; emoji to words
(`emoji.yml`); look-alike letters to Latin (`lookalikes.yml`); words joined by underscores apart;
spaced-out letters together; words joined by dots and dashes apart; figures and signs used as
letters back to letters; missing spaces in; drawn-out words short. A change that could spoil a plain
message is made only when it gives words that people use (`words.txt`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, product
from pathlib import Path

import yaml

from bot.safety import words

_QUOTES = str.maketrans({"‘": "'", "’": "'", "‛": "'", "`": "'", "´": "'", "“": '"', "”": '"'})
_INVISIBLE_CATEGORIES = {"Cf", "Cc", "Cs", "Co"}
# Hangul fillers, which are drawn as nothing though Unicode counts them as letters. NFKC makes the
# others these two.
_BLANKS = re.compile("[\u115f\u1160]")
_SPACES = re.compile(r"\s+")
# Of anything but digits: 999 stays 999.
_LONG_RUN = re.compile(r"(\D)\1{2,}")
_LATIN = re.compile(r"[a-z]")

# What is longer is no word and is not looked at; nor are more figures than these in a message.
_LONGEST_TOKEN = 100
# NFKC writes some signs out in more letters than these, up to eighteen; a few of them are read.
_MOST_GROWTH = 3
_GROWTH_OF_A_FEW = 200
_MOST_LOOKED_AT = 60
_BLOCK = 256
_NO_LETTERS = re.compile(r"[^a-z0-9 ]+")


def clean(text: str) -> str:
    """The text without invisible and control characters; line breaks become spaces."""
    text = text.replace("`", "'") if text.isascii() else _BLANKS.sub("", _composed(text))
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = (
        " " if character.isspace() else character
        for character in text
        if character.isspace() or unicodedata.category(character) not in _INVISIBLE_CATEGORIES
    )
    return _SPACES.sub(" ", "".join(kept)).strip()


def _composed(text: str) -> str:
    """One way of writing each letter (NFKC)."""
    # Quotes first: NFKC would split an accent that stands for one.
    text = text.translate(_QUOTES)
    composed = _in_blocks(text)
    if len(composed) <= _MOST_GROWTH * len(text) + _GROWTH_OF_A_FEW:
        return composed
    # Mostly of signs that each stand for a phrase: without them, for nobody writes so, and the
    # eighteenfold text would cost as much to read.
    return _in_blocks("".join(map(_without_phrase, text)))


def _in_blocks(text: str) -> str:
    """NFKC of a text, so many characters at once: marks are put in order in quadratic time."""
    blocks = []
    start = 0
    while start < len(text):
        end = start + _BLOCK
        # A letter stays with its marks, unless there are so many that they are no writing.
        while end < min(len(text), start + 2 * _BLOCK) and _is_mark(text[end]):
            end += 1
        blocks.append(unicodedata.normalize("NFKC", text[start:end]))
        start = end
    return "".join(blocks)


def _is_mark(character: str) -> bool:
    # Some signs are marks only once they are written out, as those of half-width Japanese.
    return unicodedata.combining(unicodedata.normalize("NFKD", character)[0]) != 0


def _without_phrase(sign: str) -> str:
    return sign if len(unicodedata.normalize("NFKC", sign)) <= _MOST_GROWTH else " "


def normalise(text: str) -> str:
    """The message in lower case and plain letters, as described above; for matching only."""
    text = clean(text).lower()
    if not text.isascii():
        text = _latin_letters(_without_emoji(_without_marks(text)))
    text = _together(_UNDERSCORES.sub(" ", text) if "_" in text else text)
    tokens = [token if token.isalpha() else _apart(token) for token in text.split(" ")]
    tokens = _letters_for_figures(" ".join(tokens).split(" "))
    text = " ".join(_cut(tokens))
    if not _THREE.search(text):
        return _SPACES.sub(" ", text).strip()
    text = " ".join(_short(text.split(" ")))
    # Runs of signs, and whatever was too long to be looked at.
    return _SPACES.sub(" ", _LONG_RUN.sub(r"\1\1", text)).strip()


def plain_words(text: str) -> str:
    """The words of a normalised message alone, without apostrophes and other signs."""
    return " ".join(_NO_LETTERS.sub(" ", normalise(text).replace("'", "")).split())


# Not compositions of a letter and a mark, but typed for one.
_LETTERS = str.maketrans(
    {"ł": "l", "ǫ": "q", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "ß": "ss"}
)
# Variation, keycap and skin tone signs, and the sex of an emoji.
_EMOJI_DRESS = re.compile("[\ufe0e\ufe0f\u20e3\u2640\u2642\U0001f3fb-\U0001f3ff]")
# White and black letters in circles and squares, which Unicode does not count as letters, and
# the letters that flags are made of.
_BADGES = {
    first + index: chr(ord("a") + index)
    for first in (0x1F130, 0x1F150, 0x1F170, 0x1F1E6)
    for index in range(26)
}


def _without_marks(text: str) -> str:
    """Accents and piled marks taken off Latin letters; other scripts keep theirs."""
    kept: list[str] = []
    latin = False
    for character in unicodedata.normalize("NFD", text.translate(_LETTERS)):
        if unicodedata.category(character) in ("Mn", "Me"):
            if latin:
                continue
        else:
            latin = "a" <= character <= "z"
        kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))


@lru_cache(maxsize=1)
def _emoji() -> tuple[re.Pattern[str], dict[str, str]]:
    table = {sign: word for word, signs in _table("emoji.yml").items() for sign in signs}
    return re.compile(rf"([{''.join(table)}])(?:\s*\1)*"), table


def _without_emoji(text: str) -> str:
    pattern, table = _emoji()
    text = _EMOJI_DRESS.sub("", text).translate(_BADGES)
    return pattern.sub(lambda match: f" {table[match.group(1)]} ", text)


@lru_cache(maxsize=1)
def _look_alikes() -> dict[int, str]:
    return {
        ord(sign): letter for letter, signs in _table("lookalikes.yml").items() for sign in signs
    }


def _table(name: str) -> dict[str, str]:
    return yaml.safe_load(Path(__file__).with_name(name).read_text(encoding="utf-8"))


# Words of a sentence in disguise, and the share of them that people use.
_SENTENCE, _MOSTLY = 3, 0.8
_ONLY_IN_DISGUISE = {ord("ш"): "w", ord("щ"): "w", ord("я"): "r"}


def _latin_letters(text: str) -> str:
    """Look-alikes become Latin in words that have a Latin letter, and in a Latin message."""
    # All of it in disguise: then also letters that are too common in their own script.
    undisguised = text.translate(_look_alikes() | _ONLY_IN_DISGUISE)
    if _is_mostly_english(undisguised):
        return undisguised
    tokens = text.split(" ")
    table = _look_alikes()
    foreign = [token for token in tokens if not token.isascii()]
    # A real word of another script has letters without a Latin double.
    other_language = any(
        letter.isalpha() and not letter.isascii() and ord(letter) not in table
        for token in foreign
        if not _LATIN.search(token)
        for letter in token
    )
    has_latin = _LATIN.search(text) is not None or _is_english(text.translate(table))
    latin_message = has_latin and not other_language
    return " ".join(
        token.translate(table)
        if not token.isascii() and (latin_message or _LATIN.search(token))
        else token
        for token in tokens
    )


def _is_english(text: str) -> bool:
    """True when a text is nothing but words that people use: whole words in look-alikes."""
    found = re.findall(r"[^\W\d_]+", text)
    return any(len(word) > 2 for word in found) and all(map(words.frequency, found))  # noqa: PLR2004


def _is_mostly_english(text: str) -> bool:
    """True when nearly all of three words and more are such as people use: a whole sentence."""
    found = re.findall(r"[^\W\d_]+", text)
    known = sum(map(bool, map(words.frequency, found)))
    return len(found) >= _SENTENCE and text.isascii() and known >= _MOSTLY * len(found)


_UNDERSCORES = re.compile(r"(?<=[a-z'])_+(?=[a-z'])")
_SIGNS = re.compile(r"[.\-*~|/\\+=:,]")
_JOINED = re.compile(r"[a-z']+(?:([.\-*~|/\\+=:,])[a-z']+)+")
# One hyphen joins real words (ex-husband); after these it stands for a space.
_NO_PREFIX = {"he", "hes", "she", "shes", "he's", "she's", "they", "im", "i'm", "i", "help", "is"}
_NO_PREFIX |= {"my", "the", "someone", "please", "hiding", "outside", "call"}
_ADDRESS_PARTS = {"com", "org", "uk", "net", "gov", "edu", "io", "ie", "eu", "tv", "www"}
_ENDS = ".,;:?!\"')"
_OPENINGS = "\"'(#"


def _core(token: str) -> tuple[int, int]:
    """Where the token stands without quotes, brackets and marks around it."""
    return len(token) - len(token.lstrip(_OPENINGS)), len(token.rstrip(_ENDS))


def _apart(token: str) -> str:
    """ "hes.outside" and "he-is-here" with spaces; addresses and ex-husband stay."""
    if len(token) > _LONGEST_TOKEN:
        return token
    first, last = _core(token)
    match = _JOINED.fullmatch(token[first:last])
    if match is None:
        return token
    return token[:first] + _spaced(match.group(), match.group(1)) + token[last:]


def _spaced(joined: str, sign: str) -> str:
    parts = _SIGNS.split(joined)
    if all(len(part) == 1 for part in parts):
        # "h.e.l.p" but not "e.g".
        return "".join(parts) if len(parts) > 2 else joined  # noqa: PLR2004
    if parts[-2:] == ["in", "law"]:
        keeps = True
    elif sign == ".":
        keeps = bool(_ADDRESS_PARTS & {parts[0], parts[-1]})
    elif len(parts) == 2 and sign != ",":  # noqa: PLR2004
        keeps = parts[0] not in _NO_PREFIX
    else:
        keeps = False
    return joined if keeps else " ".join(parts)


_FIGURES = dict(zip("03456789@$!+€£(", "oeasgtbgasitelc", strict=True)) | {"1": "il", "|": "il"}
_FIGURE = re.compile(r"[013456789@$!|+€£(]")
# Amounts, times, ages, distances, ordinals, and text-speak whose figure is a sound.
_NUMBERED = re.compile(
    r"[£$€]?\d[\d.,:]*(?:am|pm|th|st|nd|rd|mins?|hrs?|hours?|secs?|m|km|k|yrs?|s|d|p|g|x|h|yo|ft|"
    r"mph)?|\d+(?:day|nite|moro|get|ever)"
)
# Roads, flats and postcodes look like these: in letters only when the message has clearer ones.
_DOUBTFUL = re.compile(r"[a-z]{1,2}\d+|\d+[a-z]|.{1,2}")
_AT = "@"
_MOST_SPELLINGS = 16
# Each of these stands for one of two letters; a token with more of them is no word.
_TWO_LETTERS = "1|"
_MOST_DOUBTFUL = 8
# Characters of a message that are tried as words without spaces between them, in each spelling.
_MOST_TRIED = 400


def _letters_for_figures(tokens: list[str]) -> list[str]:
    """ "kn!fe", "0uts1de" and "@t my d00r" in letters; 999, 2am, 10mins and no 12 stay."""
    odd = [
        index
        for index, token in enumerate(tokens)
        if not token.isalpha() and len(token) <= _LONGEST_TOKEN and _FIGURE.search(token)
    ][:_MOST_LOOKED_AT]
    if not odd:
        return tokens
    tokens = list(tokens)
    doubtful: list[int] = []
    found = False
    tried = 0
    for index in odd:
        token = tokens[index]
        first, last = _core(token)
        if _DOUBTFUL.fullmatch(token[first:last]) and "@" not in token:
            doubtful.append(index)
            continue
        tokens[index] = _decoded(token, may_cut=tried < _MOST_TRIED)
        found = found or tokens[index] != token
        if tokens[index] == token or " " in tokens[index]:
            tried += len(token)
    for index in doubtful if found else ():
        tokens[index] = _decoded(tokens[index], numbers_too=True)
    return " ".join(tokens).split(" ")


def _decoded(token: str, numbers_too: bool = False, may_cut: bool = True) -> str:
    if token == _AT:
        return "at"
    first, last = _core(token)
    core = token[first:last]
    if core.isalpha() or not _LATIN.search(core):
        return token
    if _NUMBERED.fullmatch(core) and not numbers_too:
        return token
    if sum(map(core.count, _TWO_LETTERS)) > _MOST_DOUBTFUL:
        return token
    # Exclamation marks at the end may be letters too.
    for end in sorted({last, len(token.rstrip(_ENDS.replace("!", "")))}):
        word = _as_word(token[first:end], may_cut)
        if word:
            return token[:first] + word + token[end:]
    return token


def _as_word(token: str, may_cut: bool) -> str | None:
    """The most common word that the token spells, or the words that it may be cut into."""
    spellings = [
        "".join(letters)
        for letters in islice(product(*(_FIGURES.get(c, c) for c in token)), _MOST_SPELLINGS)
    ]
    best = max(spellings, key=words.frequency)
    if words.frequency(best):
        return best
    if "@" in token or not may_cut:
        return None
    return next((" ".join(cut) for cut in map(words.split, spellings) if cut), None)


_SPACED_OUT = re.compile(r"(?<![^\s\"'(])[a-z](?: [a-z]){2,}(?![a-z'])")
# Too short to be cut apart like other runs of letters.
_HELP = re.compile(r"(?<![a-z'])(help)(me|us)(?![a-z'])")
# Letters with spaces between them are surely words, so shorter ones may be cut apart.
_SHORTEST_SPACED_OUT = 4


def _together(text: str) -> str:
    """ "h e l p m e" and "helpme" as "help me"."""

    def joined(match: re.Match[str]) -> str:
        letters = match.group().replace(" ", "")
        if words.is_word(letters) or len(letters) > words.LONGEST_RUN:
            return letters
        cut = words.split(letters, _SHORTEST_SPACED_OUT)
        cut = cut or words.split(letters, _SHORTEST_SPACED_OUT, is_sure=True)
        return " ".join(cut or [match.group()])

    text = _SPACED_OUT.sub(joined, text)
    return _HELP.sub(r"\1 \2", text) if "helpme" in text or "helpus" in text else text


def _cut(tokens: list[str]) -> Iterator[str]:
    """Missing spaces put in: "hesoutsidemyhouse".

    Short runs ("mydoor") may be names or slips, so they are cut only where a longer one was.
    """
    first_pass = list(_cut_long(tokens, words.SHORTEST_RUN))
    if len(first_pass) == len(tokens):
        yield from tokens
    else:
        pieces = [piece for token in first_pass for piece in _at_signs(token)]
        yield from _cut_long(pieces, _SHORTEST_SPACED_OUT, is_sure=True)


# After a sign, and between figures and a word: 'said"open', "at8,its", "30minutes"; not "2nite".
_BORDER = re.compile(
    r"(?<=[^\w'@/-])(?=[a-z]{2})|(?<=[a-z']{4})(?=\d)|(?<=\d)(?=[a-z]{4})(?!(?:nite|moro|ever|mins)\b)"
)


def _at_signs(token: str) -> list[str]:
    """A token cut at its signs and figures; times, amounts and addresses stay."""
    first, last = _core(token)
    core = token[first:last]
    if core.isalpha() or _NUMBERED.fullmatch(core) or _ADDRESS_PARTS & {*core.split(".")}:
        return [token]
    pieces = _BORDER.split(core)
    pieces[0], pieces[-1] = token[:first] + pieces[0], pieces[-1] + token[last:]
    return pieces


def _cut_long(tokens: list[str], shortest: int, is_sure: bool = False) -> Iterator[str]:
    looked_at = 0
    for token in tokens:
        if not shortest <= len(token) <= _LONGEST_TOKEN or words.is_word(token):
            yield token
            continue
        first, last = _core(token)
        run = token[first:last].replace("'", "")
        if not run.isascii() or not run.isalpha():
            yield token
            continue
        looked_at += len(run)
        cut = None
        if looked_at <= words.LONGEST_RUN * 2:
            cut = words.split(run, shortest, is_sure)
        if cut is None:
            yield token
        else:
            cut[0], cut[-1] = token[:first] + cut[0], cut[-1] + token[last:]
            yield from cut


_THREE = re.compile(r"(\D)\1\1")
_DOUBLE = re.compile(r"([a-z])\1+")
_MOST_DOUBLES = 4


def _short(tokens: list[str]) -> list[str]:
    """ "hellllp" as "help", "sooooo" as "so"."""
    drawn_out = [index for index, token in enumerate(tokens) if _THREE.search(token)]
    for index in drawn_out[:_MOST_LOOKED_AT]:
        tokens[index] = _undrawn(tokens[index])
    return tokens


def _undrawn(token: str) -> str:
    first, last = _core(token)
    word = token[first:last]
    pieces = _DOUBLE.split(word)
    doubles = pieces[1::2]
    if not word.isalpha() or len(doubles) > _MOST_DOUBLES:
        return token
    spellings = [
        "".join(map("".join, zip(pieces[::2], (*letters, ""), strict=True)))
        for letters in product(*((letter * 2, letter) for letter in doubles))
    ]
    best = max(spellings, key=words.frequency)
    # Of one letter, "aaaa" is a cry and not the word "a".
    known = len(best) > 1 and words.frequency(best)
    return token[:first] + best + token[last:] if known else token
