"""Which services a reply tells of, and which one is asked for by its name."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.content import render, services
from bot.content.hours import LONDON
from bot.content.register import get_register

REGISTER = get_register()
WHERE = render.Context(
    force=REGISTER.forces[render.DEFAULT_FORCE],
    moment=dt.datetime(2026, 11, 24, 10, 30, tzinfo=LONDON),
)


@pytest.mark.parametrize("service", REGISTER.services.values(), ids=lambda one: one.id)
@pytest.mark.parametrize("form", ["{}", "what's the {} number", "{}'s number", "ring {}, pls?"])
def test_every_service_is_found_by_its_names(service, form):
    for name in names_of(service):
        so_called = [one.id for one in REGISTER.services.values() if name in names_of(one)]
        assert services.named_in(REGISTER, form.format(name)) == so_called
        assert services.named_in(REGISTER, form.format(name).upper()) == so_called


def names_of(service):
    return [service.name.partition(",")[0], *service.also_called]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "number pls",
        "he will shout if i ring",
        "they shout",
        "a shouted number",
        "victims support each other",
        "i respect that",
    ],
)
def test_other_words_name_none(text):
    assert services.named_in(REGISTER, text) == []


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("samaritans number", True),
        ("whats paladins phone number", True),
        ("number for the national stalking helpline", True),
        ("can i have the digits for childline", True),
        ("victim support rang me", False),
        ("victim support gave me a crime number", False),
        ("he knows my number", False),
    ],
)
def test_a_number_is_asked_for_next_to_the_name(text, asks):
    assert services.asks_for_number(REGISTER, text) is asks


@pytest.mark.parametrize(
    ("replies", "told"),
    [
        (["crisis_check"], ["samaritans", "shout", "nhs_111"]),
        (
            ["crisis_check", "reporting/how"],
            ["samaritans", "shout", "nhs_111", "nsh", "victim_support"],
        ),
        (["crisis_after"], ["samaritans", "shout", "nhs_111"]),
        (["thank", "talk_to_person"], ["nsh", "victim_support", "paladin"]),
        (["advice/confidentiality"], []),
    ],
)
def test_a_reply_tells_of_those_it_lists_and_those_in_its_words(replies, told):
    found = services.told_of(REGISTER, [REGISTER.reply(one) for one in replies], WHERE)
    assert sorted(found) == sorted(told)
    assert found[0:1] == told[0:1]


def test_what_was_typed_is_not_remembered():
    def newly_remembered():
        caches = [one for one in vars(services).values() if hasattr(one, "cache_info")]
        assert caches
        return sum(one.cache_info().misses for one in caches)

    services.named_in(REGISTER, "hello")  # the names of the register are
    before = newly_remembered()
    assert services.asks_for_number(REGISTER, "zebra 4711, samaritans number")
    assert newly_remembered() == before
