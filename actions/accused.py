"""People who are told that they stalk somebody: what is said to victims is not for them."""

from __future__ import annotations

import re

from rasa_sdk import Tracker

from actions import conversation
from bot.safety.normalise import normalise
from bot.slots import TOPIC

OWN_BEHAVIOUR = "advice/own_behaviour"
TODAY = "own_behaviour/today"
ORDER = "own_behaviour/order"
SOMEONE = "own_behaviour/someone"
_THANK = "own_behaviour/thank"
# Whose answers these are about.
_TOPICS = (OWN_BEHAVIOUR, "own_behaviour/")
_LEAST_LIKELY = 0.05
# Labels that words about one's own order or accusation are taken for.
_TAKEN_FOR = ("advice/", "reporting/")
_ORDER = r"(?:bail|order|spo|dapo|injunction|non[ -]?mol\w*|restraining|conditions?|notice)"
_ACCUSED = re.compile(
    rf"\b(?:i|i've|ive|i have) (?:\w+ )?(?:broke|broken|breached|breaking) (?:my|a|an|the) "
    rf"(?:\w+ ){{0,3}}{_ORDER}"
    rf"|\b{_ORDER}\b(?: \w+){{0,2}} (?:against|out on) me\b"
    rf"|\bpolice (?:have |just )?(?:gave|given|served) me (?:with )?(?:\w+ ){{0,4}}{_ORDER}"
    rf"|\b(?:got|has|have|took out|put) (?:an?|the) (?:\w+ ){{0,3}}{_ORDER} on me\b"
    r"|\b(?:i'm|im|i am|i've been|ive been|i have been|i was|i got) (?:\w+ )?(?:being )?"
    r"(?:accused|charged|arrested|reported|convicted|done|investigated|on bail) "
    r"(?:of|for|with|on suspicion of)(?: \d+ counts? of)? (?:stalk|harass)"
    r"|\bpolice (?:have )?(?:arrested|charged) me (?:for|with) (?:stalk|harass)"
)
# Who is accused is somebody of theirs: "my son has been accused of stalking a girl".
_ACCUSED_RELATIVE = re.compile(
    r"\bmy (?!ex\b|abusive\b|violent\b)(?:\w+ )?(?:husband|wife|partner|boyfriend|girlfriend|fella"
    r"|son|daughter|lad|boy|brother|sister|dad|father|mum|mother|cousin|uncle|nephew|grandson|mate"
    r"|friend)(?:'?s)? "
    r"(?:(?:(?:has|was|is|got|being|been|just|now|getting) ){0,3}"
    r"(?:accused|charged|arrested|reported|convicted|done|investigated|on bail) "
    r"(?:of|for|with|over|on suspicion of) (?:stalk|harass)"
    r"|(?:(?:is|has|been|keeps|wont|won't|cant|can't|stop|the|one|who) ){1,4}"
    r"(?:stalk|harass|follow|messag|watch|pester)ing "
    r"(?:someone|somebody|people|girls|women|(?:his|her|their) (?:old )?ex\b"
    r"|(?:an?|this|some) (?:\w+ )?(?:girl|woman|lass|lady|boy|lad|man|guy|bloke|person)\b))"
)
# An order that somebody else has broken is none against the person.
_BROKEN_BY_OTHERS = re.compile(
    r"\b(?:he|she|they)(?:'s|s|'ve|ve)? (?:\w+ ){0,2}(?:broke|broken|breach\w*|ignor\w*|violat\w*) "
    rf"(?:it\b|(?:the|his|her|their|my|an?) (?:\w+ ){{0,3}}{_ORDER})"
    r"|\b(?:gave|given) me (?:his|her|their) "
)
# Said by who is stalked, whatever the rest sounds like: "he was arrested for stalking me".
_DONE_TO_ME = re.compile(
    r"\b(?:stalk|follow|harass|watch|threaten|attack|assault|abus|hurt|hit|pester|bother|ring|call"
    r"|phon|text|messag|email|contact)\w* (?:me|us)\b|\bleav\w* (?:me|us) alone\b"
    r"|\bobsessed with me\b|\bmy stalker\b|\babout me\b"
)
# The same where a relative is accused: "my ex husband has been charged with stalking".
_DONE_TO_MINE = re.compile(
    r"\b(?:stalk|harass|follow|messag|watch|pester)ing my\b|\bmy ex\b|\bat my\b"
)
# What somebody else does is asked about by who is stalked: "he texts all the time".
_DONE_BY_OTHERS = re.compile(
    r"\b(?:he|she|they|my ex) (?:\w+ )?(?:keeps?|texts?|messages?|calls?|rings?|follows?|emails?"
    r"|watches|turns up|shows up|won'?t (?:stop|leave|go))\b"
)
_TO_BE_STOPPED = re.compile(r"\b(?:stop|make) (?:him|her|them)\b")
# So is what somebody else sends, and what is to end: "my ex sent me a letter", "make it end" ...
_OF_OTHERS = (
    r"(?:my|the|these|his|her|their) (?:ex\w*|husband|wife|boyfriend|girlfriend|partner|stalker"
    r"|neighbour|boss|messages?|texts?|calls?|emails?|letters?|gifts?|visits?|contact|harassment)"
)
_SENT_BY_OTHERS = re.compile(
    r"\b(?:he|she|they|ex|husband|wife|boyfriend|girlfriend|partner|someone|somebody|man|woman|guy"
    r"|lad|bloke|neighbour|boss|colleague) (?:(?:just|always|still|has|have|even|won'?t|doesn'?t"
    r"|keeps?|on|stop|quit) )*(?:send|sent|text|messag|ring|rang|follow|email|call|writ|wrote|watch"
    r"|come|coming|contact)\w* (?:to )?(?:me|my)\b"
    r"|\b(?:get|mak|tell|forc|want|need|wish|like|ask|told)\w* "
    rf"(?:him|her|them|it|this|all (?:this|of it)|{_OF_OTHERS}) "
    r"(?:to )?(?:just )?(?:stop|end|go away|leave me|leave us)\b"
    rf"|\bstop(?:ping)? (?:him|her|them|{_OF_OTHERS})(?:(?: from)? \w+ing\b|[?!. ]*$)"
)
# ... unless the person tells of their own: "cant stop texting, need it to stop".
_OF_THEIR_OWN = re.compile(
    r"\b(?:accus\w*|order|bail|court|arrest\w*|charg\w*|caution\w*|police|can'?t stop|before i"
    r"|obsess\w*|urges?|thoughts?|feelings?|behav\w*|anger|myself|thinking about|my stalking"
    r"|(?:block|ignor|avoid|ghost)ing me"
    r"|i (?:(?:just|still|always|only|even|have|do|did|must|need to|want to|used to) ){0,2}"
    r"(?:follow|watch|messag|text|ring|rang|stalk|wait|turn|dr[io]ve|check|look|keep|leav|left)\w*)\b"
)
# What puts it right: "no its him", "i'm the victim".
_IT_IS_NOT_ME = re.compile(
    r"\b(?:i'?m|i am) the (?:victim|one (?:being|getting|who'?s being))\b"
    r"|\b(?:it'?s|its|it is) (?:him|her|them)(?: (?:that|who|doing)\b.*)?[?!. ]*$"
)
# What is said in the place of what thanks, leaves, or says yes ...
_INSTEAD = {"thank": _THANK, "goodbye": _THANK, "affirm": TODAY}
# ... and, typed, in the place of what victims are told.
_ORDERS = ("advice/spo_", "advice/other_orders", "reporting/breach")
_OF_VICTIMS = (
    "advice/personal_safety", "advice/is_it_stalking", "advice/no_contact", "advice/after_report",
    "advice/police_complaint", "advice/law", "reporting/how", "reporting/withdraw",
)  # fmt: skip
# Labels that words about an accused relative are taken for, and what such a relative is not told.
_OF_RELATIVES = (
    OWN_BEHAVIOUR, "advice/friend_or_family", "advice/law", "advice/after_report",
    "advice/young_person",
)  # fmt: skip
_SAID_TO_RELATIVES = ("advice/personal_safety", "advice/no_contact", "advice/friend_or_family")


def reply_id(tracker: Tracker, label: str) -> str | None:
    """The id of what is said to somebody who is accused; None where nobody seems to be."""
    topic = str(tracker.get_slot(TOPIC) or "")
    is_topic = topic.startswith(_TOPICS)
    if is_topic and topic != SOMEONE and label in _INSTEAD:
        return _INSTEAD[label]
    if not (label.startswith(_TAKEN_FOR) and conversation.is_typed(tracker)):
        return None
    text = normalise(conversation.text(tracker)).lower()
    is_done_to_me = bool(_DONE_TO_ME.search(text))
    is_by_another = bool(_SENT_BY_OTHERS.search(text)) and not _OF_THEIR_OWN.search(text)
    is_done_to_us = is_done_to_me or bool(_DONE_TO_MINE.search(text))
    if label in _OF_RELATIVES and _ACCUSED_RELATIVE.search(text) and not is_done_to_us:
        return SOMEONE
    is_put_right = _IT_IS_NOT_ME.search(text) and not _ACCUSED.search(text)
    is_done = is_done_to_me or is_by_another or bool(is_put_right)
    is_taken_wrongly = label == OWN_BEHAVIOUR and not is_topic and is_done
    if is_taken_wrongly or (is_topic and topic != SOMEONE and is_put_right):
        likely = conversation.next_best(tracker, OWN_BEHAVIOUR, _LEAST_LIKELY)
        return likely or "advice/is_it_stalking"
    if is_done_to_me or _TO_BE_STOPPED.search(text) or _BROKEN_BY_OTHERS.search(text):
        return None
    if topic == SOMEONE:
        return SOMEONE if label.startswith(_SAID_TO_RELATIVES) else None
    is_by_others = bool(_DONE_BY_OTHERS.search(text))
    if is_topic and label.startswith((*_ORDERS, *_OF_VICTIMS)) and not is_by_others:
        return ORDER if label.startswith(_ORDERS) else TODAY
    return _told(text) if _ACCUSED.search(text) else None


def _told(text: str) -> str:
    return ORDER if re.search(rf"\b{_ORDER}\b", text) else OWN_BEHAVIOUR
