"""Full labels, and how they are read from a message that Rasa has parsed. No Rasa here.

A full label is `top_level/topic` or a plain `top_level`; docs/labels.md defines each.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

# Names of properties in Rasa's parse data.
LABELS = "labels"  # the likeliest full labels with their probabilities
ANSWERS = "answers"  # the answers that it probably asks for, and how near their questions are
TURN = "turn"  # what the person does with it, and who speaks
DANGER = "danger"  # the emergency net's score and tier; within `turn`, how likely there is any
OVER = "over"  # within `turn`: how surely it says that what is open is over, or never was
OVER_IN_PART = "over_in_part"  # the same of that of its thoughts that says so most surely
ANSWER = "answer"  # within `turn`: to a yes-or-no question that waits, what it answers
HERE = "here"  # within `turn`: how likely the place it names is where the person is
RESPONSE_SELECTOR = "response_selector"
REPLY_ENTITY = "reply"  # carried by buttons
NATION_ENTITY = "nation"

# How the ids of answers begin that are for who stalks, or is said to.
OF_ACCUSED = ("accused/", "own_behaviour/")
# How the ids of answers begin that are said while an emergency is open, and how sure it has to be
# that one of them is meant.
OF_DANGER = "danger/"
# The one to who tells that the police have come: with them there it is over.
POLICE_ARE_THERE = "danger/police_here_say"
_SURE = 0.5
# The same of what tells of danger once more, where only the 999 reply would come instead.
_SURE_IN_DANGER = 0.2
# Those for who rings for somebody else.
_FOR_OTHERS = ("danger/for_someone_else", "danger/rang_for_someone")
# Words: a longer message may hold danger in the middle of much that is like none.
LONGEST_WHOLE = 40


# Asked of every label for every message.
@lru_cache(maxsize=512)
def top_level(label: str) -> str:
    """`advice` of `advice/tracker`; the label itself when it is plain."""
    return label.partition("/")[0]


def full_label(parse_data: Mapping[str, Any]) -> str | None:
    """The full label of a parsed message, or of the button that was pressed."""
    if pressed := entity(parse_data, REPLY_ENTITY):
        return pressed
    name = (parse_data.get("intent") or {}).get("name")
    if name is None:
        return None
    selected = (parse_data.get(RESPONSE_SELECTOR) or {}).get(name, {}).get("response", {})
    label: str = selected.get("intent_response_key") or name
    return label


def entity(parse_data: Mapping[str, Any], name: str) -> str | None:
    """The value of the first entity with this name."""
    for found in parse_data.get("entities") or []:
        if found.get("entity") == name:
            return str(found.get("value"))
    return None


def danger_tier(parse_data: Mapping[str, Any]) -> str:
    """What the emergency net said of the message: `none`, `check` or `emergency`."""
    return str((parse_data.get(DANGER) or {}).get("tier", "none"))


def scores(parse_data: Mapping[str, Any]) -> tuple[float, float]:
    """The net's scores of danger and of a crisis; 1 where it gave none."""
    judged = parse_data.get(DANGER) or {}
    return judged.get("score", 1.0), judged.get("crisis_score", 1.0)


def crisis_tier(parse_data: Mapping[str, Any]) -> str:
    """What the net said of suicide and self-harm: `none`, `check` or `crisis`."""
    return str((parse_data.get(DANGER) or {}).get("crisis", "none"))


def answered(parse_data: Mapping[str, Any]) -> tuple[str, float]:
    """What a typed message answers to the yes-or-no question that waits, and how surely.

    An act: `affirms`, `denies`, `not_sure` or `stops`; "" for none of them, and where none waits.
    """
    read = (parse_data.get(TURN) or {}).get(ANSWER)
    return (read["name"], read["confidence"]) if read else ("", 0.0)


def of_open_danger(parse_data: Mapping[str, Any], *, is_for_others: bool) -> str | None:
    """The answer to what is said while an emergency is open, where surely one is meant.

    Args:
        parse_data: of the message.
        is_for_others: whether somebody else is in danger. "Give the address where they are" is
            no answer for who is.
    """
    ranking = (parse_data.get(ANSWERS) or {}).get("ranking", ())
    of_danger = [
        one
        for one in ranking
        if one["id"].startswith(OF_DANGER) and (is_for_others or one["id"] not in _FOR_OTHERS)
    ]
    if not of_danger:
        return None
    is_danger = (parse_data.get("intent") or {}).get("name") == "emergency"
    may_be_less = is_danger and of_danger[0]["id"] != POLICE_ARE_THERE
    least = _SURE_IN_DANGER if may_be_less else _SURE
    is_sure = sum(one["confidence"] for one in of_danger) >= least
    # "Here" may be said of the police or of whom they were called for.
    is_one_word = len(str(parse_data.get("text") or "").split()) == 1
    return str(of_danger[0]["id"]) if is_sure and not is_one_word else None
