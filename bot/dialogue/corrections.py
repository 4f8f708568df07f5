"""What a message asks for once what it denies is left out: "no not spyware. the airtag"."""

from __future__ import annotations

import re

# So sure a turn has to put an answer right, and the words from which on it says what was meant.
SURE, SAYS_WHAT = 0.5, 7
# Where a new thought begins.
_THOUGHTS = re.compile(r"[.,;!?]+|\b(?:but|i (?:asked|said|mean|meant|just|want|need))\b")
# A thought that only says what was not meant, or takes up what was said.
_DENIES = re.compile(
    r"(?:(?:no|nah|nope|what|wait|oh|sorry|erm|um|woah|and) )*"
    r"(?:not|(?:i'?m|i am|it'?s|it is|that'?s|that is|this is|we'?re|(?:s?he)'?s) not"
    r"|(?:i|we) (?:did ?n'?t|do ?n'?t) (?:ask|mean|say)|(?:i|we) not"
    r"|you (?:said|already|keep)|(?:i|we)(?:'?ve)? already)\b"
)
# Words: fewer ask for nothing by themselves.
_LEAST = 3


def meant(text: str) -> str:
    """Returns a message without the thoughts that say what was not meant.

    As it is where it has none of them, or where too little would be left.
    """
    thoughts = [one.strip() for one in _THOUGHTS.split(text)]
    others = [one for one in thoughts if one and not _DENIES.match(one)]
    if len(others) == len([one for one in thoughts if one]):
        return text
    left = ", ".join(others)
    return left if len(left.split()) >= _LEAST else text
