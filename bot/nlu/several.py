"""Finds the answer to each of several questions in one message.

"How do I get the CCTV, and who do I give my stick to?" read as a whole is near one of the two at
most. Each question is read after the whole message, and what that asks for counts beside it, or
"what happens to it then" would be about anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from bot.safety import control_phrases

# Where one thought ends and another begins.
_ENDS = re.compile(r"[.,;!?\n]+|\b(?:but|and|also|cos|because)\b", re.IGNORECASE)
# In words: less is no question that says by itself what it is about.
_LEAST_WORDS = 3
# The most questions that are read.
_MOST = 4
# So likely an answer to one of them has to be; and what the whole message does not ask for at all
# counts as if it were as likely as this.
_SURE, _LEAST = 0.8, 0.0005


def questions(text: str) -> list[str]:
    """The questions in a message as it was typed; [] where there are not several."""
    thoughts = [one.strip() for one in _ENDS.split(text)]
    long_enough = [one for one in thoughts if len(one.split()) >= _LEAST_WORDS]
    asked = [one for one in long_enough if control_phrases.asks(one)]
    return asked[:_MOST] if len(asked) > 1 else []


def answers(
    asked: Sequence[str],
    whole: Mapping[str, float],
    find: Callable[[str], Mapping[str, float]],
) -> list[str]:
    """The ids of the answers to several questions, in their order; [] where not two are sure.

    Args:
        asked: the questions.
        whole: how likely each answer is by the whole message.
        find: the same by one of the questions.
    """
    found: dict[str, None] = {}
    for question in asked:
        scores = {
            one: np.log(share + 1e-9) + np.log(max(whole[one], _LEAST))
            for one, share in find(question).items()
        }
        best = max(scores, key=scores.__getitem__)
        sure = np.exp(scores[best] - np.logaddexp.reduce([*scores.values()]))
        if sure >= _SURE:
            found[best] = None
    return [*found] if len(found) > 1 else []
