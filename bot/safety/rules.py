"""Word rules for danger that is happening now.

They need the text alone, and about a millisecond for a usual message, so they hold when the
model is missing or Rasa is down. They find cues of present danger, and signs that a cue is not
present danger: told in the past, denied, imagined, fiction, or over. The patterns stand in
`cues.yml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.safety.normalise import clean, normalise
from bot.safety.patterns import each_compiled

# So much of a message is read, by the rules as by all else; the time for it grows with length.
MAX_CHARACTERS = 2_000
_MAY_BE = re.compile(r"\b(?:might|may|could|mite|cud)\b(?: well)?(?: be| have| of)?")
# Where a new thought begins: also before "hes", unless it hangs on what stands before.
_PARTS = re.compile(
    r"[.,;!?]+|\b(?:but|and)\b|(?<!if )(?<!that )(?<!when )(?<!where )(?<!think )(?<!scared )"
    r"(?<!says )(?<!said )(?<!not )(?=\b(?:he'?s|she'?s|they'?re) )"
)
# Characters of a message that does no more than ask for help.
_LONGEST_ASKING = 100
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}", re.IGNORECASE)


@lru_cache(maxsize=1)
def _patterns() -> dict[str, tuple[re.Pattern[str], ...]]:
    return each_compiled(Path(__file__).with_name("cues.yml"))


@dataclass(frozen=True)
class RuleFindings:
    """What the rules saw in one message.

    Attributes:
        cues: number of different cues of present danger.
        not_now: number of different signs that it is not happening now.
    """

    cues: int
    not_now: int


def find(text: str) -> RuleFindings:
    """Apply the rules to one message (any string; its first MAX_CHARACTERS are read)."""
    readings = _readings(text)
    return RuleFindings(
        cues=sum(1 for pattern in _patterns()["cues"] if _in_any(pattern, readings)),
        not_now=sum(1 for pattern in _patterns()["not_now"] if _in_any(pattern, readings)),
    )


def has_cue_beside(text: str, other: str) -> bool:
    """True when a message has a cue that is not read in another wording of it all the same.

    Args:
        text: what was typed.
        other: the other wording, which was read already.
    """
    readings = _readings(text) - _readings(other)
    return any(_in_any(pattern, readings) for pattern in _patterns()["cues"])


def may_be_near(text: str) -> bool:
    """True when the message says that somebody may be near, and no sign that it is not now."""
    readings = _readings(text)
    if not any(_in_any(pattern, readings) for pattern in _patterns()["possible"]):
        return False
    # "Might" by itself is a sign of what is only imagined.
    others = {_MAY_BE.sub("", reading) for reading in readings}
    return not any(_in_any(pattern, others) for pattern in _patterns()["not_now"])


def crisis_cue(text: str) -> bool:
    """True when the message has plain words of suicide or self-harm that it does not deny."""
    readings = {_without_denials(reading) for reading in _readings(text)}
    return any(_in_any(pattern, readings) for pattern in _patterns()["crisis"])


def tells_harm_done(text: str) -> bool:
    """True when the message tells of harm that was just done: "I took an overdose".

    It says nothing of who did it to whom: to be asked of a message that is taken for a crisis.
    """
    readings = _readings(text)
    return any(_in_any(pattern, readings) for pattern in _patterns()["harm_done"])


def tells_more_of_harm(text: str) -> bool:
    """True when the message may be more of harm that was told just before: "about 30"."""
    readings = _readings(text)
    return any(_in_any(pattern, readings) for pattern in _patterns()["more_of_harm"])


def denies_crisis(text: str) -> bool:
    """True when the whole message says that there is no such risk: "I'm not suicidal"."""
    if any(_in_any(pattern, _readings(text)) for pattern in _patterns()["no_crisis"]):
        return True
    read = normalise(text[:MAX_CHARACTERS])
    rest = _without_denials(read)
    return rest != read and any(one.search(rest) for one in _patterns()["only_denied"])


def without_denied_crisis(text: str) -> str:
    """Returns a message without the words that deny such a risk; as it is where none do.

    "I'm not suicidal, I don't trust the police" becomes "I don't trust the police".
    """
    parts = [part.strip() for part in _PARTS.split(text[:MAX_CHARACTERS])]
    others = [part for part in parts if part and not denies_crisis(part)]
    is_whole = len(others) == len([one for one in parts if one])
    left = text if is_whole else ", ".join(others)
    read = normalise(left)
    rest = _without_denials(read)
    return left if rest == read else rest


def _without_denials(read: str) -> str:
    """A normalised message without the words that deny a crisis."""
    for pattern in _patterns()["denied_crisis"]:
        read = pattern.sub(" ", read)
    return " ".join(read.split()).strip(" ,.;!")


def only_asks_for_help(text: str) -> bool:
    """True when the whole message asks for help and says no more: "i need help"."""
    if len(text) > _LONGEST_ASKING or "!" in text or text.isupper():
        return False
    read = normalise(text)
    return any(pattern.search(read) for pattern in _patterns()["asks_for_help"])


def is_plain(text: str) -> bool:
    """True when the message has a cue, and it or the part with the cue has no sign against it.

    So "what is an order? he is outside" is plain, though a question stands before the cue.
    """
    found = find(text)
    if not (found.cues and found.not_now):
        return found.cues > 0
    parts = (find(part) for part in _PARTS.split(normalise(text[:MAX_CHARACTERS])))
    return any(part.cues and not part.not_now for part in parts)


def _readings(text: str) -> set[str]:
    """The message, and the same with drawn-out letters once: "hellllp meeee" is "help me" too."""
    text = clean(text[:MAX_CHARACTERS])
    return {normalise(reading) for reading in {text, _DRAWN_OUT.sub(r"\1", text)}}


def _in_any(pattern: re.Pattern[str], readings: set[str]) -> bool:
    return any(map(pattern.search, readings))
