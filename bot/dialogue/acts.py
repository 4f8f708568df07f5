"""Dialogue acts: what a person does with a message in the middle of a chat."""

from __future__ import annotations

from typing import Literal, get_args

Act = Literal[
    "asks",
    "tells",
    "affirms",
    "denies",
    "not_sure",
    "acknowledges",
    "thanks",
    "corrects",
    "stops",
    "repeats",
    "simpler",
    "says_over",
    "never_was",
    "back_again",
    "gives_contact",
    "gives_time",
    "takes_back",
    "wants_person",
    "starts_four",
    "deletes",
    "greets",
    "leaves",
    "insults",
    "other_language",
    "off_topic",
    "noise",
]
ACTS: tuple[Act, ...] = get_args(Act)
# The yes-or-no or form question that waits for an answer; "" for none.
Open = Literal[
    "",
    "happening_now",
    "danger_over",
    "crisis",
    "four",
    "four_fixated",
    "four_obsessive",
    "four_unwanted",
    "four_repeated",
    "handover_offer",
    "handover_way",
    "handover_time",
    "delete",
    "helpful",
]
OPEN: tuple[Open, ...] = get_args(Open)
# One of the four questions; the older chats in data/turns/ do not say which.
FOUR: Open = "four"


def is_of_four(waiting: Open) -> bool:
    """Whether it is one of the four questions that waits."""
    return waiting.startswith(FOUR)
