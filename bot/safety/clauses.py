"""Cuts a message into clauses: the tense, subject and standing of each, by a small parser (spaCy).

Without the parser, or when it fails, clauses are cut at punctuation and joining words and their
tense is guessed from the words alone.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.safety.lexicon import has
from bot.safety.loading import Part

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from bot.safety.parser import Parser

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Clause:
    """One clause of a message.

    Attributes:
        text: its words, lower case.
        tense: `present` (also perfect: "he's got in"), `past`, `future`, or `none` without a verb.
        progressive: it is going on: "is standing", "banging".
        aspect: of a present clause: `state` ("is outside", "has a knife"), `simple` ("he waits":
            mostly a habit), `perfect` ("has come in"), `progressive`; else `none`.
        unreal: imagined, feared, asked for or conditional: "if he comes", "he might".
        denied: "he isn't outside", "nobody is following me".
        subject: `third`, `first`, `second`, or `none` when it is left out.
        asks: it is put as a question.
        scene: phrases of place in it: "in the hall", "behind my car".
    """

    text: str
    tense: str
    progressive: bool = False
    aspect: str = "none"
    unreal: bool = False
    denied: bool = False
    subject: str = "none"
    asks: bool = False
    scene: int = 0


def clauses_of(text: str) -> tuple[Clause, ...]:
    """The clauses of a text in plain English spelling (lexicon.plain_english), in order."""
    parsed = _parsed_clauses(text)
    return _cut_clauses(text) if parsed is None else parsed


_CLAUSE_ROLES = {"ROOT", "conj", "ccomp", "advcl", "relcl", "parataxis", "csubj", "acl", "dep"}
_PRESENT_AUXILIARIES = {"is", "'s", "are", "'re", "am", "'m", "has", "have", "'ve", "s"}
_UNREAL_MODALS = {"would", "could", "might", "may", "should", "'d", "ought"}
_FUTURE_MODALS = {"will", "'ll", "wo", "shall"}
_SUBJECTS = {"nsubj", "nsubjpass", "csubj", "expl"}
_FIRST = {"i", "we", "me", "us"}
_SECOND = {"you"}
_FEARS = {
    "scared",
    "afraid",
    "worried",
    "worry",
    "worrying",
    "fear",
    "terrified",
    "dread",
    "wonder",
}
_IF = {"if", "whether", "unless", "suppose", "supposing", "when", "whenever"}
_STATES = {"is", "'s", "are", "'re", "am", "'m", "has", "have", "'ve", "got", "s"}
_PLACE_WORDS = {
    *("in", "on", "at", "by", "behind", "under", "through", "across", "over", "up", "down", "off"),
    *("into", "out", "round", "around", "past", "along", "outside", "inside", "near", "beside"),
    *("against", "onto", "towards", "opposite", "next", "between", "back"),
}
# With no subject these are "I'm sat", not a past: "Sat in the car outside my own house".
_POSTURES = {"sat", "stood", "stuck", "hid", "locked", "parked", "trapped", "left"}


def _load() -> Parser:
    from bot.safety.parser import Parser  # noqa: PLC0415 - not needed by all who import this

    return Parser()


PARSER = Part("grammar parser", _load, "clauses are cut at punctuation instead")


def _parsed_clauses(text: str) -> tuple[Clause, ...] | None:
    parser = PARSER.get()
    if parser is None:
        return None
    try:
        with parser.read(_for_parser(text)) as document:
            return tuple(_clauses(document))
    except Exception:  # the words are still read
        logger.exception("The grammar parser failed; clauses are cut at punctuation instead")
        return None


_LONE_I = re.compile(r"\bi\b(?=[ '])")


def _for_parser(text: str) -> str:
    return _LONE_I.sub("I", text)


def _clauses(document: Doc) -> Iterator[Clause]:
    heads: dict[int, int] = {}
    for token in document:
        heads[token.i] = _clause_head(token, document)
    members: dict[int, list[Token]] = {}
    for token in document:
        members.setdefault(heads[token.i], []).append(token)
    unreal: dict[int, bool] = {}
    for head in sorted(members, key=lambda index: _depth(document[index])):
        unreal[head] = _is_unreal(document[head], members[head], heads, unreal)
    for head in sorted(members):
        words = members[head]
        if any(token.is_alpha for token in words):
            yield _clause(document[head], words, unreal[head])


def _clause_head(token: Token, document: Doc) -> int:
    """The verb that a word belongs to, or the root of its sentence."""
    for _ in range(len(document)):
        if token.dep_ == "ROOT" or (token.dep_ in _CLAUSE_ROLES and _is_verbal(token)):
            break
        token = token.head
    return int(token.i)


def _depth(token: Token) -> int:
    depth = 0
    while token.dep_ != "ROOT" and token.head.i != token.i:
        token = token.head
        depth += 1
    return depth


def _is_verbal(token: Token) -> bool:
    return bool(token.tag_[0] == "V" or token.tag_ == "MD")


def _clause(head: Token, words: list[Token], unreal: bool) -> Clause:
    subject = next((child for child in head.children if child.dep_ in _SUBJECTS), None)
    helpers = [child for child in head.children if child.dep_ in ("aux", "auxpass")]
    tense, progressive = _tense(head, helpers, subject)
    denied = any(
        word.dep_ == "neg" or word.lower_ in ("not", "never", "nobody", "no-one") for word in words
    ) or _no_one(words)
    text = "".join(word.lower_ + word.whitespace_ for word in words)
    return Clause(
        text=text,
        tense=tense,
        progressive=progressive,
        unreal=unreal,
        denied=denied,
        subject=_person(subject),
        asks=_asks(head, helpers, subject, words),
        scene=sum(1 for word in words if _is_place_phrase(word)),
        aspect=_aspect(head, helpers, tense, progressive),
    )


def _tense(head: Token, helpers: list[Token], subject: Token | None) -> tuple[str, bool]:
    """Tense, and whether it is going on. The first finite word decides."""
    if not _is_verbal(head):
        return "none", False
    lower = [helper.lower_ for helper in helpers]
    if any(word in _FUTURE_MODALS for word in lower):
        return "future", False
    progressive = head.tag_ == "VBG"
    for helper in helpers:
        if helper.lower_ in ("was", "were", "had", "did"):
            return "past", progressive
        if helper.lower_ in _PRESENT_AUXILIARIES or helper.tag_ in ("VBZ", "VBP", "MD"):
            return "present", progressive or head.lower_ in _POSTURES
    if head.tag_ == "VBD" and not (subject is None and head.lower_ in _POSTURES):
        return "past", False
    if head.tag_ == "VBN" and subject is not None:
        return "past", False
    return "present", progressive


def _aspect(head: Token, helpers: list[Token], tense: str, progressive: bool) -> str:
    if tense != "present":
        return "none"
    if progressive:
        return "progressive"
    if any(helper.lower_ in ("'s", "has", "have", "'ve", "is") for helper in helpers):
        return "perfect"
    return "state" if head.lower_ in _STATES else "simple"


def _is_place_phrase(word: Token) -> bool:
    return word.lower_ in _PLACE_WORDS and word.dep_ in ("prep", "pcomp", "advmod", "prt", "agent")


def _person(subject: Token | None) -> str:
    if subject is None:
        return "none"
    if subject.lower_ in _FIRST:
        return "first"
    return "second" if subject.lower_ in _SECOND else "third"


def _asks(head: Token, helpers: list[Token], subject: Token | None, words: list[Token]) -> bool:
    if words[-1].text == "?":
        return True
    first = next((word for word in words if word.is_alpha), None)
    if first is not None and first.tag_ in ("WP", "WRB", "WDT") and first.dep_ != "mark":
        return head.dep_ == "ROOT" and bool(helpers or head.lower_ in ("is", "'s", "are"))
    if subject is None:
        return False
    inverted = any(helper.i < subject.i for helper in helpers)
    return inverted or (head.i < subject.i and head.lower_ in ("is", "are", "am"))


def _no_one(words: list[Token]) -> bool:
    return any(
        word.lower_ == "no" and word.i + 1 < len(word.doc) and word.nbor().lower_ != "."
        for word in words
        if word.dep_ == "det"
    )


def _is_unreal(
    head: Token, words: list[Token], heads: dict[int, int], unreal: dict[int, bool]
) -> bool:
    if any(word.lower_ in _IF and word.dep_ in ("mark", "advmod", "pobj") for word in words):
        return True
    if any(word.lower_ in _UNREAL_MODALS and word.tag_ == "MD" for word in words):
        return True
    if head.dep_ == "ROOT":
        return False
    above = head.head
    if above.lower_ in _FEARS and head.dep_ in ("ccomp", "advcl", "acl"):
        return True
    # "if he comes here and has a knife": joined to an imagined clause without a break.
    return head.dep_ in ("conj", "ccomp", "acl") and unreal.get(heads[above.i], False)


_BREAKS = re.compile(r"[.,;:!?\n]+|\b(?:and|but|so|then|because)\b")
_PAST = re.compile(r"\b(?:was|were|had|did|used to|came|went|saw|took|said|told|\w{3,}ed)\b")
_GOING_ON = re.compile(r"(?:'s|'re|'m|\bis|\bare|\bam|\bkeeps|^) ?(?:\w+ )?\w{2,}ing\b")
_PRESENT = re.compile(r"(?:'s|'re|'m|'ve)\b|\b(?:is|are|am|has|have|keeps|keep|can|\w{3,}ing)\b")
_FUTURE = re.compile(r"'ll\b|\b(?:will|won't|going to)\b")
_DENIED = re.compile(r"n't\b|\b(?:not|never|nobody|no one|no)\b")
_FIRST_PERSON = re.compile(r"^(?:i|we)\b")


def _cut_clauses(text: str) -> tuple[Clause, ...]:
    pieces = (piece.strip() for piece in _BREAKS.split(text))
    return tuple(_guessed(piece) for piece in pieces if piece)


def _guessed(piece: str) -> Clause:
    tense = "none"
    if _FUTURE.search(piece):
        tense = "future"
    elif _PRESENT.search(piece):
        tense = "present"
    elif _PAST.search(piece):
        tense = "past"
    first, third = bool(_FIRST_PERSON.search(piece)), has("third", piece)
    return Clause(
        text=piece,
        tense=tense,
        progressive=_GOING_ON.search(piece) is not None,
        unreal=has("unreal", piece),
        denied=_DENIED.search(piece) is not None,
        subject="first" if first else "third" if third else "none",
        asks=has("ask", piece),
    )
