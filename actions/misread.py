"""What the models mistake again and again in short messages, put right by the word that decides."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rasa_sdk import Tracker

from actions import conversation
from bot.safety import context
from bot.safety.normalise import normalise
from bot.slots import ASKED, TOPIC

MEN, OLDER, YOUNG = "advice/men", "advice/older", "advice/young_person"
IS_IT_STALKING = "advice/is_it_stalking"
# Said to who tells something: "Thank you. Tell me a little more".
GO_ON = "affirm"
_AGE = re.compile(
    r"(?:(?:i'?m|i am|she'?s|she is|he'?s|he is|they'?re|they are) (?:only |just )?|im only|aged?)?"
    r"\s*(\d{1,2})(?: years? old|yo|yrs?)?[.!]?"
)
# Childline is for those under 19 (fact hl-childline).
_YOUNGEST_ADULT, _OLDER_FROM = 19, 60
_MAN = re.compile(
    r"\b(?:m[ae]n|man's|men's|males?|blokes?|guys?|lads?|boys?|fellas?|dad|father|son|brother|grandad"
    r"|masculine|manly|wife|girlfriend|gf|missus)\b"
)
# "Can police find him?" asks nothing about somebody's past.
_SOMEBODYS_PAST = re.compile(
    r"\b(?:clare\w*|clare's|sarah\w*|history|past|records?|violent|before|background|convict\w*"
    r"|previous\w*|dangerous|check (?:him|her|them|someone|somebody)|who (?:he|she|they)|apply|form"
    r"|right to|disclos\w*|dbs|offend\w*|exes|trust|safe|new|dating|met|prison|jail|inside|known"
    r"|done (?:it|this)|look (?:him|her|them) up|warned|licen[cs]e|ankle|did time|others?)\b"
)
# "He emailed me last week" breaks nothing where no order is.
_AN_ORDER = re.compile(
    r"\b(?:orders?|bail\w*|conditions?|injunction|interdict|non.?mol\w*|br[eo]a?k\w*|broken?|breach\w*"
    r"|caution\w*|restrain\w*|notices?|court|judge|licen[cs]e|tag|tagged|bann?\w*|allowed|supposed"
    r"|meant|undertaking|curfew|probation|released|s[pd]o|spos|dvp[on]|dap[on]|nho|violat\w*|ignor\w*"
    r"|warn\w*|told|arrest\w*|charg\w*|police"
    r"|barred|metres|zone|prison|jail)\b"
)
# Who worries for whom: "im worried" is about the person.
_SOMEBODY_ELSE = re.compile(
    r"\b(?:friends?|mates?|daughters?|sons?|sisters?|brothers?|mums?|mam|mothers?|dads?|fathers?|aunt\w*"
    r"|uncles?|cousins?|nieces?|nephews?|nan|gran\w*|wife|husband|partner|girlfriend|boyfriend|gf|bf"
    r"|colleagues?|pupils?|students?|neighbours?|clients?|patients?|someone|somebody|kids?|child\w*"
    r"|teen\w*|girls?|lass|lady|woman|flatmates?|housemates?|staff|her|she|she's|shes|them|they|helper"
    r"|lads?|lad's|pals?|lodgers?|tenants?|carers?|bezzie|butty|boss|people"
    r"|family|relatives?|parents?|carer|victims?)\b"
)
# "Where can I get help?" is asked by everybody, and what follows is what somebody does themselves.
_OWN_DOING = re.compile(
    r"^(?!.*\bhelp\b)|\b(?:stalk\w*|follow\w*|messag\w*|text\w*|ring\w*|obsess\w*|stop|accus\w*"
    r"|charg\w*|arrest\w*|order|bail|control\w*|behav\w*|chang\w*|like me|ang(?:er|ry)|letter|did"
    r"|done|doing|problem|myself|her|him|she|he)\b"
)
_POLICE = re.compile(r"\b(?:police|polis|cops?|they)\b")
_WHAT_IS_STALKING = re.compile(
    r"(?:so |and |but |hi |hello |ok |please |can you tell me |tell me |explain )*"
    r"(?:what(?:'?s| is| does| counts as| actually is)?|define|meaning of|whats)"
    r"(?: (?:the|a|exactly|actually|definition|meaning|of|legal|count(?:s|ed)?|as|classed|mean))* "
    r"stalking(?: mean| then| exactly| actually)?[?!. ]*"
)
_DO_IT_FOR_ME = re.compile(
    r"(?:please )?(?:can|could|will|would) (?:you|u) (?:please |just )?"
    r"(?:report (?:it|this|him|her|them)\b.{0,20}"
    r"|(?:report|call|ring|phone|contact|tell|text|email|message|send) .{0,30}\bfor me(?: please)?"
    r"|(?:tell|inform|contact|send) (?:this to )?(?:the )?(?:police|cops)\b.{0,20})[?!. ]*"
)
# Asked by who has not reported yet: "will they tell him", "will he find out it was me".
_WHO_IS_TOLD = re.compile(
    # Not of this chat.
    r"^(?!.*\b(?:here|chat|typed|type|website|site)\b).*(?:"
    r"\b(?:police|cops|they|officers?)\b (?:\w+ ){0,3}"
    r"(?:tell|inform|contact|speak to|ring|call|phone) "
    r"(?:him|her|them|social|my (?:mum|mam|dad|parents|family|husband|wife|partner|ex|work))\b"
    r"|\b(?:he|she|him|her) (?:\w+ ){0,2}(?:told|find out|know|finds out)\b)"
)
_RIGHT_TO_KNOW = "advice/right_to_know"
# Under Clare's Law police keep it private that somebody asked.
_WHO_ASKED = re.compile(
    r"(?:and |but |so |ok )*(?:will|would|does|do|is|are|can|could) (?:he|she|they) (?:\w+ ){0,2}"
    r"(?:told|find out|know)(?: (?:that |if |about )?(?:i|it|me|we)\b.{0,30})?[?!. ]*"
)
_ANOTHER_ORDER = re.compile(
    r"\b(?:restraining|occupation|prohibited steps|harassment) order|\bnon.?mol\w*|\binjunction"
)
_THIS_ORDER = re.compile(r"\bs ?p ?os?\b|\bstalking (?:\w+ )?orders?\b")
_IT = re.compile(r"^(?!.*\borders?\b).*\b(?:it|that|this|mine|one)\b")
# Labels whose answers hold for a Stalking Protection Order only.
_OF_THIS_ORDER = tuple(f"advice/spo_{one}" for one in ("what", "who_can", "duration", "interim"))
_LEAVES_OPEN = ("advice/after_report", "advice/confidentiality")
_DROPPED = re.compile(r"\b(?:police|cps|they|court)(?:'ve| have)? (?:\w+ )?(?:dropped|closed)\b")
# A whole sentence is no answer where nothing was asked: "i havent told anyone".
_ANSWERS = ("affirm", "deny", "not_sure")
_LONGEST_ANSWER = 3
_SOMEBODY = re.compile(
    r"\b(?:i|i've|ive|we|he|he's|hes|him|she|she's|shes|her|they|them|it's|its)\b"
)
_LEAST_LIKELY = 0.05
# A longer message says enough by itself, whatever words it has.
_SHORT, _LONG = 8, 12


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
    _Needs(MEN, _MAN),
    _Needs(_RIGHT_TO_KNOW, _SOMEBODYS_PAST, (_RIGHT_TO_KNOW,)),
    _Needs("reporting/breach", _AN_ORDER, _OF_ORDERS, IS_IT_STALKING),
    _Needs("advice/friend_or_family", _SOMEBODY_ELSE, _OF_HELPERS, "advice/emotional_support"),
    _Needs(
        "advice/own_behaviour", _OWN_DOING, ("advice/own_", "own_behaviour"), "advice/helplines"
    ),
)


def instead(tracker: Tracker, label: str) -> str | None:
    """The id of what is said instead of a label's answer; None where the label may stand."""
    if not conversation.is_typed(tracker):
        return None
    text = normalise(conversation.text(tracker)).lower()
    if label in (OLDER, YOUNG, IS_IT_STALKING) and (age := _AGE.fullmatch(text)):
        return _of_age(int(age[1]))
    if other := _of_whole(text, label, str(tracker.get_slot(TOPIC) or "")):
        return other
    if other := _of_another_order(text, label):
        return other
    if label == "capabilities" and _POLICE.search(text):
        return "advice/after_report"
    need = next((one for one in _NEED if one.label == label), None)
    if need and len(text.split()) <= _SHORT:
        return _without_its_word(tracker, need, text)
    return GO_ON if _is_told(tracker, label, text) else None


def _of_another_order(text: str, label: str) -> str | None:
    """For "can it be extended" where a restraining order was named: a court makes it, not police.

    Looked for in what was typed in the last two minutes, too.
    """
    before = normalise(context.recent_text.get()) if _IT.search(text) else ""
    said = f"{before} {text}"
    is_other = _ANOTHER_ORDER.search(said) and not _THIS_ORDER.search(said)
    return "advice/other_orders" if is_other and label in _OF_THIS_ORDER else None


def _of_whole(text: str, label: str, topic: str) -> str | None:
    """What a whole message asks, whatever the models take it for."""
    if _WHAT_IS_STALKING.fullmatch(text):
        return IS_IT_STALKING if label != IS_IT_STALKING else None
    if _DO_IT_FOR_ME.fullmatch(text):
        return "capabilities"
    if len(text.split()) <= _LONG and label in _LEAVES_OPEN and _WHO_IS_TOLD.search(text):
        return _RIGHT_TO_KNOW if topic == _RIGHT_TO_KNOW else "after_report/who_is_told"
    if topic == _RIGHT_TO_KNOW and _WHO_ASKED.fullmatch(text):
        return _RIGHT_TO_KNOW
    is_dropped = label == "reporting/withdraw" and _DROPPED.search(text)
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
    is_asked = tracker.get_slot(ASKED) or tracker.active_loop_name
    is_long = len(text.split()) > _LONGEST_ANSWER and bool(_SOMEBODY.search(text))
    return label in _ANSWERS and is_long and not is_asked
