"""Which force polices where the person is, by what they say."""

from __future__ import annotations

import pytest

from bot.dialogue import case
from bot.dialogue.local_force import is_all, stated
from bot.settings import get_settings
from tests.unit.processor import least

SAID = [
    ("i'm in Leeds", "west-yorkshire"),
    ("My police are Devon and Cornwall", "devon-and-cornwall"),
    ("I live near Truro", "devon-and-cornwall"),
    ("bedfordshire?? am in leeds", "west-yorkshire"),
    ("that's sussex police", "sussex"),
    ("I am nowhere near Bedfordshire. I live near Truro.", "devon-and-cornwall"),
    ("im not in bedfordshire, im in york", "north-yorkshire"),
    ("I'm from Leeds but I live in Truro", "devon-and-cornwall"),
    ("I'm in Truro and my ex is in Leeds", "devon-and-cornwall"),
    ("i moved from Luton to Leeds last year", "west-yorkshire"),
    ("sussex police are my local force", "sussex"),
    ("we come under West Mercia", "west-mercia"),
    ("my force is the Met", "metropolitan"),
    ("the police round here are gmp", "greater-manchester"),
    ("im in reading", "thames-valley"),
    ("swansea. who do i complain to", "south-wales"),
    ("leeds", "west-yorkshire"),
]
NOT_SAID = [
    "he moved to Leeds",
    "he's in Leeds and wont leave me alone",
    "im not in Leeds",
    "i dont live in leeds",
    "leeds?",
    "is my police sussex?",
    "is kent police any good",
    "its sussex police who told me to ring",
    "I reported it to Sussex police",
    "im in the bath",
    "I keep reading his messages",
    "she met him in a bar",
    "im in glasgow",
]


def read(text, here=0.0, nation=None):
    entities = [{"entity": "nation", "value": nation, "start": 0, "end": 1}] if nation else []
    return {"text": text, "turn": {"here": here}, "entities": entities}


@pytest.mark.parametrize(("text", "force"), SAID)
def test_the_person_says_so(text, force):
    assert stated(read(text), {}) == force


@pytest.mark.parametrize("text", NOT_SAID)
def test_others_do_not_count(text):
    assert stated(read(text), {}) is None


def test_the_nation_is_kept_with_it():
    told = case.told(read("im in leeds"), {"nation": "scotland"})
    assert told["local_force"] == "west-yorkshire" and told["nation"] == "england_wales"
    assert "local_force" not in case.told(read("he is in leeds"), {})


@pytest.mark.parametrize(
    ("text", "slots", "force"),
    [
        # After a reply that names a force, or asks where the person is.
        ("no truro", {"last_reply": "local_force/reach"}, "devon-and-cornwall"),
        ("leeds", {"last_reply": "reporting/new"}, "west-yorkshire"),
        ("leeds", {"last_reply": "advice/other_nation", "nation": "scotland"}, "west-yorkshire"),
        # Anywhere else it may be anything.
        ("leeds", {"last_reply": "advice/tracker"}, None),
        ("leeds", {"nation": "scotland"}, None),
        ("leeds truro", {"last_reply": "reporting/new"}, None),
        # How they can be reached.
        ("im in leeds", {"requested_slot": "handover_way"}, None),
    ],
)
def test_the_mere_name_of_a_place_answers_some_replies(text, slots, force):
    assert stated(read(text), slots) == force


@pytest.mark.parametrize(
    ("here", "slots", "nation", "force"),
    [
        (0.5, {}, None, "west-yorkshire"),
        (0.3, {}, None, None),
        (0.5, {"local_force": "kent"}, None, None),
        (0.95, {"local_force": "kent"}, None, "west-yorkshire"),
        (0.95, {}, "scotland", None),
    ],
)
def test_the_turn_classifier_counts_too(here, slots, nation, force):
    text = "its about where we are which is leeds way by the way"
    assert stated(read(text, here, nation), slots) == force


def test_of_the_place_only_the_force_is_kept():
    text = "I live near Hebden Bridge, at my sister's in Todmorden"
    told = case.told(read(text), {})
    assert told["local_force"] == "west-yorkshire"
    assert not any(word in str(told).lower() for word in ("hebden", "todmorden", "sister"))


def test_a_button_says_nothing():
    assert stated(read('/advice{"reply": "im in leeds"}'), {}) is None


def test_on_the_railways_police_website_it_is_never_another(monkeypatch):
    monkeypatch.setenv("CHAT_FORCE", "british-transport-police")
    get_settings.cache_clear()
    assert stated(read("im in leeds"), {}) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I am nowhere near Bedfordshire. I live near Truro.", True),
        ("bedfordshire?? am in leeds", True),
        ("im in leeds, how do i report it", False),
        ("hello im in leeds", False),
        ("im here", False),
    ],
)
def test_it_is_known_when_nothing_else_is_said(text, expected):
    assert is_all(text) is expected


@pytest.mark.parametrize("text", ["leeds " * 340, "not in " * 300, "my police are the " * 120])
def test_a_long_message_takes_milliseconds(text):
    stated(read("warm up"), {})
    assert least(lambda: stated(read(text), {})) < 0.5
