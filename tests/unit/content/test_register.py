"""The real register is sound, and a broken one is refused with the place to mend."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from bot.content import lint, render
from bot.content.answers import answers
from bot.content.register import ContentError, get_register, load
from tests.unit.content.small_register import fact, reply, service


def test_the_real_register_may_be_published(register):
    assert [str(finding) for finding in lint.check(register)] == []


def test_all_44_forces_are_there_with_bedfordshire_as_the_default(register):
    assert len(register.forces) >= 44
    assert render.DEFAULT_FORCE == "bedfordshire"
    assert register.forces[render.DEFAULT_FORCE].name == "Bedfordshire Police"


def test_every_item_knows_its_file(register):
    items = list(register.all_items())
    kinds = (register.facts, register.services, register.forces, register.replies)
    assert len(items) == sum(len(kind) for kind in kinds) > 400
    assert all(file.endswith(".yml") for file, _ in items)
    assert {file.split("/")[0] for file, _ in items} >= {"facts", "services.yml", "replies"}


def test_the_register_of_the_process_is_read_once():
    assert get_register() is get_register()
    assert get_register().forces.keys() == load().forces.keys()


# What a person typed wrong -> what the message must say.
BROKEN = {
    "missing field": (
        lambda small: small.item("f-law").pop("statement"),
        "facts.yml: f-law: statement: Field required",
    ),
    "missing field inside a field": (
        lambda small: small.item("f-law").update(source={}),
        "facts.yml: f-law: source.title: Field required",
    ),
    "missing id": (
        lambda small: small.item("line").pop("id"),
        "services.yml: (no id): id: Field required",
    ),
    "missing review date": (
        lambda small: small.item("advice/help").pop("review_by"),
        "replies.yml: advice/help: review_by: Field required",
    ),
    "a service without facts": (
        lambda small: small.item("line").update(facts=[]),
        "services.yml: line: facts: ",
    ),
    "unknown field": (
        lambda small: small.item("advice/help").update(colour="red"),
        "replies.yml: advice/help: colour: Extra inputs are not permitted",
    ),
    "unknown field of hours": (
        lambda small: small.item("line").update(hours={"text": "daily", "holidays": True}),
        "services.yml: line: hours.holidays: Extra inputs",
    ),
    "not a date": (
        lambda small: small.item("withpage").update(review_by="soon"),
        "forces.yml: withpage: review_by: ",
    ),
    "unknown nation": (
        lambda small: small.item("f-law").update(nation="france"),
        "facts.yml: f-law: nation: ",
    ),
    "not an address": (
        lambda small: small.item("find_my_force").update(url="police.uk"),
        "services.yml: find_my_force: url: ",
    ),
    "not an id": (
        lambda small: small.item("f-uncited").update(id="F Uncited"),
        "facts.yml: F Uncited: id: ",
    ),
    "empty text": (
        lambda small: small.item("line").update(name="  "),
        "services.yml: line: name: ",
    ),
    "bubbles in no list": (
        lambda small: small.item("advice/help").update(bubbles="Hello."),
        "replies.yml: advice/help: bubbles: ",
    ),
    "no language": (
        lambda small: small.item("advice/help").update(bubbles={}),
        "replies.yml: advice/help: bubbles: ",
    ),
    "an answer of silence": (
        lambda small: small.item("advice/help").update(bubbles={"en": []}),
        "replies.yml: advice/help: bubbles.en: ",
    ),
    "a simple answer of silence": (
        lambda small: small.item("advice/help").update(simple={"en": []}),
        "replies.yml: advice/help: simple.en: ",
    ),
    "unknown language": (
        lambda small: small.item("advice/help")["bubbles"].update(xx=["Hello."]),
        "replies.yml: advice/help: bubbles.xx",
    ),
    "hours on no clock": (
        lambda small: small.item("line").update(hours={"weekly": {"mon": "9-5"}, "text": "days"}),
        "services.yml: line: hours.weekly.mon: ",
    ),
    "unknown weekday": (
        lambda small: small.item("line").update(
            hours={"weekly": {"monday": "09:00-17:00"}, "text": "days"}
        ),
        "services.yml: line: hours.weekly.monday",
    ),
    "hours past midnight": (
        lambda small: small.item("line").update(
            hours={"weekly": {"fri": "22:00-02:00"}, "text": "nights"}
        ),
        "services.yml: line: hours.weekly.fri: ",
    ),
    "hours past 24:00": (
        lambda small: small.item("line").update(
            hours={"weekly": {"fri": "09:00-24:30"}, "text": "days"}
        ),
        "services.yml: line: hours.weekly.fri: ",
    ),
    "duplicate fact": (
        lambda small: small.documents["facts"].append(fact("f-law", "Again.")),
        "facts.yml: f-law: id: also stands in facts.yml",
    ),
    "duplicate reply of one nation": (
        lambda small: small.documents["replies"].append(reply("advice/order", "Again.")),
        "replies.yml: advice/order: id: also stands in replies.yml",
    ),
    "dangling fact of a reply": (
        lambda small: small.item("advice/order")["facts"].append("f-lost"),
        "replies.yml: advice/order: facts: no item 'f-lost'",
    ),
    "dangling fact of a service": (
        lambda small: small.item("line").update(facts=["f-lost"]),
        "services.yml: line: facts: no item 'f-lost'",
    ),
    "dangling force of a fact": (
        lambda small: small.item("f-local").update(force="atlantis"),
        "facts.yml: f-local: force: no item 'atlantis'",
    ),
    "dangling service": (
        lambda small: small.item("advice/order")["services"].append("lost"),
        "replies.yml: advice/order: services: no item 'lost'",
    ),
    "dangling offer": (
        lambda small: small.item("advice/order")["offers"].append("advice/lost"),
        "replies.yml: advice/order: offers: no item 'advice/lost'",
    ),
    "dangling follow-up": (
        lambda small: small.item("advice/order")["follow_ups"].update(how="advice/lost"),
        "replies.yml: advice/order: follow_ups: no item 'advice/lost'",
    ),
    "an offer without words for its button": (
        lambda small: small.item("advice/help").pop("button"),
        "replies.yml: advice/order: offers: 'advice/help' has no 'button' text to offer",
    ),
}


@pytest.mark.parametrize(("break_it", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_item_is_refused_with_file_id_and_field(small, break_it, message):
    small.load()
    break_it(small)
    with pytest.raises(ContentError) as refused:
        small.load()
    assert str(refused.value).startswith(message)


def test_all_faults_of_an_item_are_told_at_once(small):
    small.item("f-law").update(nation="france", colour="red")
    with pytest.raises(ContentError, match=r"f-law: nation: .*; colour: "):
        small.load()


UNREADABLE = {
    "unclosed bracket": (b"facts: [", "extra.yml: not readable as YAML"),
    "not UTF-8": (b"facts: \xff\xfe", "extra.yml: not readable as YAML"),
    "a month that does not exist": (
        b"facts: [{reviewed: 2026-13-01}]",
        "extra.yml: not readable as YAML: month must be in",
    ),
    "empty file": (b"", "extra.yml: expected a mapping with one of facts, services,"),
    "a list at the top": (b"- id: x", "extra.yml: expected a mapping with one of facts, services,"),
    "unknown top key": (b"answers: []", "extra.yml: answers: unknown; expected one of facts,"),
    "number as top key": (b"1: []", "extra.yml: 1: unknown; expected one of facts,"),
    "no list of items": (b"facts: {id: x}", "extra.yml: facts: expected a list of items"),
    "no items in the list": (b"facts: [just words]", "extra.yml: facts: expected a mapping, found"),
}


@pytest.mark.parametrize(("content", "message"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_an_unreadable_file_is_refused_by_name(small, content, message):
    (small.folder / "extra.yml").write_bytes(content)
    with pytest.raises(ContentError) as refused:
        small.load()
    assert str(refused.value).startswith(message)


def test_a_duplicate_names_both_files(small):
    more = small.folder / "replies" / "more.yml"
    more.parent.mkdir()
    more.write_text(
        "replies: [{id: advice/help, nation: uk, bubbles: {en: [Again.]},"
        " reviewed: 2026-11-24, review_by: 2027-05-24}]"
    )
    with pytest.raises(ContentError) as refused:
        small.load()
    assert str(refused.value) == "replies.yml: advice/help: id: also stands in replies/more.yml"


@pytest.mark.parametrize("folder", ["", "not_there"])
def test_an_empty_or_missing_folder_is_refused(tmp_path, folder):
    with pytest.raises(ContentError, match=r"no content files \(\*\.yml\) here"):
        load(tmp_path / folder)


def test_shared_anchors_are_no_items(small):
    (small.folder / "extra.yml").write_text(
        "_review: &review {reviewed: 2026-11-24, review_by: 2027-05-24}\n"
        "services: [{id: extra, name: Extra, for_whom: anyone, nation: uk, facts: [f-999],"
        " <<: *review}]"
    )
    assert small.load().services["extra"].reviewed == dt.date(2026, 11, 24)


def test_an_id_may_stand_once_for_each_kind_and_nation(small):
    small.documents["replies"].append(reply("advice/order", "There too.", nation="scotland"))
    small.documents["services"].append(service("f-law", nation="uk", facts=["f-law"]))
    loaded = small.load()
    assert loaded.reply("advice/order", "scotland").bubbles["en"] == ("There too.",)
    assert loaded.services["f-law"] and loaded.facts["f-law"]


@pytest.fixture
def nations(small):
    small.documents["replies"] = [
        reply(id, f"{id} for {nation}.", nation=nation)
        for id, *held in (
            ("everywhere", "uk", "england_wales", "scotland", "northern_ireland"),
            ("shared", "uk"),
            ("shared_but_scotland", "uk", "scotland"),
            ("two_laws", "england_wales", "northern_ireland"),
            ("one_law", "england_wales"),
            ("nation/scotland", "scotland"),
            ("nation/northern_ireland", "northern_ireland"),
        )
        for nation in held
    ]
    return small.load()


@pytest.mark.parametrize(
    ("asked", "nation", "answered"),
    [
        # The nation's own words stand above those for all of the UK.
        ("everywhere", "england_wales", ("everywhere", "england_wales")),
        ("everywhere", "scotland", ("everywhere", "scotland")),
        ("everywhere", "northern_ireland", ("everywhere", "northern_ireland")),
        ("shared_but_scotland", "scotland", ("shared_but_scotland", "scotland")),
        ("shared_but_scotland", "england_wales", ("shared_but_scotland", "uk")),
        ("shared_but_scotland", "northern_ireland", ("shared_but_scotland", "uk")),
        ("shared", "england_wales", ("shared", "uk")),
        ("shared", "scotland", ("shared", "uk")),
        # What is written for England and Wales only is never said elsewhere.
        ("one_law", "england_wales", ("one_law", "england_wales")),
        ("one_law", "scotland", ("nation/scotland", "scotland")),
        ("one_law", "northern_ireland", ("nation/northern_ireland", "northern_ireland")),
        ("two_laws", "scotland", ("nation/scotland", "scotland")),
        ("two_laws", "northern_ireland", ("two_laws", "northern_ireland")),
        # In England the page about another nation can be asked for by its name.
        ("nation/scotland", "england_wales", ("nation/scotland", "scotland")),
        (
            "nation/northern_ireland",
            "england_wales",
            ("nation/northern_ireland", "northern_ireland"),
        ),
    ],
)
def test_the_answer_is_the_one_that_holds_where_the_person_is(nations, asked, nation, answered):
    found = nations.reply(asked, nation)
    assert (found.id, found.nation) == answered


def test_england_and_wales_is_assumed(nations):
    assert nations.reply("two_laws").nation == "england_wales"


@pytest.mark.parametrize(
    ("asked", "nation"),
    [
        ("unknown", "england_wales"),
        ("unknown", "scotland"),
    ],
)
def test_no_answer_is_a_key_error(nations, asked, nation):
    with pytest.raises(KeyError):
        nations.reply(asked, nation)


def test_has_reply_asks_for_any_nation(nations):
    assert nations.has_reply("nation/scotland") and nations.has_reply("shared")
    assert not nations.has_reply("scotland")


def test_every_real_reply_answers_in_every_nation(register):
    nations = ("england_wales", "scotland", "northern_ireland")
    # Who asks for what there is in one nation alone gets that, wherever they are.
    ids = {id for id, nation in register.replies if nation in ("uk", "england_wales")}
    for id, nation in itertools.product(ids - {"nation/england_wales"}, nations):
        found = register.reply(id, nation)
        assert found.elsewhere or found.nation in (nation, "uk"), (id, nation)


def test_what_is_shown_elsewhere_names_a_service_that_is_there(register):
    shown = [said for said in register.replies.values() if said.elsewhere]
    assert shown
    for said in shown:
        assert said.nation == "england_wales"
        nations = {register.services[service].nation for service in said.services}
        assert "uk" in nations, said.id


def test_a_nations_own_words_are_found_by_the_same_questions():
    register = get_register()
    base = register.reply("law/following", "england_wales")
    own = register.reply("law/following", "scotland")
    assert own.bubbles != base.bubbles
    assert (own.asks, own.button, own.often) == (base.asks, base.button, base.often)
    (found,) = [one for one in answers(register) if one.id == "law/following"]
    assert len(found.asks) == len({*found.asks})
    assert {"scotland", "england_wales"} <= {*found.nations}


# In each nation at most so many of the answers may end in "I don't know that for where you are".
@pytest.mark.parametrize(("nation", "most"), [("scotland", 60), ("northern_ireland", 65)])
def test_few_answers_are_of_another_nation_only(nation, most):
    register = get_register()
    elsewhere = [one for one in answers(register) if register.reply(one.id, nation).id != one.id]
    assert len(elsewhere) <= most
