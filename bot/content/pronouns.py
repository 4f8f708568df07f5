"""Says he, she or they of the person who stalks, as the person who writes does.

The register marks what depends on it: `If {they keep} ringing, save {their} calls`. Where nobody
has told yet, the marks are left out and the words stay; a mark can hold what is said then:
`If {they=the person stalking you} has a key, ...`.
"""

from __future__ import annotations

import re
from typing import Literal

Pronoun = Literal["he", "she", "they"]
PRONOUNS: tuple[Pronoun, ...] = ("he", "she", "they")

_MARK = re.compile(r"\{([A-Za-z'’ ]+)(?:=([^{}]+))?\}")
_FORMS = {
    "they": ("he", "she"),
    "them": ("him", "her"),
    "their": ("his", "her"),
    "theirs": ("his", "hers"),
    "themselves": ("himself", "herself"),
    "they're": ("he's", "she's"),
    "they've": ("he's", "she's"),
    "they'll": ("he'll", "she'll"),
    "they'd": ("he'd", "she'd"),
}
_VERBS = {
    "are": "is", "have": "has", "do": "does", "were": "was",
    "aren't": "isn't", "haven't": "hasn't", "don't": "doesn't", "weren't": "wasn't",
}  # fmt: skip
# What is the same for he, she and they.
_SAME = (
    "did", "had", "will", "can", "may", "might", "must", "would", "could", "should",
    "didn't", "hadn't", "won't", "can't", "wouldn't", "couldn't",
)  # fmt: skip
_HISSES = ("s", "sh", "ch", "x", "z", "o")


def say(text: str, pronoun: Pronoun) -> str:
    """Fills in the marks of a text.

    >>> say("If {they keep} ringing, save {their} calls.", "she")
    'If she keeps ringing, save her calls.'
    >>> say("{They=The person stalking you} may ring. {Do they} know?", "they")
    'The person stalking you may ring. Do they know?'
    """
    return _MARK.sub(lambda mark: _said(mark[1], mark[2], pronoun), text)


def strays(text: str) -> bool:
    """Whether a text has a marked verb before anybody whose it could be."""
    marks = (mark[1].replace("\u2019", "'").lower().split(" ") for mark in _MARK.finditer(text))
    return not _FORMS.keys() & next(marks, ["they"])


def _said(marked: str, untold: str | None, pronoun: Pronoun) -> str:
    if pronoun == "they":
        return untold or marked
    words = marked.replace("’", "'").split(" ")
    places = [place for place, word in enumerate(words) if word.lower() in _FORMS]
    said = [_of_one(word, pronoun) for word in words]
    # The verb stands after the pronoun ("they never say"), before it ("do they"), or alone.
    verb = 0 if not places or places[-1] == len(words) - 1 else len(words) - 1
    if verb not in places:
        said[verb] = _singular(said[verb])
    return " ".join(said)


def _of_one(word: str, pronoun: Pronoun) -> str:
    forms = _FORMS.get(word.lower())
    if forms is None:
        return word
    form = forms[pronoun == "she"]
    return form.capitalize() if word[0].isupper() else form


def _singular(verb: str) -> str:
    """The form of a verb in the present for he or she."""
    if verb.lower() in _SAME:
        return verb
    known = _VERBS.get(verb.lower())
    if known:
        return known.capitalize() if verb[0].isupper() else known
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}es" if verb.endswith(_HISSES) else f"{verb}s"
