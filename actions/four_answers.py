"""Answers to the four questions in words of one's own: "every week", "I'd say so", "hardly".

Only plain words count. What is merely told ("he changed gyms, and churches") is taken for no
answer: the person chooses. A yes and a doubt lead to the same result, so a "no" is read most
narrowly.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.safety.normalise import plain_words

_OPENING = r"(?:(?:oh|well|hm+|honestly|um|erm|tbh|god|look|ok|i mean|like) )*"
_PERSON = r"(?:me|us|her|him|them|my \w+)"
_TIMES = r"(?:times?|calls?|texts?|messages?|emails?|letters?|visits?|days)"

# How an answer to any of the four begins.
_OPENS = {
    "not_sure": (
        "(?:i )?(?:just |really |honestly )?(?:dunno|idk|dont know|do not know|(?:have )?no idea)",
        "(?:im |i am )?(?:really )?not (?:so |too |really |entirely |quite )?(?:sure|certain)",
        "(?:i )?(?:really |honestly )?(?:cant|cannot|can not|couldnt|could not)"
        " (?:really |honestly )?(?:tell|say|swear|be (?:sure|certain)|decide)",
        "(?:its )?(?:hard|difficult) to (?:say|tell|know)|(?:its )?(?:complicated|mixed)",
        "maybe|mibbe|possibly|perhaps|could be|might be|who knows|how (?:would|should|do) i know",
        "(?:a )?bit of both|sort of|kind of|kinda|yes and no",
    ),
    "no": (
        "no+(?! (?:doubt|joke|end|one|idea))|nah|naw|nope|hardly|(?:nothing|nowt) like that",
        "not (?:really|especially|at all)",
        "not (?:to my knowledge|as far as i know|that i (?:know|can think) of|any ?more)",
        "(?:i )?(?:wouldnt|would not) (?:go that far|say (?:so|that)|call it)",
        "(?:i )?(?:dont|do not) think so",
    ),
    "yes": (
        "yes+|yeah+|yep|yup|yea|aye|mhm|(?:a )?(?:100|hundred)(?: per ?cent)?$|no doubt",
        "very (?:much|definitely)|definitely|definately|defo|deffo|absolutely|totally|completely",
        "certainly|obviously|clearly|constantly|of course|course|too right|without (?:a )?doubt",
        "(?:id|i would) (?:definitely )?say (?:so|that|yes)",
        "i (?:think|believe|guess|suppose|reckon) so|(?:it )?(?:feels|seems|looks) like it",
    ),
}
# More words than these may say yes after all: "no doubt", "hardly a day goes by".
_ONLY_NO = re.compile(
    rf"{_OPENING}(?:{'|'.join(_OPENS['no'])})(?: (?:no|nope|not|really|tbh|thanks|sorry|at all"
    r"|i dont think so|to be honest|(?:he|she|it) isnt|(?:hes|shes|theyre) not))*"
)
_TURNS = re.compile(r"\b(?:but|though|although|except|however|used to|not any ?more)\b")

# What says yes to one of them anywhere in a message, and what says no.
_YES = {
    "four_fixated": (
        "obsess(?:ed|ion)|fixat(?:ed|ion)|infatuated|(?:talks?|thinks?) (?:of|about) nothing else",
        "(?:cant|wont|cannot|will not) let (?:it|me|us|go)",
    ),
    "four_obsessive": (
        f"(?:follows?|followed|stalks|watches|tracks|tracked) {_PERSON}",
        "airtag|tracker|private detective|fake (?:accounts?|profiles?)",
        "(?:waits?|waited|sits|sat|parks?|parked|hangs?) (?:\\w+ ){0,3}(?:outside|opposite|near)",
        "(?:turns?|turned|shows?|showed) up (?:at|wherever|everywhere)",
        "knows (?:my|what|where|when|who)",
    ),
    "four_unwanted": (
        "(?:dont|do not|didnt|did not|never|no longer) (?:\\w+ )?"
        "(?:want|wanted|ask|asked|like|welcome|welcomed)",
        f"leave {_PERSON} alone|block(?:ed|ing) (?:him|her|them)|(?:wont|will not) take no",
        "(?:told|asked|begged) (?:him|her|them) to (?:stop|go away|stay away|leave|pack it in)",
        "makes me (?:feel )?(?:sick|ill|uncomfortable|scared)|completely unwanted",
        "want (?:it|him|her|them|this) (?:to )?(?:be )?(?:stop|end|over|gone|finish)",
    ),
    "four_repeated": (
        "lost count|every|all (?:of )?the time|twice|never stops|constant(?:ly)?|always|daily",
        "weekly|on and off|over and over|again and again|non ?stop|too many|countless",
        "(?:two|three|four|five|six|ten|[1-9][0-9]+|[2-9]|several|many|lots of|loads of|couple of)"
        f" (?:\\w+ )?{_TIMES}",
        "keeps (?:\\w+ )?(?:coming|calling|ringing|texting|messaging|doing|happening|turning)",
    ),
}
_NO = {
    "four_unwanted": (
        "(?:dont|do not|doesnt) (?:really )?mind|(?:hes|shes|he is|she is) (?:always )?welcome",
        "i (?:quite |do |still )?like (?:it|him|her|hearing)|back together",
        "i (?:agreed|asked (?:him|her|them) to)|(?:glad|happy) (?:of|with) (?:it|his|her|the)",
    ),
    "four_repeated": (
        "(?:just|only) (?:the |that |this )?(?:one|once)(?! (?:a|every|then)\\b)|one ?off|a single",
        "once and that was it|(?:first|1st) time|nothing (?:before|since|else since)",
    ),
}
_AGAINST = re.compile(
    r"\b(?:not|no|never(?! stops)|dont|doesnt|didnt|isnt|wasnt|havent|hasnt|without|nothing)\b"
)
# What somebody else thinks, or what was asked of him: no words of who is asked.
_OTHERS_SAY = re.compile(
    r"\b(?:he|she|they|people|mum|everyone|family) (?:\w+ )?(?:thinks?|says?|said|believes?|tells?"
    r"|wants?|doesnt|dont|keeps?|reckons?)\b|\b(?:but|not|nothing|gone|away|stop|leaves?|asked)\b"
)
# Here the words for it are negative themselves: "I never asked for any of it".
_NEGATIVE = "four_unwanted"


def in_words(slot: str, text: str) -> str | None:
    """The answer that a message gives in words of its own.

    Args:
        slot: the open question's slot.
        text: what was typed, which asks nothing and holds no danger.

    Returns:
        "yes", "no", "not_sure", or None where its words do not say, or say both.
    """
    said = plain_words(text)
    opened = next((one for one in _OPENS if _opens(one, said)), None)
    told = _told(slot, said)
    if slot == _NEGATIVE:
        return told or (opened if opened != "no" else None)  # "no, I never wanted it" is a yes
    if opened == "no":
        return "no" if _ONLY_NO.fullmatch(said) else None
    if opened == "yes" and (_TURNS.search(said) or told not in (None, opened)):
        return None
    return opened or told


def _told(slot: str, said: str) -> str | None:
    yes, no = (_says(words.get(slot, ()), said) for words in (_YES, _NO))
    is_turned = _OTHERS_SAY.search(said) if slot == _NEGATIVE else _AGAINST.search(said)
    if yes == no or (is_turned and (no or slot != _NEGATIVE)):
        return None
    return "yes" if yes else "no"


def _opens(one: str, said: str) -> bool:
    # "Of course not" is no yes.
    turned = r"(?! (?:not|nah|never)\b)" if one == "yes" else ""
    return bool(re.match(rf"{_OPENING}(?:{'|'.join(_OPENS[one])})\b{turned}", said))


def _says(words: Sequence[str], said: str) -> bool:
    return bool(words) and bool(re.search(rf"\b(?:{'|'.join(words)})\b", said))
