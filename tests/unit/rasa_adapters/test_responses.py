"""`RegisterResponses`: from a response's name in the real domain to the register's words."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from bot import render_context
from bot.content import render
from bot.content.hours import LONDON
from bot.content.register import get_register
from bot.rasa_adapters import domain_replies
from bot.rasa_adapters.domain_replies import REFERENCE
from bot.rasa_adapters.responses import RegisterResponses
from bot.settings import get_settings
from tests.unit.rasa_parts import conversation, user

NOW = dt.datetime(2026, 11, 24, 10, 30, tzinfo=LONDON)


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch):
    monkeypatch.setattr(render_context, "now_in_london", lambda: NOW)


@pytest.fixture
def generate(domain):
    """What is said for a response after a message; None where nothing is."""

    def generated(name, *events, **slots):
        tracker = conversation(domain, *events, **slots)
        generator = RegisterResponses(None, domain)
        return asyncio.run(
            generator.generate(name, tracker, "chat", domain_responses=domain.responses)
        )

    return generated


def words(reply_id, nation="england_wales", simple=False):
    """A register reply as Rasa would send it."""
    register = get_register()
    force = register.forces[render.DEFAULT_FORCE]
    context = render.Context(force=force, moment=NOW, nation=nation)
    reply = register.reply(reply_id, nation)
    bubbles = render.bubbles(register, reply, context, simple)
    return {
        "text": "\n\n".join(bubbles),
        "buttons": [
            {"title": button.title, "payload": button.payload}
            for button in render.buttons(register, reply, context)
        ],
        "bubbles": [one.as_dict() for one in bubbles],
    }


@pytest.mark.parametrize("label", ["emergency", "emergency/in_home", "affirm"])
def test_the_emergency_reply(generate, label):
    said = generate("utter_call_999", user(label))
    assert said == words("emergency")
    assert said["text"] and said["buttons"]


@pytest.mark.parametrize("topic", ["cannot_speak", "followed_now", "child_taken", "for_someone"])
def test_a_topic_of_danger_has_words_of_its_own(generate, topic):
    said = generate("utter_call_999", user(f"emergency/{topic}"))
    assert said == words(f"emergency/{topic}")
    assert said != words("emergency")


@pytest.mark.parametrize("topic", ["self_harm", "someone_else", "stalker_threatens"])
def test_a_topic_of_crisis_has_words_of_its_own(generate, topic):
    said = generate("utter_crisis_help", user(f"crisis/{topic}"))
    assert said == words(f"crisis/{topic}")
    assert said != words("crisis")


def test_the_crisis_reply(generate):
    assert generate("utter_crisis_help", user("crisis/suicidal")) == words("crisis")


@pytest.mark.parametrize("topic", ["someone_else", "stalker_threatens"])
@pytest.mark.parametrize(
    ("text", "is_own"),
    [
        ("he told me to kill myself", True),
        ("she sends me ways to kill my self", True),
        ("he says i'll kill myself if you go", False),
        ("she told me to kill him", False),
    ],
)
def test_who_is_told_to_die_is_at_risk_themselves(domain, topic, text, is_own):
    item = domain_replies.item_said(domain.responses, "utter_crisis_help", f"crisis/{topic}", text)
    assert item == ("crisis" if is_own else f"crisis/{topic}")


@pytest.mark.parametrize(
    ("topic", "text", "expected"),
    [
        ("suicidal", "i took an overdose", "crisis_after/harm_done"),
        ("someone_else", "my friend took pills and shes asleep", "crisis_after/harm_done"),
        ("suicidal", "i want to take an overdose", "crisis"),
        ("stalker_threatens", "he says he took an overdose", "crisis/stalker_threatens"),
    ],
)
def test_harm_that_was_done_does_not_wait(domain, topic, text, expected):
    item = domain_replies.item_said(domain.responses, "utter_crisis_help", f"crisis/{topic}", text)
    assert item == expected


@pytest.mark.parametrize("label", ["crisis", "crisis/someone_else", "crisis/stalker_threatens"])
def test_in_danger_the_crisis_reply_keeps_the_buttons_of_the_emergency(generate, label):
    said = generate("utter_crisis_help", user(label), emergency_mode=True)
    item = words(label)
    assert said["text"] == item["text"]
    assert said["buttons"] == words("emergency")["buttons"] + item["buttons"]
    assert len(said["buttons"]) <= render.MAX_BUTTONS


def test_a_pressed_button_decides_the_topic(generate):
    pressed = user("emergency", reply="emergency/cannot_speak")
    assert generate("utter_call_999", pressed) == words("emergency/cannot_speak")


def test_an_unknown_topic_gets_the_general_words(generate):
    assert generate("utter_call_999", user("emergency/no_such_topic")) == words("emergency")


def test_the_topic_of_another_level_changes_nothing(generate):
    # A crisis label must not lead the emergency reply astray, nor the other way round.
    assert generate("utter_call_999", user("crisis/self_harm")) == words("emergency")
    assert generate("utter_crisis_help", user("emergency/cannot_speak")) == words("crisis")


def test_before_any_message_it_still_speaks(generate):
    assert generate("utter_call_999") == words("emergency")


@pytest.mark.parametrize("question", ["fixated", "obsessive", "unwanted", "repeated"])
def test_plain_responses(generate, question):
    said = generate(f"utter_ask_four_{question}", user("affirm"))
    assert said == words(f"four/{question}")


QUESTIONS = ["fixated", "obsessive", "unwanted", "repeated"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_question_of_a_form_waits_while_danger_is_asked_about(generate, question):
    """Its buttons would stand below "Is this happening now?"."""
    said = generate(f"utter_ask_four_{question}", user("affirm"), asked="happening_now")
    assert said == {"text": "", "buttons": []}


def test_no_other_response_waits(generate):
    assert generate("utter_call_999", user("affirm"), asked="happening_now") == words("emergency")


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("text", ["", "i don't understand the question"])
def test_a_question_has_easier_words(generate, question, text):
    message = user("nlu_fallback" if text else "simplify")
    message.text = text
    said = generate(f"utter_ask_four_{question}", message)
    assert said == words(f"four/{question}", simple=True) != words(f"four/{question}")


def test_an_unknown_response_is_none(generate):
    assert generate("utter_no_such_response", user("greet")) is None


def test_a_response_that_names_no_item_is_none(domain):
    generator = RegisterResponses(None, domain)
    tracker = conversation(domain, user("greet"))
    for variants in ([], [{"text": "written out here"}], [{"custom": {}}], [{"text": None}]):
        said = generator.generate(
            "utter_x", tracker, "chat", domain_responses={"utter_x": variants}
        )
        assert asyncio.run(said) is None


def test_without_the_domains_responses_it_is_none(domain):
    generator = RegisterResponses(None, domain)
    tracker = conversation(domain, user("emergency"))
    assert asyncio.run(generator.generate("utter_call_999", tracker, "chat")) is None


@pytest.mark.parametrize("nation", ["scotland", "northern_ireland"])
def test_the_nation_decides_the_words(generate, nation):
    said = generate("utter_reporting/how", user("reporting/how"), nation=nation)
    assert said == words("reporting/how", nation)
    assert said != words("reporting/how")


def test_the_force_of_this_website_is_named(generate, monkeypatch):
    register = get_register()
    own_page = register.forces[render.DEFAULT_FORCE].report_url
    name = next(one.id for one in register.forces.values() if one.report_url != own_page)
    default = generate("utter_reporting/how", user("reporting/how"))
    monkeypatch.setenv("CHAT_FORCE", name)
    get_settings.cache_clear()
    said = generate("utter_reporting/how", user("reporting/how"))
    assert said["text"] != default["text"]


def test_every_response_of_the_domain_names_an_item_of_the_register(domain):
    assert domain.responses
    for name, variants in domain.responses.items():
        (variant,) = variants
        assert variant["text"].startswith(REFERENCE), name
        assert get_register().has_reply(variant["text"].removeprefix(REFERENCE)), name


def test_every_button_leads_to_an_intent_of_the_domain(domain):
    offered = {offer for reply in get_register().replies.values() for offer in reply.offers}
    assert offered
    for reply_id in offered:
        intent = render.payload_for(reply_id)[1:].partition("{")[0]
        assert intent in domain.intents, f"{reply_id} leads to /{intent}"


def in_polish(label):
    message = user(label)
    message.text = "on jest pod drzwiami z nozem"
    return message


def test_danger_in_another_language_is_told_to_name_it(generate):
    said = generate("utter_call_999", in_polish("emergency/weapon"))
    assert said == words("emergency_any_language")
    assert said["text"].startswith("Call 999 now.")


def test_who_cannot_speak_is_told_how_in_every_language(generate):
    said = generate("utter_call_999", in_polish("emergency/cannot_speak"))
    assert said == words("emergency/cannot_speak")
