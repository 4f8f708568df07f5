"""Varies messages while training, so that slips of the thumb do not change what is understood.

The robustness tests use their own perturbations (bot/evaluation/perturb.py), written apart.
"""

from __future__ import annotations

import random
import re

_NEAR_KEYS = {
    "a": "qwsz", "b": "vghn", "c": "xdfv", "d": "serfcx", "e": "wsdr", "f": "drtgvc",
    "g": "ftyhbv", "h": "gyujnb", "i": "ujko", "j": "huikmn", "k": "jiolm", "l": "kop",
    "m": "njk", "n": "bhjm", "o": "iklp", "p": "ol", "q": "wa", "r": "edft", "s": "awedxz",
    "t": "rfgy", "u": "yhji", "v": "cfgb", "w": "qase", "x": "zsdc", "y": "tghu", "z": "asx",
}  # fmt: skip
_LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7"}
# Up to which draw (0 to 1) each variation is taken; above the last, punctuation is dropped.
_UNCHANGED, _TYPOS, _FEWER_SPACES, _NO_SPACES, _LEETSPEAK = 0.55, 0.85, 0.90, 0.93, 0.96


def vary(text: str, draw: random.Random) -> str:
    """The message as it is, or with slips."""
    chance = draw.random()
    if chance < _UNCHANGED:
        return text
    if chance < _TYPOS:
        return _with_typos(text, draw)
    if chance < _FEWER_SPACES:
        return "".join("" if c == " " and draw.random() < 0.4 else c for c in text)
    if chance < _NO_SPACES:
        return text.replace(" ", "")[:60]
    if chance < _LEETSPEAK:
        return "".join(
            draw.choice(_LEET[c]) if c in _LEET and draw.random() < 0.35 else c for c in text
        )
    return re.sub(r"[^\w\s]", "", text)


def _with_typos(text: str, draw: random.Random) -> str:
    characters = list(text)
    for _ in range(max(1, int(len(characters) * draw.uniform(0.01, 0.08)))):
        place, kind = draw.randrange(len(characters)), draw.random()
        letter = characters[place]
        if not letter.isalpha():
            continue
        if kind < 0.3:
            characters[place] = ""
        elif kind < 0.55 and place + 1 < len(characters):
            characters[place], characters[place + 1] = characters[place + 1], letter
        elif kind < 0.8:
            characters[place] = draw.choice(_NEAR_KEYS.get(letter, letter))
        else:
            characters[place] = letter * 2
    return "".join(characters) or text
