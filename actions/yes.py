"""What a short word answers: "yes" a question, "ok" mostly nothing.

The labels do not tell them apart: "yes", "ok" and "fine" are all `affirm`. Where a yes ends an
alarm, that matters, for "ok" after "Call 999 now" means "I will".
"""

from __future__ import annotations

import re

from bot.safety import control_phrases
from bot.safety.normalise import plain_words
from bot.safety.patterns import is_whole, shared

_YES_WORDS = shared()["yes"]
# Only in these is a yes. Emoji count for none: a thumb up is an "ok".
_YES = re.compile(
    rf"\b(?:{_YES_WORDS}|it is|it has|correct|true|definitely"
    r"|absolutely|indeed|affirmative|thats right)\b"
)
# "Yes I will", "yes calling now": to what the chat said, not to what it asked. And "yes but ...".
_NO_ANSWER = re.compile(
    r"\b(?:will|ill|gonna|going to|(?:call|phone|ring|dial|text)(?:s|l?ing)?|doing|on it"
    r"|but|still|not|isnt|no|never)\b"
)
_PLEA = re.compile(r"\b(?:please|pls|plz|help)\b")
# "Not sure" to the question asked; with more words it is about something else.
_DOUBT = re.compile(
    r"(?:(?:i|im|am|id|a bit|not|really|too|quite|sure|unsure|dont|do|know|idk|maybe|perhaps"
    r"|possibly|probably|might|may|could|can|be|think|so|sometimes|um|hmm|he|she|they|someone|it)"
    r"(?: |$))+"
)
# "Yes wait" and "yes, later" are none of these.
_SENDS = re.compile(
    rf"(?:(?:{_YES_WORDS}|ok|okay|k|sure|fine|correct|right|thats|it|is"
    r"|all|good|looks|please|pls|plz|do|send|go|ahead|on|then|pass|i|agree|confirm|thanks"
    r"|thank|you|thx|ta|cheers|definitely|absolutely|of|course|to|them|police)(?: |$))+"
)
_OK = re.compile(
    r"(?:(?:ok|okay|k|kk|right|fine|sure|alright|cool|thanks|thank you|thx|ta|cheers)(?: |$))+"
)
# Whole messages that are a yes, perhaps with thanks: "yes im scared" is more.
_BARE_YES = re.compile(
    rf"(?:(?:{_YES_WORDS}|it is|its|is|correct|true|definitely|absolutely"
    r"|thats right|over|finished|safe|now|thanks|thank you|thank god|thx|ta|cheers|all|phew|sorry"
    r"|please|pls|ok|okay|x+)(?: |$))+"
)


def is_meant(text: str) -> bool:
    """Whether a text that was understood as a yes is one, and not "ok" or "yes I will"."""
    said = plain_words(text)
    return (
        bool(_YES.search(said)) and not _NO_ANSWER.search(said) and not control_phrases.asks(text)
    )


def is_plea(text: str) -> bool:
    """Whether a yes asks for something: "yes please" is no answer to "Is the danger over?"."""
    return bool(_PLEA.search(plain_words(text)))


def is_only_yes(text: str) -> bool:
    """Whether a whole text is a yes, perhaps with thanks; "yes im scared" is more."""
    return is_whole(_BARE_YES, text)


def is_mere_ok(text: str) -> bool:
    """Whether a text is "ok", "fine" or "thanks" and no more, which ends nothing.

    "Sure" and "right" may be a yes to "Is this happening now?": `control_phrases.says_ok` leaves
    them out.
    """
    return is_whole(_OK, text)


def is_unconditional(text: str) -> bool:
    """Whether a whole text is a yes and no more: "yes if it's safe" is not, nor is "yes wait"."""
    return is_whole(_SENDS, text)


def is_mere_doubt(text: str) -> bool:
    """Whether a text is "not sure" and no more; "I don't know what to do" is more."""
    return is_whole(_DOUBT, text)
