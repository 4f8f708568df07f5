"""Labels: read from a parsed message, and the same everywhere they are named.

docs/labels.md, domain.yml, data/nlu/ and the replies of the register must agree, and the answers
to the questions that are most often got wrong must say what the law says.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from bot.content import labels, render
from bot.content.register import load
from bot.nlu import corpus
from tests.integration.words import number

ROOT = Path(__file__).resolve().parents[3]
REGISTER = load()
IDS = sorted({id for id, _ in REGISTER.replies})
MOMENT = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
REFERENCE = "register:"
MIN_EXAMPLES = 40
MIN_EMERGENCY_EXAMPLES = 400

_ROW = re.compile(r"^\| `([a-z0-9_]+(?:/[a-z0-9_]+)?)` \| (.+) \|$", re.MULTILINE)
_ANNOTATED = re.compile(r"\[([^\]]+)\][({][^)}]*[)}]")


def documented() -> list[str]:
    return [label for label, _ in _ROW.findall((ROOT / "docs/labels.md").read_text("utf-8"))]


def examples() -> list[tuple[str, str]]:
    """(label, example as a person would type it), of every file of the training data."""
    return [
        (block["intent"], _ANNOTATED.sub(r"\1", line.removeprefix("- ").strip()))
        for path in corpus.files()
        for block in yaml.load(path.read_text(encoding="utf-8"), Loader=corpus._Loader)["nlu"]
        if "intent" in block
        for line in block["examples"].splitlines()
    ]


LABELS = documented()
EXAMPLES = examples()
DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
INTENTS = {next(iter(each)) if isinstance(each, dict) else each for each in DOMAIN["intents"]}
RESPONSES = {
    name: variants[0]["text"].removeprefix(REFERENCE)
    for name, variants in DOMAIN["responses"].items()
}
WITH_TOPIC = [label for label in LABELS if "/" in label]
PLAIN = [label for label in LABELS if "/" not in label]
ANSWERED = [label for label in LABELS if label.startswith(("advice/", "reporting/"))]
# Actions decide what these say; follow-ups lean on the last answer.
DECIDED_BY_ACTIONS = ("repeat", "simplify", "follow_up/")


# Reading labels.


@pytest.mark.parametrize(
    ("label", "top"),
    [("advice/tracker", "advice"), ("greet", "greet"), ("emergency/in_home", "emergency")],
)
def test_top_level(label, top):
    assert labels.top_level(label) == top


def parsed(intent=None, *, entities=(), topic=None, **more):
    """Parse data as Rasa gives it."""
    data = {"intent": {"name": intent, "confidence": 0.9}, "entities": [*entities], **more}
    if topic:
        data["response_selector"] = {
            "all_retrieval_intents": [],
            intent: {"response": {"intent_response_key": topic, "confidence": 0.8}},
        }
    return data


PRESSED = {"entity": "reply", "value": "advice/tracker"}


@pytest.mark.parametrize(
    ("parse_data", "label"),
    [
        (parsed("greet"), "greet"),
        (parsed("advice", topic="advice/spo_what"), "advice/spo_what"),
        # A button's own label stands above whatever else was read.
        (parsed("advice", entities=[PRESSED]), "advice/tracker"),
        (parsed("advice", topic="advice/spo_what", entities=[PRESSED]), "advice/tracker"),
        # The topic is that of the intent, not of another one.
        (
            {**parsed("advice", topic="advice/spo_what"), "intent": {"name": "reporting"}},
            "reporting",
        ),
        (parsed("advice", entities=[{"entity": "nation", "value": "scotland"}]), "advice"),
        (parsed(None), None),
        ({"intent": None}, None),
        ({}, None),
        ({"intent": {"name": "greet"}, "entities": None, "response_selector": None}, "greet"),
    ],
)
def test_full_label(parse_data, label):
    assert labels.full_label(parse_data) == label


def test_the_first_entity_of_a_name_counts():
    nations = [{"entity": "nation", "value": value} for value in ("scotland", "northern_ireland")]
    assert labels.entity(parsed("advice", entities=[PRESSED, *nations]), "nation") == "scotland"
    assert labels.entity(parsed("advice", entities=nations), "reply") is None


@pytest.mark.parametrize(
    ("danger", "tier", "crisis"),
    [
        ({"tier": "emergency", "crisis": "none"}, "emergency", "none"),
        ({"tier": "check", "crisis": "check"}, "check", "check"),
        ({}, "none", "none"),
        (None, "none", "none"),
    ],
)
def test_what_the_net_said(danger, tier, crisis):
    assert labels.danger_tier({"danger": danger}) == tier
    assert labels.crisis_tier({"danger": danger}) == crisis
    assert labels.danger_tier({}) == labels.crisis_tier({}) == "none"


# The same labels everywhere.


def test_each_label_is_documented_once():
    assert [label for label, count in Counter(LABELS).items() if count > 1] == []
    assert len(LABELS) > 80


def test_documented_labels_are_those_with_examples():
    assert {label for label, _ in EXAMPLES} == set(LABELS)


@pytest.mark.parametrize("label", LABELS)
def test_each_label_has_enough_examples(label):
    assert Counter(known for known, _ in EXAMPLES)[label] >= MIN_EXAMPLES


def test_emergencies_have_many_examples():
    assert sum(label.startswith("emergency/") for label, _ in EXAMPLES) >= MIN_EMERGENCY_EXAMPLES


def test_no_example_stands_twice():
    typed = Counter(" ".join(example.casefold().split()) for _, example in EXAMPLES)
    assert "" not in typed
    assert [example for example, count in typed.items() if count > 1] == []


def test_intents_of_the_domain_are_the_documented_top_levels():
    assert {labels.top_level(label) for label in LABELS} == INTENTS


def test_intents_of_buttons_are_those_of_the_domain():
    assert set(PLAIN) == render.PLAIN_INTENTS
    tops = {labels.top_level(label) for label in WITH_TOPIC}
    assert tops - {"follow_up"} == render.TOP_LEVELS_WITH_TOPICS


def test_the_four_questions_leave_every_intent_but_their_answers_to_the_rules():
    ignored = set(DOMAIN["forms"]["four_form"]["ignored_intents"])
    assert ignored == INTENTS - {"affirm", "deny", "not_sure"} | {"nlu_fallback"}


@pytest.mark.parametrize(("response", "named"), RESPONSES.items())
def test_each_response_of_the_domain_names_a_reply(response, named):
    assert DOMAIN["responses"][response] == [{"text": f"{REFERENCE}{named}"}]
    assert REGISTER.has_reply(named)


@pytest.mark.parametrize("label", WITH_TOPIC)
def test_each_label_with_a_topic_has_a_response_with_its_own_reply(label):
    """Its own where the register has one, else that of its top level."""
    named = RESPONSES[f"utter_{label}"]
    if not label.startswith("follow_up/"):
        assert named == (label if REGISTER.has_reply(label) else labels.top_level(label))


def test_each_response_with_a_topic_belongs_to_a_label():
    responses = {name.removeprefix("utter_") for name in RESPONSES if "/" in name}
    assert responses == set(WITH_TOPIC)


@pytest.mark.parametrize(
    "label", [label for label in LABELS if not label.startswith(DECIDED_BY_ACTIONS)]
)
def test_each_label_is_answered(label):
    assert REGISTER.has_reply(label) or REGISTER.has_reply(labels.top_level(label))


@pytest.mark.parametrize("label", ANSWERED)
def test_each_question_has_its_own_answer_in_two_wordings_and_on_a_button(label):
    own = [reply for (id, _), reply in REGISTER.replies.items() if id == label]
    assert own
    for reply in own:
        assert reply.bubbles["en"] and reply.simple["en"]
        assert reply.simple != reply.bubbles
        whole = [*reply.bubbles["en"], *reply.steps.get("en", ())]
        assert len(" ".join(reply.simple["en"])) < len(" ".join(whole))
        assert reply.button["en"]


def test_no_answer_is_for_a_label_that_does_not_exist():
    tops = ("emergency/", "crisis/", "reporting/", "advice/", "out_of_scope/", "follow_up/")
    assert {id for id in IDS if id.startswith(tops)} <= set(LABELS)


def test_follow_ups_of_replies_are_documented():
    kinds = {kind for reply in REGISTER.replies.values() for kind in reply.follow_ups}
    documented_kinds = {label.partition("/")[2] for label in LABELS if label[:9] == "follow_up"}
    assert kinds == documented_kinds - {"number", "opening_hours"}


@pytest.mark.parametrize(
    "offer", sorted({offer for reply in REGISTER.replies.values() for offer in reply.offers})
)
def test_each_button_is_an_intent_of_the_domain_and_comes_back_as_its_label(offer):
    """Rasa reads a payload whose intent it does not know as something that a person typed."""
    payload = re.fullmatch(r"/([a-z_]+)(\{.*\})?", render.payload_for(offer))
    intent, entities = payload[1], json.loads(payload[2] or "{}")
    assert intent in INTENTS
    assert set(entities) <= set(DOMAIN["entities"])
    pressed = [{"entity": name, "value": value} for name, value in entities.items()]
    assert labels.full_label(parsed(intent, entities=pressed)) == offer


# Emergencies.

EMERGENCIES = [id for id in IDS if id == "emergency" or id.startswith("emergency/")]
IN_DANGER = [*EMERGENCIES, "safe_reply_emergency"]


def words_of(reply_id, nation="england_wales"):
    reply = REGISTER.reply(reply_id, nation)
    return " ".join([*reply.bubbles["en"], *reply.more.get("en", ()), *reply.question.values()])


def simple_words_of(reply_id, nation="england_wales"):
    reply = REGISTER.reply(reply_id, nation)
    return " ".join([*reply.simple["en"], *reply.question.values()])


def test_every_emergency_label_has_an_answer():
    assert "emergency" in EMERGENCIES and len(EMERGENCIES) > 1


@pytest.mark.parametrize("nation", ["england_wales", "scotland", "northern_ireland"])
@pytest.mark.parametrize("reply_id", IN_DANGER)
def test_an_emergency_reply_begins_with_999_and_asks_nothing(reply_id, nation):
    reply = REGISTER.reply(reply_id, nation)
    assert reply.id == reply_id
    assert reply.bubbles["en"][0].startswith("Call 999")
    assert "?" not in words_of(reply_id, nation)


@pytest.mark.parametrize("reply_id", IN_DANGER)
@pytest.mark.parametrize("said", [r"\b55\b", r"\b18000\b", r"\bBSL\b", "No one reads this"])
def test_an_emergency_reply_names_every_way_and_that_nobody_watches(reply_id, said):
    assert re.search(said, words_of(reply_id))


@pytest.mark.parametrize("reply_id", EMERGENCIES)
def test_the_simple_emergency_reply_begins_with_999_too(reply_id):
    assert simple_words_of(reply_id).startswith("Call 999")
    assert "?" not in simple_words_of(reply_id)


@pytest.mark.parametrize("reply_id", EMERGENCIES)
def test_an_emergency_reply_offers_the_way_out_of_it(reply_id):
    assert "safe_now" in REGISTER.reply(reply_id).offers


@pytest.mark.parametrize(
    "reply_id",
    [
        "emergency_check", "emergency_reminder", "emergency_denied", "emergency_yes",
        "emergency_unsure", "check_denied", "safe_reply", "screen_seen",
    ],
)  # fmt: skip
def test_whatever_is_said_in_possible_danger_names_999_and_55(reply_id):
    assert re.search(r"\b999\b", words_of(reply_id)) and re.search(r"\b55\b", words_of(reply_id))


@pytest.mark.parametrize(
    "reply_id", ["emergency_check", "emergency_reminder", "emergency_denied", "emergency_yes"]
)
def test_what_leads_asks_one_thing_in_both_wordings_with_buttons_for_both_answers(reply_id):
    reply = REGISTER.reply(reply_id)
    assert words_of(reply_id).count("?") == simple_words_of(reply_id).count("?") == 1
    assert "emergency" in reply.offers and {"safe_now", "check_denied"} & set(reply.offers)


@pytest.mark.parametrize("reply_id", ["emergency_reminder", "emergency_denied", "emergency_yes"])
def test_999_in_an_emergency_is_no_half_question(reply_id):
    """ "If you are still in danger, call 999. Are you safe?" leaves "yes" with two meanings."""
    reply = REGISTER.reply(reply_id)
    assert not any(text.startswith("If ") for text in (*reply.bubbles["en"], *reply.simple["en"]))


@pytest.mark.parametrize("reply_id", [id for id in IDS if id.startswith("crisis")])
def test_a_crisis_reply_names_999_and_the_samaritans(reply_id):
    reply = REGISTER.reply(reply_id)
    where = render.Context(REGISTER.forces["bedfordshire"], MOMENT)
    for simple in (False, True):
        shown = "\n".join(render.bubbles(REGISTER, reply, where, simple))
        assert "999" in shown and number("samaritans") in shown


# Facts that are often told wrongly.


@pytest.mark.parametrize("words", [words_of, simple_words_of])
def test_an_order_lasts_at_least_two_years_not_usually(words):
    said = words("advice/spo_duration")
    assert "at least two years" in said
    assert "usually" not in said.lower()


def test_every_test_for_an_order_must_be_met():
    for reply_id in ("advice/spo_limits", "advice/spo_against"):
        assert re.search(r"three tests\b.*\ball (of them )?must be met", words_of(reply_id))
        assert "spo-criteria" in REGISTER.reply(reply_id).facts
    said = words_of("advice/spo_limits").lower()
    assert "linked to stalking" in said and "risk" in said and "needed to protect" in said
    assert not re.search(r"\b(any|one) of (the|these) (three )?tests\b", said)


@pytest.mark.parametrize("words", [words_of, simple_words_of])
def test_an_order_can_be_made_against_an_ex_partner_or_a_stranger(words):
    said = words("advice/spo_against")
    assert re.search(r"\bex\b", said) and re.search(r"\bstranger\b", said)


def test_the_police_are_told_of_name_and_address_within_three_days():
    said = words_of("advice/spo_conditions")
    assert re.search(r"name and (home )?address within three days|within three days", said)


@pytest.mark.parametrize(
    ("words", "limit"), [(words_of, r"up to five years"), (simple_words_of, r"five years")]
)
def test_breaking_an_order_is_a_crime_with_up_to_five_years(words, limit):
    said = words("advice/spo_breach_penalty")
    assert re.search(r"\bcrime\b", said) and re.search(limit, said)


@pytest.mark.parametrize("words", [words_of, simple_words_of])
def test_no_condition_is_automatic(words):
    assert re.search(
        r"\b(none|no|nothing)\b[^.]* is automatic|nothing is automatic",
        words("advice/spo_conditions").lower(),
    )


def test_only_the_police_can_apply():
    assert re.search(r"only the police can ask", words_of("advice/spo_who_can").lower())
