"""What the models mistake again and again in short messages, put right by the word that decides."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from rasa_sdk import Tracker

from actions import conversation
from bot.safety import context
from bot.safety.normalise import normalise
from bot.safety.patterns import compiled
from bot.slots import OPEN_QUESTION, TOPIC

_WORDS = compiled(Path(__file__).with_suffix(".yml"))
MEN, OLDER, YOUNG = "advice/men", "advice/older", "advice/young_person"
IS_IT_STALKING = "advice/is_it_stalking"
# Said to who tells something: "Thank you. Tell me a little more".
GO_ON = "affirm"
# Childline is for those under 19 (fact hl-childline).
_YOUNGEST_ADULT, _OLDER_FROM = 19, 60
_RIGHT_TO_KNOW = "advice/right_to_know"
# Labels whose answers hold for a Stalking Protection Order only.
_OF_THIS_ORDER = tuple(f"advice/spo_{one}" for one in ("what", "who_can", "duration", "interim"))
# What "I have no papers" is taken for.
_OF_PAPERS = ("reporting/evidence", "reporting/how", "reporting/new")
# What "tell me about evidence" is taken for.
_OF_EVIDENCE = ("advice/court", "capabilities")
# A longer message says enough by itself, whatever words it has.
_SHORT, _LONG = 8, 12


class _OneThing(NamedTuple):
    """Words that mean one thing in one line.

    Attributes:
        words: their name in misread.yml.
        reply: the id of what is said.
        instead_of: beginnings of the labels that it is said in the place of.
        longest: the most words of the message; more where these are plain whatever comes before
            them ("she wrote to my mum. is that a breach").
    """

    words: str
    reply: str
    instead_of: tuple[str, ...]
    longest: int = _LONG


# The first that is found.
_OF_WORDS = (
    _OneThing("strangled", "risk/strangled", ("advice/", "reporting/past", "nlu_fallback")),
    _OneThing("finds_them", "advice/own_behaviour", ("advice/", "nlu_fallback", "out_of_scope")),
    _OneThing(
        "to_be_believed",
        "after_report/believed",
        ("advice/police_", "advice/after_", "advice/emot", "reporting/", "nlu_fallback"),
    ),
    _OneThing("how_late", "reporting/past", ("reporting/", "advice/police_", "nlu_fallback")),
    _OneThing(
        "how_long_a_case",
        "after_report/how_long",
        ("advice/spo_duration", "advice/after_", "reporting/update", "nlu_fallback"),
    ),
    _OneThing(
        "harassment", "law/harassment", ("advice/law", "advice/is_it_stalking", "nlu_fallback")
    ),
    _OneThing("wants_report", "reporting/how", ("out_of_scope", "nlu_fallback")),
    _OneThing(
        "is_it_a_breach",
        "orders/broken",
        ("reporting/breach", "advice/spo_", "advice/no_contact", "advice/is_it", "nlu_fallback"),
        longest=24,
    ),
    _OneThing("to_appeal", "orders/appeal", ("advice/spo_",)),
    _OneThing(
        "how_sure",
        "orders/proof",
        ("advice/spo_limits", "advice/spo_interim", "advice/spo_who_can"),
    ),
    _OneThing(
        "for_others_too",
        "orders/others",
        ("advice/spo_what", "advice/spo_who_can", "advice/spo_conditions", "advice/spo_limits"),
    ),
    _OneThing(
        "abroad",
        "orders/abroad",
        ("advice/spo_against", "advice/spo_limits", "advice/spo_who_can"),
        longest=20,
    ),
    _OneThing(
        "for_who_they_are",
        "law/hate",
        ("advice/law", "advice/is_it", "advice/after_", "reporting/", "nlu_fallback"),
        longest=20,
    ),
    _OneThing(
        "how_common",
        "law/how_common",
        ("advice/is_it", "advice/law", "advice/emot", "capabilities", "out_of_", "nlu_fallback"),
    ),
    _OneThing("to_search", "after_report/search", ("advice/after_", "advice/law", "nlu_fallback")),
    _OneThing(
        "adviser",
        "after_report/adviser",
        ("advice/after_", "advice/helplines", "advice/ex_partner", "out_of_scope", "nlu_fallback"),
        longest=20,
    ),
    _OneThing(
        "recording", "evidence/recordings", ("advice/evidence", "advice/law", "reporting/evidence")
    ),
    _OneThing("diary", "evidence/diary", ("advice/evidence",)),
    _OneThing("has_pictures", "advice/evidence", ("advice/image_abuse",)),
    _OneThing("looks_for_tracker", "safety/find_tracker", ("advice/tracker",)),
    _OneThing("text_999", "deaf/text_999", ("advice/deaf", "advice/silent_call", "nlu_fallback")),
)
_LEAVES_OPEN = ("advice/after_report", "advice/confidentiality")
# A whole sentence is no answer where nothing was asked: "i havent told anyone".
_ANSWERS = ("affirm", "deny", "not_sure")
_LONGEST_ANSWER = 3
_LEAST_LIKELY = 0.05


@dataclass(frozen=True)
class _Needs:
    """A label that stands only with a word that decides, or where it was spoken of before.

    Attributes:
        label: the label.
        words: finds the word.
        topics: beginnings of the replies after which it stands without.
        otherwise: the id of what is said where no other label is likely; None lets it stand.
    """

    label: str
    words: re.Pattern[str]
    topics: tuple[str, ...] = ()
    otherwise: str | None = None


_OF_ORDERS = ("advice/spo_", "advice/other_orders", "orders/", "reporting/breach")
_OF_HELPERS = ("advice/friend_or_family", "reporting/for_someone", "emergency/for_someone")
_NEED = (
    _Needs(MEN, _WORDS["man"]),
    _Needs(_RIGHT_TO_KNOW, _WORDS["somebodys_past"], (_RIGHT_TO_KNOW,)),
    _Needs("reporting/breach", _WORDS["an_order"], _OF_ORDERS, IS_IT_STALKING),
    _Needs(
        "advice/friend_or_family",
        _WORDS["somebody_else"],
        _OF_HELPERS,
        "advice/emotional_support",
    ),
    _Needs(
        "advice/own_behaviour",
        _WORDS["own_doing"],
        ("advice/own_", "own_behaviour"),
        "advice/helplines",
    ),
)


def instead(tracker: Tracker, label: str) -> str | None:
    """The id of what is said instead of a label's answer; None where the label may stand."""
    if not conversation.is_typed(tracker):
        return None
    text = normalise(conversation.text(tracker))
    if label in (OLDER, YOUNG, IS_IT_STALKING) and (age := _WORDS["age"].fullmatch(text)):
        return _of_age(int(age[1]))
    if other := _of_whole(text, label, str(tracker.get_slot(TOPIC) or "")):
        return other
    if other := _of_another_order(text, label) or _of_words(text, label):
        return other
    if label == "advice/deaf" and _speaks_little_english(text):
        return "other_language"
    if label == "capabilities" and _WORDS["police"].search(text):
        return "advice/after_report"
    need = next((one for one in _NEED if one.label == label), None)
    if need and len(text.split()) <= _SHORT:
        return _without_its_word(tracker, need, text)
    return GO_ON if _is_told(tracker, label, text) else None


def _of_another_order(text: str, label: str) -> str | None:
    """For "can it be extended" where a restraining order was named: a court makes it, not police.

    Looked for in what was typed in the last two minutes, too.
    """
    before = normalise(context.recent_text.get()) if _WORDS["it"].search(text) else ""
    said = f"{before} {text}"
    is_other = _WORDS["another_order"].search(said) and not _WORDS["this_order"].search(said)
    return "advice/other_orders" if is_other and label in _OF_THIS_ORDER else None


def _speaks_little_english(text: str) -> bool:
    """For "how can i talk police" right after "english little": it is no matter of hearing."""
    said = f"{normalise(context.recent_text.get())} {text}"
    return bool(_WORDS["little_english"].search(said)) and not _WORDS["hard_of_hearing"].search(
        said
    )


def _of_words(text: str, label: str) -> str | None:
    """What a message of one line asks by words that mean one thing, whatever else is in it."""
    length = len(text.split())
    found = (
        one.reply
        for one in _OF_WORDS
        if length <= one.longest
        and label.startswith(one.instead_of)
        and _WORDS[one.words].search(text)
    )
    reply_id = next(found, None)
    return reply_id if reply_id != label else None


def _of_whole(text: str, label: str, topic: str) -> str | None:
    """What a whole message asks, whatever the models take it for."""
    if _WORDS["what_is_stalking"].fullmatch(text):
        return IS_IT_STALKING if label != IS_IT_STALKING else None
    if label == "nlu_fallback" and _WORDS["contact"].fullmatch(text):
        return IS_IT_STALKING
    if label == "nlu_fallback" and _WORDS["how_often"].fullmatch(text):
        return "advice/law"
    if label.startswith("out_of_scope") and _WORDS["never_mind"].fullmatch(text):
        return "deny"
    if _WORDS["do_it_for_me"].fullmatch(text):
        return "capabilities"
    if label in _OF_EVIDENCE and _WORDS["of_evidence"].fullmatch(text):
        return "advice/evidence"
    if label == "capabilities" and _WORDS["reads_this"].fullmatch(text):
        return "advice/confidentiality"
    is_short = len(text.split()) <= _SHORT
    if label in _OF_PAPERS and is_short and _WORDS["no_papers"].search(text):
        return "advice/helplines"
    if len(text.split()) <= _LONG and label in _LEAVES_OPEN and _WORDS["who_is_told"].search(text):
        return _RIGHT_TO_KNOW if topic == _RIGHT_TO_KNOW else "after_report/who_is_told"
    if topic == _RIGHT_TO_KNOW and _WORDS["who_asked"].fullmatch(text):
        return _RIGHT_TO_KNOW
    is_dropped = label == "reporting/withdraw" and _WORDS["dropped"].search(text)
    return "advice/police_complaint" if is_dropped else None


def _without_its_word(tracker: Tracker, need: _Needs, text: str) -> str | None:
    topic = str(tracker.get_slot(TOPIC) or "")
    if need.words.search(text) or (need.topics and topic.startswith(need.topics)):
        return None
    return conversation.next_best(tracker, need.label, _LEAST_LIKELY) or need.otherwise


def _of_age(years: int) -> str:
    if years < _YOUNGEST_ADULT:
        return YOUNG
    return OLDER if years >= _OLDER_FROM else GO_ON


def _is_told(tracker: Tracker, label: str, text: str) -> bool:
    is_asked = tracker.get_slot(OPEN_QUESTION) or tracker.active_loop_name
    is_long = len(text.split()) > _LONGEST_ANSWER and bool(_WORDS["somebody"].search(text))
    return label in _ANSWERS and is_long and not is_asked
