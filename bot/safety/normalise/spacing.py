"""Spaces: words that are joined come apart, letters that are apart come together."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.safety import words
from bot.safety.normalise import figures
from bot.safety.normalise.tokens import ADDRESS_PARTS, NUMBERED, bounds

_UNDERSCORES = re.compile(r"(?<=[a-z'])_+(?=[a-z'])")
_SIGNS = re.compile(r"[.\-*~|/\\+=:,]")
# Those that never stand for a letter.
_PLAIN_SIGNS = re.compile(r"[.\-*~/\\=:,]")
_JOINED = re.compile(r"[a-z']+(?:([.\-*~|/\\+=:,])[a-z']+)+")
# One hyphen joins real words (ex-husband); after these it stands for a space.
_NO_PREFIX = {"he", "hes", "she", "shes", "he's", "she's", "they", "im", "i'm", "i", "help", "is"}
_NO_PREFIX |= {"my", "the", "someone", "please", "hiding", "outside", "call"}


def apart(tokens: list[str]) -> list[str]:
    """Words joined by signs in tokens of their own; letters joined by them ("h.e.l.p") in one."""
    typed = (token if token.isalpha() else _apart(token) for token in tokens)
    return " ".join(typed).split(" ")


def _apart(token: str) -> str:
    """ "hes.outside" and "he-is-here" with spaces; addresses and ex-husband stay."""
    if len(token) > words.LONGEST_RUN:
        return token
    first, last = bounds(token)
    match = _JOINED.fullmatch(token[first:last])
    if match is None:
        return token
    return token[:first] + _spaced(match.group(), match.group(1)) + token[last:]


def _spaced(joined: str, sign: str) -> str:
    # "he|p" is one word: "|" and "+" may be letters of it.
    parts = [
        part
        for piece in _PLAIN_SIGNS.split(joined)
        for part in ([piece] if figures.one_word(piece) else _SIGNS.split(piece))
    ]
    if all(len(part) == 1 for part in parts):
        # "h.e.l.p" but not "e.g".
        return "".join(parts) if len(parts) > 2 else joined  # noqa: PLR2004
    if parts[-2:] == ["in", "law"]:
        keeps = True
    elif sign == ".":
        keeps = bool(ADDRESS_PARTS & {parts[0], parts[-1]})
    elif len(parts) == 2 and sign == "|":  # noqa: PLR2004
        # What is no word may be several in letters: "hes|nthehouse".
        keeps = not all(map(words.is_word, parts))
    elif len(parts) == 2 and sign != ",":  # noqa: PLR2004
        keeps = parts[0] not in _NO_PREFIX
    else:
        keeps = False
    return joined if keeps else " ".join(parts)


_SPACED_OUT = re.compile(r"(?<![^\s\"'(])[a-z](?: [a-z]){2,}(?![a-z'])")
# Too short to be cut apart like other runs of letters.
_HELP = re.compile(r"(?<![a-z'])(help)(me|us)(?![a-z'])")
# Letters with spaces between them are surely words, so shorter ones may be cut apart.
_SHORTEST_SPACED_OUT = 4


def together(text: str) -> str:
    """ "h e l p m e" and "helpme" as "help me"."""

    def joined(match: re.Match[str]) -> str:
        letters = match.group().replace(" ", "")
        if words.is_word(letters) or len(letters) > words.LONGEST_RUN:
            return letters
        cut = words.split(letters, _SHORTEST_SPACED_OUT)
        cut = cut or words.split(letters, _SHORTEST_SPACED_OUT, is_sure=True)
        return " ".join(cut or [match.group()])

    text = _SPACED_OUT.sub(joined, _UNDERSCORES.sub(" ", text) if "_" in text else text)
    return _HELP.sub(r"\1 \2", text) if "helpme" in text or "helpus" in text else text


def cut_apart(tokens: list[str]) -> Iterator[str]:
    """Missing spaces put in: "hesoutsidemyhouse".

    Short runs ("mydoor") may be names or slips, so they are cut only where a longer one was.
    """
    pieces = [piece for token in tokens for piece in _at_signs(token)]
    first_pass = list(_cut_long(pieces, words.SHORTEST_RUN))
    if len(first_pass) == len(pieces):
        yield from tokens
    else:
        yield from _cut_long(first_pass, _SHORTEST_SPACED_OUT, is_sure=True)


# After a sign, and between figures and a word: 'said"open', "at8,its", "30minutes"; not "2nite".
_BORDER = re.compile(
    r"(?<=[^\w'@/-])(?=[a-z]{2})|(?<=[a-z']{4})(?=\d)|(?<=\d)(?=[a-z]{4})(?!(?:nite|moro|ever|mins)\b)"
)


def _at_signs(token: str) -> list[str]:
    """A token cut at its signs and figures; times, amounts and addresses stay."""
    first, last = bounds(token)
    core = token[first:last]
    if core.isalpha() or NUMBERED.fullmatch(core) or ADDRESS_PARTS & {*core.split(".")}:
        return [token]
    pieces = _BORDER.split(core)
    pieces[0], pieces[-1] = token[:first] + pieces[0], pieces[-1] + token[last:]
    return pieces


def _cut_long(tokens: list[str], shortest: int, is_sure: bool = False) -> Iterator[str]:
    looked_at = 0
    for token in tokens:
        if not shortest <= len(token) <= words.LONGEST_RUN or words.is_word(token):
            yield token
            continue
        first, last = bounds(token)
        run = token[first:last].replace("'", "")
        if not run.isascii() or not run.isalpha():
            yield token
            continue
        looked_at += len(run)
        cut = None
        if looked_at <= words.LONGEST_RUN:
            cut = words.split(run, shortest, is_sure)
        if cut is None:
            yield token
        else:
            cut[0], cut[-1] = token[:first] + cut[0], cut[-1] + token[last:]
            yield from cut
