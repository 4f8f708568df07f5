"""What of an answer a page can lay out: steps, contacts, the rest, where it was read."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest

from bot.content import render
from bot.content.hours import LONDON
from bot.content.register import get_register

REGISTER = get_register()
# A Tuesday on which most lines are open, and a Sunday.
OPEN, CLOSED = (
    dt.datetime(2026, 11, 24, 12, tzinfo=LONDON),
    dt.datetime(2026, 11, 29, 12, tzinfo=LONDON),
)
WHERE = render.Context(REGISTER.forces[render.DEFAULT_FORCE], OPEN)
REPLIES = [one for one in REGISTER.replies.values() if not one.id.startswith("widget/")]


def shown(reply, where=WHERE):
    where = replace(where, nation=render.nation_shown(reply), details=render.EXAMPLE_DETAILS)
    return render.statements(REGISTER, reply, where)


def test_every_bubble_names_its_reply():
    for reply in REPLIES:
        assert {one.reply for one in shown(reply)} == {reply.id}


def words(text):
    return set(re.findall(r"[\w@.]+", text.lower()))


@pytest.mark.parametrize("moment", [OPEN, CLOSED])
@pytest.mark.parametrize("by_text", [False, True])
def test_a_card_shows_no_word_that_the_text_has_not(moment, by_text):
    """But for what is behind a press: for whom it is, and its website."""
    where = replace(WHERE, moment=moment, by_text=by_text)
    for reply in REPLIES:
        for bubble in shown(reply, where):
            cards = bubble.layout.get("contacts", ())
            lines = bubble.splitlines() if cards else []
            for card, line in zip(cards, lines, strict=True):
                at_once = [str(card.get(key, "")) for key in ("name", "phone", "text", "hours")]
                assert words(" ".join(at_once)) <= words(line), reply.id
                assert card["for_whom"]
                if {"phone", "text", "email", "relay"}.isdisjoint(card):
                    assert card["url"] in line, reply.id


def test_a_card_says_whether_it_is_open():
    nsh = REGISTER.services["nsh"]
    assert render.contact(nsh, WHERE)["open"] is True
    assert render.contact(nsh, replace(WHERE, moment=CLOSED))["open"] is False
    assert "open" not in render.contact(REGISTER.services["paladin"], WHERE), "nothing is known"


def test_who_cannot_ring_gets_no_number_to_ring():
    by_text = replace(WHERE, by_text=True)
    card = render.contact(REGISTER.services["nsh"], by_text)
    assert "phone" not in card and card["relay"] == "18001 0808 802 0300"
    card = render.contact(REGISTER.services["samaritans"], by_text)
    assert {"phone", "relay"}.isdisjoint(card) and card["email"] == "jo@samaritans.org"


def test_steps_are_the_words_once_more():
    listed = [one for one in REPLIES if one.steps]
    assert listed
    for reply in listed:
        (bubble,) = (one for one in shown(reply) if "steps" in one.layout)
        steps = bubble.layout["steps"]
        assert bubble == "\n".join(f"{n}. {step}" for n, step in enumerate(steps, 1))


def test_in_easier_words_there_is_no_list_beside_them():
    for reply in REPLIES:
        if reply.steps and reply.simple:
            where = replace(WHERE, nation=render.nation_shown(reply))
            said = render.statements(REGISTER, reply, where, simple=True)
            assert not any("steps" in one.layout for one in said)


def test_the_rest_and_the_sources_are_behind_a_press_of_the_last_words():
    reply = REGISTER.reply("tech/tracker_alert")
    said = render.with_rest(REGISTER, reply, WHERE, shown(reply))
    *first, last = said
    assert not any(one.layout.get("more") for one in first)
    assert last.layout["more"] == [render.fill(REGISTER, one, WHERE) for one in reply.more["en"]]
    titles = [one["title"] for one in last.layout["sources"]]
    assert len(titles) == len(set(titles))
    assert {REGISTER.facts[one].source.title for one in reply.facts} == set(titles)
    assert [*said] == [*shown(reply)], "the words stay"


def test_every_answer_can_tell_where_it_was_read():
    for reply in REPLIES:
        if reply.facts:
            said = render.with_rest(REGISTER, reply, WHERE, shown(reply))
            assert sum("sources" in one.layout for one in said) == 1
