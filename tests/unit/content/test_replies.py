"""What the answers to some people must say, and must not, in both wordings."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from bot.content import render
from bot.content.hours import LONDON
from bot.content.models import Nation, Reply
from bot.content.register import get_register
from tests.integration.words import number

REGISTER = get_register()
MOMENT = dt.datetime(2026, 11, 24, 12, 0, tzinfo=LONDON)
NATIONS = ["england_wales", "scotland", "northern_ireland"]
OUTSIDE_ENGLAND_AND_WALES = NATIONS[1:]


def shown(reply: Reply, nation: Nation = "england_wales", simple: bool = False) -> list[str]:
    where = render.Context(REGISTER.forces[render.DEFAULT_FORCE], MOMENT, nation)
    return render.bubbles(REGISTER, reply, where, simple)


def of(reply_id: str, nation: Nation = "england_wales", simple: bool = False) -> str:
    """All that an answer tells, what stands behind "More" too."""
    reply = REGISTER.reply(reply_id, nation)
    rest = shown(reply.model_copy(update={"bubbles": reply.more or {"en": ()}, "services": ()}))
    return "\n".join([*shown(reply, nation, simple), *([] if simple else rest)])


def first_sentence(text: str) -> str:
    return re.split(r"[.?:] ", text)[0]


# Who may be in danger reads 999 first.


@pytest.mark.parametrize("nation", NATIONS)
@pytest.mark.parametrize("simple", [False, True])
@pytest.mark.parametrize(
    "reply_id",
    ["advice/home_safety"],
)
def test_999_stands_in_the_first_sentence(reply_id, nation, simple):
    assert "999" in first_sentence(of(reply_id, nation, simple))


@pytest.mark.parametrize("simple", [False, True])
@pytest.mark.parametrize("reply_id", ["reporting/breach", "advice/spo_breach_penalty"])
def test_999_stands_before_the_law(reply_id, simple):
    assert "999" in first_sentence(of(reply_id, simple=simple))


@pytest.mark.parametrize("nation", OUTSIDE_ENGLAND_AND_WALES)
@pytest.mark.parametrize("simple", [False, True])
def test_what_stands_in_for_all_of_england_and_wales_begins_with_999_and_101(nation, simple):
    assert REGISTER.reply("advice/right_to_know", nation).id == f"nation/{nation}"
    said = shown(REGISTER.reply("advice/right_to_know", nation), nation, simple)
    assert "999" in first_sentence(said[0]) and "101" in said[0] and "law" not in said[0]


@pytest.mark.parametrize("nation", NATIONS)
@pytest.mark.parametrize("simple", [False, True])
def test_999_stands_in_the_first_bubble_after_rape(nation, simple):
    assert "999" in shown(REGISTER.reply("advice/sexual_violence", nation), nation, simple)[0]


@pytest.mark.parametrize("nation", OUTSIDE_ENGLAND_AND_WALES)
def test_each_police_service_takes_reports_online_and_on_101(nation):
    service = REGISTER.services[{"scotland": "police_scotland", "northern_ireland": "psni"}[nation]]
    for reply_id in (f"nation/{nation}", "reporting/how", "reporting/online_form"):
        said = of(reply_id, nation)
        assert str(service.url) in said and "101" in said and "online" in said


@pytest.mark.parametrize("simple", [False, True])
@pytest.mark.parametrize("reply_id", ["other_language", "emergency_any_language"])
def test_who_speaks_another_language_is_told_of_interpreters_on_the_call(reply_id, simple):
    said = of(reply_id, simple=simple)
    assert "interpreter" in said and "hang up" in said


# In a crisis.

CRISIS = sorted({id for id, _ in REGISTER.replies if id.partition("/")[0].startswith("crisis")})
LINES = {"england_wales": "nhs_111", "scotland": "nhs_24", "northern_ireland": "lifeline"}
NAMES = {"england_wales": "NHS 111", "scotland": "NHS 24", "northern_ireland": "Lifeline"}
MOST_WORDS_OF_A_CRISIS = 110  # one screen of a phone, the helplines included


@pytest.mark.parametrize("nation", NATIONS)
@pytest.mark.parametrize("simple", [False, True])
def test_who_was_strangled_is_sent_to_a_doctor_in_every_nation(nation, simple):
    first, *rest = shown(REGISTER.reply("risk/strangled", nation), nation, simple)
    assert "999" in first
    for sign in ("breathe", "swallow", "voice", "head", "weak", "worse"):
        assert sign in first
    assert "A&E" in rest[0] and "feel fine" in rest[0] and "later" in rest[0]


@pytest.mark.parametrize("reply_id", ["nation/scotland", "advice/other_orders", "advice/spo_what"])
def test_in_scotland_one_incident_of_domestic_abuse_is_enough_for_an_order(reply_id):
    assert "For domestic abuse" in of(reply_id, "scotland")
    assert re.search(r"one incident can be enough", of(reply_id, "scotland"))


def test_breaking_an_order_in_scotland_can_mean_five_years():
    assert "five years" in of("advice/spo_breach_penalty", "scotland")
    assert "five years" in of("advice/other_orders", "scotland")


@pytest.mark.parametrize("simple", [False, True])
def test_who_asks_under_clares_law_asks_first_if_the_person_is_told(simple):
    said = of("advice/right_to_know", simple=simple)
    assert re.search(r"first whether they might ever tell", said)
    assert "police may be able to tell you" in said


def test_an_urgent_order_can_be_asked_for_the_same_day():
    said = " ".join(of("orders/nmo_apply").split())
    assert "same day" in said and "without the other person being told first" in said


def test_occupation_orders_are_told_of_where_orders_are():
    assert "occupation order" in of("advice/other_orders")
    assert (
        "orders/occupation_leave" in REGISTER.reply("advice/other_orders", "england_wales").offers
    )


# How long somebody has to report.


@pytest.mark.parametrize("simple", [False, True])
def test_the_six_months_are_the_law_of_england_and_wales_only(simple):
    said = of("reporting/past", simple=simple)
    assert "soon" in said
    assert "In England and Wales" in said and "six months of the last incident" in said
    for nation in OUTSIDE_ENGLAND_AND_WALES:
        said = of("reporting/past", nation, simple)
        assert "soon" in said and "six months" not in said


# In a crisis.


@pytest.mark.parametrize("nation", NATIONS)
@pytest.mark.parametrize("simple", [False, True])
@pytest.mark.parametrize("reply_id", CRISIS)
def test_in_a_crisis_999_samaritans_and_the_line_of_the_nation_are_named(reply_id, simple, nation):
    said = of(reply_id, nation, simple)
    assert "999" in shown(REGISTER.reply(reply_id, nation), nation, simple)[0]
    named = "Samaritans on" if reply_id == "crisis_check" else "Samaritans:"
    assert f"{named} {number('samaritans')}" in said
    assert NAMES[nation] in said
    assert re.search(rf"(?<!\d){REGISTER.services[LINES[nation]].phone}(?!\d)", said)
    assert not any(name in said for where, name in NAMES.items() if where != nation)
    assert "Breathing Space" not in said or nation == "scotland"
    assert len(said.split()) <= MOST_WORDS_OF_A_CRISIS


@pytest.mark.parametrize("nation", NATIONS)
@pytest.mark.parametrize("reply_id", CRISIS)
def test_whom_a_crisis_reply_calls_open_at_any_hour_is(reply_id, nation):
    said = REGISTER.reply(reply_id, nation)
    if re.search("any hour|day or night", of(reply_id, nation)):
        where = render.Context(REGISTER.forces[render.DEFAULT_FORCE], MOMENT, nation)
        assert all(one.hours.always for one in render.listed(REGISTER, said, where))


# Outside England and Wales.


@pytest.mark.parametrize("simple", [False, True])
def test_scotland_has_its_own_answers_on_reporting_the_law_and_orders(simple):
    report = of("reporting/how", "scotland", simple)
    assert "call 999. If not, call Police Scotland on 101" in report and "not a report" in report
    assert "not a report" not in of("nation/scotland", "scotland", simple)
    assert "five years" in of("advice/law", "scotland", simple)
    for topic in ("other_orders", "spo_what", "spo_duration"):
        said = of(f"advice/{topic}", "scotland", simple)
        assert "non-harassment order" in said and "Only the police can" not in said


def test_in_northern_ireland_the_law_and_who_can_ask_for_an_order_are_told():
    assert "10 years" in of("advice/law", "northern_ireland")
    assert "Chief Constable" in of("advice/spo_who_can", "northern_ireland")


@pytest.mark.parametrize("nation", OUTSIDE_ENGLAND_AND_WALES)
@pytest.mark.parametrize("simple", [False, True])
@pytest.mark.parametrize("reply_id", ["reporting/breach", "advice/spo_breach_penalty"])
def test_a_broken_order_begins_with_999_and_names_101_in_every_nation(nation, simple, reply_id):
    said = shown(REGISTER.reply(reply_id, nation), nation, simple)
    assert "999" in first_sentence(said[0]) and "101" in " ".join(said)


@pytest.mark.parametrize("nation", NATIONS)
@pytest.mark.parametrize("simple", [False, True])
def test_who_cannot_hear_or_speak_learns_each_way_to_999_in_every_nation(nation, simple):
    said = of("advice/deaf", nation, simple)
    assert "999 BSL" in first_sentence(said) and "18000" in said and "Relay UK" in said
    assert simple or "text the word register to 999" in said
    assert ("18001 101" in said) is (nation == "england_wales")
    assert ("SignHealth" in said) is (nation == "england_wales")


@pytest.mark.parametrize("nation", OUTSIDE_ENGLAND_AND_WALES)
@pytest.mark.parametrize(
    "reply_id",
    [
        "advice/sexual_violence",
        "advice/honour_based",
        "advice/friend_or_family",
        "advice/ex_partner",
        "advice/older",
        "advice/helplines",
        "advice/deaf",
    ],
)
def test_people_are_answered_before_the_law_is(reply_id, nation):
    said = of(reply_id, nation)
    assert REGISTER.reply(reply_id, nation).id == reply_id
    assert "own law" not in said and "England" not in said


@pytest.mark.parametrize("nation", NATIONS)
def test_nobody_is_blamed_for_rape(nation):
    assert "isn't your fault" in of("advice/sexual_violence", nation)


CENTRES = {"england_wales": "sarc", "scotland": "sarcs_scotland", "northern_ireland": "rowan"}


@pytest.mark.parametrize("nation", NATIONS)
@pytest.mark.parametrize("simple", [False, True])
def test_after_rape_there_is_a_centre_that_needs_no_police_and_a_number_to_ring(nation, simple):
    said = REGISTER.reply("advice/sexual_violence", nation)
    text, centre = of(said.id, nation, simple), REGISTER.services[CENTRES[nation]]
    assert (centre.phone or str(centre.url)) in text
    assert re.search(r"without the police", text)
    assert simple or re.search("keep evidence", text)
    where = render.Context(REGISTER.forces[render.DEFAULT_FORCE], MOMENT, nation)
    listed = render.listed(REGISTER, said, where)
    assert all(one.phone for one in listed) and listed[0].hours.always


@pytest.mark.parametrize(
    ("reply_id", "nation", "service"),
    [
        ("advice/sexual_violence", "england_wales", "rape_support_line"),
        ("advice/sexual_violence", "scotland", "sarcs_scotland"),
        ("advice/sexual_violence", "scotland", "rape_crisis_scotland"),
        ("advice/sexual_violence", "northern_ireland", "rowan"),
        ("advice/sexual_violence", "northern_ireland", "ni_domestic_sexual_abuse"),
        ("advice/honour_based", "scotland", "scotland_domestic_abuse"),
        ("advice/honour_based", "northern_ireland", "karma_nirvana"),
        ("advice/ex_partner", "england_wales", "ndah"),
        ("advice/ex_partner", "scotland", "scotland_domestic_abuse"),
        ("advice/ex_partner", "northern_ireland", "ni_domestic_sexual_abuse"),
        ("risk/strangled", "england_wales", "ndah"),
        ("risk/strangled", "scotland", "scotland_domestic_abuse"),
        ("risk/strangled", "northern_ireland", "ni_domestic_sexual_abuse"),
        ("advice/helplines", "scotland", "victim_support_scotland"),
        ("advice/older", "scotland", "victim_support_scotland"),
    ],
)
def test_each_nation_has_its_own_people_to_call(reply_id, nation, service):
    assert REGISTER.services[service].name in of(reply_id, nation)


@pytest.mark.parametrize("nation", NATIONS)
def test_a_partner_or_an_ex_may_be_of_any_sex(nation):
    assert f"Galop: {number('galop')}" in of("advice/ex_partner", nation)


# Single answers.


@pytest.mark.parametrize("simple", [False, True])
def test_locks_are_not_changed_in_a_shared_home_without_advice(simple):
    said = of("advice/home_safety", simple=simple)
    assert re.search(r"share the home.* get advice before you change", said)
    assert said.index("share the home") < said.index("may have a key")


@pytest.mark.parametrize("simple", [False, True])
def test_a_parent_is_not_answered_as_if_they_were_the_child(simple):
    said = of("advice/young_person", simple=simple)
    assert "If this is you" in said and "a child you know" in said
    assert "believe them" in said and "report it for them" in said
    assert "adult you trust" in said and "Childline" in said


def test_those_listed_as_free_are_free():
    for nation in NATIONS:
        where = render.Context(REGISTER.forces[render.DEFAULT_FORCE], MOMENT, nation)
        services = render.listed(REGISTER, REGISTER.reply("helplines/cost", nation), where)
        assert services and all(one.free for one in services)


def test_what_to_say_to_a_helpline_and_what_it_costs_follow_the_helplines():
    for nation in NATIONS:
        follow_ups = REGISTER.reply("advice/helplines", nation).follow_ups
        assert follow_ups["how"] == "helplines/first_words"
        assert follow_ups["cost"] == "helplines/cost"
    for nation in OUTSIDE_ENGLAND_AND_WALES:
        assert REGISTER.reply(f"nation/{nation}", nation).follow_ups["cost"] == "helplines/cost"
    for reply_id in ("helplines/first_words", "helplines/cost"):
        for simple in (False, True):
            assert re.search("phone's (call )?history", of(reply_id, simple=simple))
    assert REGISTER.reply("advice/police_complaint").follow_ups["how"] == "case/complain"


def test_who_is_told_to_call_reads_a_number_first():
    services = shown(REGISTER.reply("advice/older"))[-1].splitlines()
    assert services[-1].startswith("Hourglass") and "https://" in services[-1]


# Finer answers to part of what a label asks.


@pytest.mark.parametrize("simple", [False, True])
def test_what_breaks_an_order_hangs_on_the_order_and_is_for_the_police_to_hear(simple):
    said = of("orders/broken", simple=simple)
    assert "999" in first_sentence(said)
    assert "depends on what the court wrote" in said
    assert re.search(r"tell the police each time", said, re.IGNORECASE)
    assert not re.search(r"a like|birthday|kind words", said, re.IGNORECASE)


@pytest.mark.parametrize("nation", OUTSIDE_ENGLAND_AND_WALES)
def test_what_breaks_an_order_is_no_law_of_england_elsewhere(nation):
    assert of("orders/broken", nation) == of("reporting/breach", nation)


@pytest.mark.parametrize("nation", NATIONS)
def test_of_intimate_images_the_crime_and_the_ways_to_have_them_taken_down_are_told(nation):
    full, short = (of("advice/image_abuse", nation, simple) for simple in (False, True))
    assert re.search(r"is a crime across the UK, and so is threatening to", full)
    for said in (full, short):
        assert "not your fault" in said and "crime" in said
        assert said.index("If it's safe, save") < said.index("taken down")
        assert re.search(r"nder 18.* Report Remove", said)
    assert re.search(r"18 or over.* StopNCII .*https://stopncii\.org/", full)
    laws = {"law-intimate", "sco-intimate", "ni-intimate"}
    assert laws <= set(REGISTER.reply("advice/image_abuse", nation).facts)


REVIEWED_BY = {
    "england_wales": "Crown Prosecution Service",
    "scotland": "prosecutors",
    "northern_ireland": "Public Prosecution Service",
}


@pytest.mark.parametrize("nation", NATIONS)
def test_who_is_let_down_learns_of_the_review_of_their_nation_and_to_ask_for_it_soon(nation):
    full = of("advice/police_complaint", nation)
    assert REVIEWED_BY[nation] in full and "look" in full and "again" in full
    assert ("Victims' Right to Review" in full) is (nation != "northern_ireland")
    for reply_id in ("advice/police_complaint",):
        for simple in (False, True):
            said = of(reply_id, nation, simple)
            assert "sk soon" in said
            others = {REVIEWED_BY[one] for one in NATIONS} - {REVIEWED_BY[nation], "prosecutors"}
            assert not any(one in said for one in others)
            assert ("policeconduct" in full) is (nation == "england_wales")


def test_who_can_ask_for_a_domestic_abuse_protection_order_and_who_knows_where_is_said():
    said = " ".join(of("advice/other_orders").split())
    assert re.search(r"some areas.* you .*yourself for a Domestic Abuse Protection Order", said)
    assert re.search(r"I don't know which areas.*\. The court or a helpline can tell you", said)
    assert not re.search(r"Manchester|Croydon|Bromley|Sutton|Cleveland|Wales", said)


@pytest.mark.parametrize("simple", [False, True])
def test_how_common_it_is_frightens_nobody(simple):
    said = of("risk/how_common", simple=simple)
    assert "one in seven" in said
    assert not re.search(r"kill|murder|homicide|die|convict|guilty", said, re.IGNORECASE)


@pytest.mark.parametrize("simple", [False, True])
def test_a_tracker_that_is_found_is_photographed_before_anything_else(simple):
    said = of("safety/find_tracker", simple=simple)
    photo, police = said.lower().index("photo"), said.lower().index("call 101 before you switch")
    assert said.index("999") < photo < police


def test_the_law_on_recording_is_not_told_without_a_source():
    assert "A court decides" in " ".join(of("case/record_them").split())


def test_the_home_router_is_changed_after_the_proof_is_saved():
    said = of("advice/smart_home")
    assert said.index("photograph the settings") < said.index("change the password")
