"""Tells which force polices where the person is, when they say where that is, or whose it is.

"I'm in Leeds" and "my police are West Yorkshire" do, "he moved to Leeds" does not. Only the force's
id is kept, and no text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from bot.content import labels, places
from bot.content.places import Place
from bot.content.register import get_register, whole_register
from bot.dialogue import own_place
from bot.dialogue.own_place import before
from bot.settings import get_settings
from bot.slots import (
    HANDOVER_CONFIRM,
    HANDOVER_TIME,
    HANDOVER_WAY,
    LAST_REPLY,
    LOCAL_FORCE,
    NATION,
    REQUESTED_SLOT,
    WHO,
)

# The nation of all these forces.
NATION_THERE = "england_wales"
# The replies that say so (data/content/replies/reporting.yml).
ELSEWHERE, REACH = "local_force/elsewhere", "local_force/reach"
# Replies after which the mere name of a place tells where the person is: they ask for it, or name
# a force or its page.
_ASKS = ("advice/other_nation", "abroad", ELSEWHERE, REACH)
_NAMES_A_FORCE = ("{force.name}", "{force.home_url}", "{force.report_url}")
# How somebody can be reached is no answer to where they are: "my work phone, in Leeds".
_FORM = (HANDOVER_WAY, HANDOVER_TIME, HANDOVER_CONFIRM)
# So many places of a message are looked at.
_MOST_PLACES = 20

_POLICE = r"(?:police(?:\sforce)?|force|constabulary|cops|coppers|polis)"
# "My police are", "the police round here is", "we come under the", before the name.
_MINE_BEFORE = re.compile(
    rf"(?:\b(?:my|our)\s(?:local\s|own\s|nearest\s)?(?:{_POLICE}|area|county)"
    r"(?:[’']?s|\sis|\sare|\swould be|\swill be)"
    rf"|\b{_POLICE}\s(?:(?:round|around)\s)?here\s(?:is|are)"
    r"|\b(?:i|we)(?:[’']?m|[’']?re|\s(?:am|are|come|fall))\s(?:under|covered by))\s(?:the\s)?$",
    re.IGNORECASE,
)
# "is my police", after it.
_MINE_AFTER = re.compile(
    rf"\s(?:is|are)\s(?:my|our)\s(?:local\s|own\s|nearest\s)?{_POLICE}\b", re.IGNORECASE
)
# "That's sussex police", and nothing more of them: not "it's sussex police who told me".
_IT_IS = re.compile(
    r"\b(?:that|it)(?:[’']?s|\sis|\swould be|\sshould be)\s(?:the\s)?$", re.IGNORECASE
)
_IS_ALL_OF_IT = re.compile(
    r"\s*(?:$|[.,;!\n]|\b(?:not|here|for|round|where|then|though|mate|instead|now)\b)",
    re.IGNORECASE,
)
# "I'm in the bath."
_IN_THE = re.compile(r"\bthe\s$", re.IGNORECASE)
_FROM = re.compile(r"\bfrom\s(?:the\s)?$", re.IGNORECASE)
# "Not in", "nowhere near", "don't live in", right before the name.
_DENIED = re.compile(
    r"\b(?:not|nowhere|never|isnt|isn[’']t|arent|aren[’']t|aint|ain[’']t|dont|don[’']t|no longer)\s"
    r"(?:(?:even|actually|really|live|living|stay|be|from|in|near|anywhere|at|under|covered|by|my"
    r"|our|the|your)\s){0,4}$",
    re.IGNORECASE,
)
# A sentence that is no more than the place, and asks nothing: "swansea. who do i complain to".
_ENDS = re.compile(r"\s*[.!\n]\s*\S")
# What may stand around the places in a message that says nothing but where the person is, or that
# it is not where the website's force is.
_AROUND = frozenset(
    {
        "a", "actually", "again", "ah", "ahm", "also", "am", "and", "anywhere", "are", "area",
        "around", "as", "at", "based", "be", "bit", "but", "by", "city", "come", "constabulary",
        "county", "covered", "current", "currently", "do", "dont", "even", "far", "for", "force",
        "from", "here", "i", "im", "in", "instead", "is", "isnt", "it", "its", "ive", "just",
        "like", "live", "living", "local", "location", "mate", "me", "moved", "my", "myself",
        "near", "nearest", "no", "not", "now", "nowhere", "of", "ok", "on", "our", "outside",
        "place", "please", "pls", "police", "really", "round", "said", "side", "so", "sorry",
        "stay", "staying", "thats", "the", "then", "there", "this", "tho", "though", "to", "told",
        "town", "uk", "under", "up", "village", "way", "we", "were", "weve", "where", "would",
        "wrong", "yeah", "you", "your",
    }
)  # fmt: skip


def told(parse_data: Mapping[str, Any], slots: Mapping[str, Any]) -> dict[str, Any]:
    """The slots that the latest message decides: the force, and the nation with it.

    Args:
        parse_data: of the message, with the turn classifier's reading.
        slots: those of the conversation before it.
    """
    force = stated(parse_data, slots)
    return {LOCAL_FORCE: force, NATION: NATION_THERE} if force else {}


def stated(parse_data: Mapping[str, Any], slots: Mapping[str, Any]) -> str | None:
    """The id of the force that polices where the message says the person is; None without one.

    On a website of the force for the railways it is never another.
    """
    text = str(parse_data.get("text") or "")
    if text.startswith("/") or slots.get(REQUESTED_SLOT) in _FORM or _is_of_railways():
        return None
    found = places.named(text)[:_MOST_PLACES]
    if not found:
        return None
    said = [one for one in found if _is_said(text, one)]
    if said:
        # "I'm from Leeds but I live in Truro."
        return min(said, key=lambda one: bool(_FROM.search(before(text, one.start)))).force
    if _is_elsewhere(parse_data):
        return None
    who = slots.get(WHO)
    meant = [
        one
        for one in found
        if not (one.is_word or _is_denied(text, one))
        and not own_place.is_of_others(text, one.start, who)
    ]
    if whole := next((one for one in meant if _is_whole(text, one)), None):
        return whole.force
    forces = {one.force for one in meant}
    is_told = _is_bare_answer(text, slots) or _is_here(parse_data, slots)
    return forces.pop() if is_told and len(forces) == 1 else None


def is_all(text: str) -> bool:
    """Whether a message says nothing but where the person is, or is not."""
    found = places.named(text)
    for one in reversed(found):
        text = f"{text[: one.start]} {text[one.end :]}"
    return bool(found) and _AROUND.issuperset(word.text for word in places.words(text))


def _is_said(text: str, place: Place) -> bool:
    """Whether the words around a place say that the person is there, or its police theirs."""
    said_before = before(text, place.start)
    if place.is_word and _IN_THE.search(said_before):
        return False
    if own_place.is_said(text, place.start) or _MINE_BEFORE.search(said_before):
        return True
    is_it = place.is_force and _IT_IS.search(said_before)
    is_named = is_it and _IS_ALL_OF_IT.match(text, place.end)
    return bool(is_named or _MINE_AFTER.match(text, place.end))


def _is_denied(text: str, place: Place) -> bool:
    return bool(_DENIED.search(before(text, place.start)))


def _is_whole(text: str, place: Place) -> bool:
    """Whether a place is a sentence of a longer message."""
    return bool(own_place.BEGINS.search(before(text, place.start)) and _ENDS.match(text, place.end))


def _is_bare_answer(text: str, slots: Mapping[str, Any]) -> bool:
    """Whether a place alone tells where the person is: first of all, or after a force was named."""
    if not is_all(text) or text.rstrip().endswith("?"):
        return False
    last = slots.get(LAST_REPLY)
    if last in _ASKS:
        return True
    is_nation_known = slots.get(NATION) not in (None, NATION_THERE)
    return not is_nation_known and (last is None or last in replies_with_a_force())


def _is_here(parse_data: Mapping[str, Any], slots: Mapping[str, Any]) -> bool:
    """Whether the turn classifier takes a message for one that tells where the person is."""
    here = (parse_data.get(labels.TURN) or {}).get(labels.HERE, 0.0)
    known = slots.get(LOCAL_FORCE) or slots.get(NATION)
    return bool(here >= (own_place.SURELY_HERE if known else own_place.LIKELY_HERE))


def _is_elsewhere(parse_data: Mapping[str, Any]) -> bool:
    """Whether the message names a place in Scotland or Northern Ireland."""
    return any(
        found.get("entity") == labels.NATION_ENTITY and found.get("value") != NATION_THERE
        for found in parse_data.get("entities") or ()
    )


def _is_of_railways() -> bool:
    return whole_register().forces[get_settings().force].nation == "railways"


@lru_cache(maxsize=1)
def replies_with_a_force() -> frozenset[str]:
    """The replies (ids) that name a force, or the address of one."""
    return frozenset(
        reply.id
        for reply in get_register().replies.values()
        for text in (*reply.bubbles["en"], *reply.simple.get("en", ()))
        if any(name in text for name in _NAMES_A_FORCE)
    )
