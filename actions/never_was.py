"""What words tell that a danger told before never was: a mistake, long past, far away.

The models take "the postman saw him too" and "it was the postman" for the same. Here the words
decide.
"""

from __future__ import annotations

import re

from actions.ended import denies_end, is_whole
from bot.safety.normalise import plain_words

# Who else it was, and no danger.
_HARMLESS = (
    r"(?:(?:postman|postie|delivery\w*|parcel|courier|uber|taxi|minicab|window cleaner|gas man"
    r"|meter reader|telly|tv)\b(?! doorbell| (?:he|she|they)\b)"
    r"|(?:cat|fox|badger|wind)(?: (?:lol|haha|sorry|thanks|thank god|phew))*$)"
)
_OPENING = r"^(?:(?:no|nah|oh|ok|lol|sorry|oops|my|a|an|by|just|its|only|nothing) )*"
_MISTAKE = re.compile(
    r"\b(?:it|that|this|its|thats)(?: (?:was|is|were))?(?: (?:all|only|just|a|an|my|by|some))* "
    r"(?:mistake|misunderstanding|joke|typo|test|accident)\b"
    rf"|{_OPENING}(?:mistake|typo|joke|oops|jk|joking|kidding|testing)\b"
    r"|\bit wasnt (?:even |actually |really )?(?:him|her|them)\b(?!.* it was (?:him|her|them)\b)"
    r"|\b(?:im|i am|i was)(?: (?:only|just|always))* (?:joking|kidding|testing)\b"
    r"|\b(?:by mistake|jk|wrong (?:word|chat|window)|ignore (?:that|me)|hypothetical\w*"
    r"|(?:just|only|for|as) an example|not what i meant|never any danger|just a question)\b"
    rf"|(?:\b(?:its|it is|it was|thats|that was|turned out to be)|{_OPENING}(?:only|just|its))"
    rf"(?: (?:only|just|actually|the|a|an|our|my|next|doors?|on))* {_HARMLESS}"
)
# What may stand around it; anything else is more: "wrong word i meant knife".
_FILLING = re.compile(
    r"(?:(?:no+|nah|nope|oh|ok|okay|lol|haha|sorry|oops|phew|thanks|thank you|thank god|cheers|ta"
    r"|silly|me|god|panicked|thought|hes?|him|her|it|its|is|was|that|thats|this|just|only|really|a"
    r"|the|my|by|all|i|mean|meant|and|fine|im|of|some|you|bot|now|guy|man|driver|chat|after|false"
    r"|alarm|nothing)(?: |$))*"
)
_LONGEST = 16
# Denied, guessed, or only what somebody looks like or says: "dressed as a postman".
_NO_MISTAKE = re.compile(
    r"\b(?:no|not|isnt|aint|wasnt|nor)(?: (?:a|an|the|any|my|just))?(?: \w+ing)? "
    r"(?:mistake|joke|joking|kidding|testing|typo|postman|delivery)\b"
    r"|\b(?:maybe|might|perhaps|possibly|could|dressed|disguised|pretend\w*|acting|says?|said"
    r"|claims?|thinks?|as a|like a)\b"
    r"|\b(?:nobody|no one|didnt|havent|hasnt|not) (?:\w+ )?(?:order|expect)\w*\b"
    r"|\bnothing to do with\b"
    r"|\bthought (?:\w+ ){0,3}(?:postman|delivery)\b"
    r"|\bmistake (?:to|letting|that|opening|telling)\b|\bignore me (?:if|when)\b"
)
# It is long past, not now, or far away ...
_PAST = (
    r"(?:last (?:night|week|month|year|summer|weekend|\w+day)|yesterday|ages ago"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|(?:(?:a )?(?:few|couple of|long|\w+) )?(?:days?|weeks?|months?|years?|time) ago|years"
    r"|in the past|on \w+day|in (?:january|february|march|april|may|june|july|august|september"
    r"|october|november|december))"
)
_NOT_NOW = r"not (?:\w+ )?(?:happening|now|today|tonight)(?: (?:now|today|any ?more))?"
_FAR = (
    r"(?:(?:(?:hes|he is|shes|she is) (?:still |now |back )?)?(?:in (?:prison|jail)|abroad)"
    r"|(?:hes|he is|shes|she is) not (?:h?ere|around|near))"
)
_NEVER_WAS = re.compile(rf"\b(?:{_PAST}|{_NOT_NOW}|{_FAR}|nothing|neither)\b")
# ... and nothing else is said: "he came yesterday too" is more.
_ONLY_THAT = re.compile(
    rf"(?:(?:{_PAST}|{_NOT_NOW}|{_FAR}|no+|nope|nah|sorry|oops|oh|ok|i|mean|meant|it|its|this|that"
    r"|thats|they|all|just|only|was|is|were|happened|about|really|nothing|neither|lol|thanks|on"
    r"|thank you|at the moment)(?: |$))+"
)
# "I mean" answers without a question.
_MEANT = re.compile(r"\bi (?:mean|meant)\b")
_SLIP = re.compile(
    r"\b(?:pressed|hit|tapped|clicked) (?:the )?wrong\b|\bwrong button\b|\bby accident\b"
)


def says_never_was(text: str) -> bool:
    """Whether a whole text says that a danger is past, far off or was none: "i meant last week"."""
    said = plain_words(text)
    is_past = _NEVER_WAS.search(said) and is_whole(_ONLY_THAT, text)
    return (bool(is_past) and not denies_end(text)) or says_mistake(text)


def means_the_past(text: str) -> bool:
    """The same of what was told before, where nothing was asked: "i meant last week".

    "Not now, last month" can be about nothing else either; "it was on Tuesday" may date a threat.
    """
    said = plain_words(text)
    is_past = re.search(_NOT_NOW, said) and re.search(_PAST, said)
    return bool(_MEANT.search(said) or is_past) and says_never_was(text)


def says_mistake(text: str) -> bool:
    """Whether words tell that there never was a danger: "wrong word lol", "its on the telly"."""
    said = plain_words(text)
    if len(said.split()) > _LONGEST or not _MISTAKE.search(said) or _NO_MISTAKE.search(said):
        return False
    rest = " ".join(_MISTAKE.sub(" ", said).split())
    return bool(_FILLING.fullmatch(rest)) and not denies_end(text)


def says_pressed_wrong(text: str) -> bool:
    """Whether words tell that what was said last was a slip of the thumb."""
    return bool(_SLIP.search(plain_words(text)))
