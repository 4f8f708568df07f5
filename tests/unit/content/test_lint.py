"""Every rule of the lint speaks up about a bad item and is silent about a good one."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
import yaml

from bot.content import lint
from bot.content.due import GRACE
from bot.content.readability import reading_age
from tests.unit.content.small_register import TODAY, fact, reply, service
from tests.unit.content.wording_examples import FORBIDDEN, HARMLESS

WORDING = yaml.safe_load(
    Path(lint.__file__).with_name("wording.yml").read_text(encoding="utf-8"),
)

PATTERNS = [(rule, pattern) for rule, patterns in WORDING.items() for pattern in patterns]


def test_the_small_register_is_faultless(small):
    assert small.findings() == []


def test_each_rule_of_wording_has_examples():
    assert WORDING.keys() == FORBIDDEN.keys() == HARMLESS.keys()


@pytest.mark.parametrize(("rule", "pattern"), PATTERNS)
def test_each_pattern_of_wording_finds_an_example(rule, pattern):
    assert any(re.search(pattern, sentence, re.IGNORECASE) for sentence in FORBIDDEN[rule])


@pytest.mark.parametrize(
    ("rule", "sentence"), [(rule, text) for rule, texts in FORBIDDEN.items() for text in texts]
)
def test_a_forbidden_wording_is_found(small, rule, sentence):
    small.item("advice/help")["bubbles"]["en"].append(sentence)
    assert ("advice/help", "bubbles.en", rule) in small.found()


@pytest.mark.parametrize("texts", HARMLESS.values(), ids=HARMLESS.keys())
def test_its_harmless_neighbours_are_not(small, texts):
    small.item("advice/help")["bubbles"]["en"] += texts
    small.item("advice/help")["facts"] = ["f-999"]
    assert small.findings() == []


@pytest.mark.parametrize(
    "typed",
    ["Don't worry.", "DON'T WORRY.", "Don\u2019t worry.", "Don't\nworry.", "Don't  worry."],
)
def test_typing_does_not_hide_a_wording(small, typed):
    small.item("advice/help")["bubbles"]["en"].append(typed)
    assert small.found() == [("advice/help", "bubbles.en", "minimising")]


@pytest.mark.parametrize("field", ["bubbles", "simple"])
def test_wording_is_read_in_every_bubble(small, field):
    small.item("advice/help")[field] = {"en": ["You are not alone.", "Please calm down."]}
    assert small.found() == [("advice/help", f"{field}.en", "minimising")]


def test_wording_is_read_on_buttons(small):
    small.item("advice/help")["button"] = {"en": "Calm down"}
    assert small.found() == [("advice/help", "button.en", "minimising")]


# Rule: (what is broken, where it is found, the same without the fault).
def bubble(text, *facts, id="advice/help"):
    def change(small):
        small.item(id)["bubbles"]["en"] = [text]
        small.item(id)["facts"] = [*facts]

    return change


def fields(id, **values):
    return lambda small: small.item(id).update(values)


def places_of(id, *names):
    return fields(id, places=[*names], places_source="A list of places")


def offers(number):
    def change(small):
        ids = [f"advice/topic_{count}" for count in range(number)]
        small.documents["replies"] += [
            reply(id, "Talk to someone.", button={"en": "A topic"}, offers=["advice/help"])
            for id in ids
        ]
        small.item("advice/help")["offers"] = ids

    return change


def new_reply(id, **values):
    def change(small):
        small.documents["replies"].append(reply(id, "Talk to someone.", **values))

    return change


def words(number):
    """Short sentences with this many words."""
    return " ".join(["You can talk to us. "] * (number // 5) + ["Yes."] * (number % 5))


def long_list(small):
    ids = [f"line_{count}" for count in range(11)]  # six words each
    small.documents["services"] += [
        service(id, nation="uk", phone="0808 802 0300", facts=["f-line"]) for id in ids
    ]
    small.item("advice/help")["services"] = ids


def short_list(small):
    long_list(small)
    del small.item("advice/help")["services"][10:]


def hours(*bubbles, **said):
    """The line has a website and these hours, and a reply says this of them."""

    def change(small):
        url = "https://www.example.org/"
        small.item("line").update(url=url, hours={"text": "weekdays", **said})
        small.item("advice/help")["bubbles"]["en"] += bubbles

    return change


HARD = "Notification requirements necessitate immediate communication with the authorities."
PAGE = {
    "report_url": "https://www.nopage.police.uk/report/",
    "report_url_confirmed": "address_printed",
    "report_url_source": "A leaflet of the force",
}
YESTERDAY, TOMORROW = TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)
LONG_AGO = TODAY - GRACE - dt.timedelta(days=1)
YEAR = lint.MAX_REVIEW_INTERVAL

CASES = {
    # Words and length.
    "em dash": (
        bubble("Go now \u2014 and call."),
        ("advice/help", "bubbles.en", "plain"),
        bubble("Go now, and call. A well-lit place is best."),
    ),
    "en dash": (
        bubble("Go now \u2013 and call."),
        ("advice/help", "bubbles.en", "plain"),
        bubble("Go now and call."),
    ),
    "dash on a button": (
        fields("advice/help", button={"en": "Get help \u2013 now"}),
        ("advice/help", "button.en", "plain"),
        fields("advice/help", button={"en": "Get help now"}),
    ),
    "bubble of 61 words": (
        bubble(words(61)),
        ("advice/help", "bubbles", "length"),
        bubble(words(60)),
    ),
    "simple bubble of 61 words": (
        fields("advice/help", simple={"en": [words(61)]}),
        ("advice/help", "bubbles", "length"),
        fields("advice/help", simple={"en": [words(60)]}),
    ),
    "question of 61 words": (
        fields("advice/help", question={"en": words(61)}),
        ("advice/help", "bubbles", "length"),
        fields("advice/help", question={"en": words(60)}),
    ),
    "dash in a question": (
        fields("advice/help", question={"en": "Is it over \u2013 or not?"}),
        ("advice/help", "question.en", "plain"),
        fields("advice/help", question={"en": "Is it over, or not?"}),
    ),
    "61 words once it is filled in": (
        bubble(words(58) + " {line.name}"),
        ("advice/help", "bubbles", "length"),
        bubble(words(57) + " {line.name}"),
    ),
    "a long list of services": (
        long_list,
        ("advice/help", "bubbles", "length"),
        short_list,
    ),
    "strangling without A&E": (
        bubble("If they choked you, talk to a helpline."),
        ("advice/help", "bubbles.en", "half_said"),
        bubble("If they choked you, go to A&E and talk to a helpline."),
    ),
    "strangling without A&E in the simple wording": (
        fields("advice/help", simple={"en": ["Being strangled is serious."]}),
        ("advice/help", "simple.en", "half_said"),
        fields("advice/help", simple={"en": ["Being strangled is serious.", "Go to A&E."]}),
    ),
    "an old crime without soon": (
        bubble("You can still report it."),
        ("advice/help", "bubbles.en", "half_said"),
        bubble("You can still report it. Do it soon."),
    ),
    "two incidents without domestic abuse": (
        bubble("Ask for a non-harassment order if it was done twice."),
        ("advice/help", "bubbles.en", "half_said"),
        bubble("Ask for a non-harassment order. For domestic abuse once is enough, or else two."),
    ),
    "the basic offence without the serious one": (
        bubble("Police can search for proof of the basic offence."),
        ("advice/help", "bubbles.en", "half_said"),
        bubble("Police can search for proof of the basic offence and of the serious one."),
    ),
    "an application that cannot be urgent": (
        bubble("You can apply on form FL401.", "f-form"),
        ("advice/help", "bubbles.en", "half_said"),
        bubble("You can apply on form FL401. Say if it is urgent.", "f-form"),
    ),
    "button title of 41 characters": (
        fields("advice/help", button={"en": "a" * 41}),
        ("advice/help", "button.en", "length"),
        fields("advice/help", button={"en": "a" * 40}),
    ),
    "seven buttons": (
        offers(7),
        ("advice/help", "offers", "length"),
        offers(6),
    ),
    "hard to read": (
        # With easy replies beside it, so that only this one is at fault.
        lambda small: (
            bubble(HARD)(small),
            new_reply("thank", bubbles={"en": [words(60), words(60)]})(small),
        ),
        ("advice/help", "bubbles.en", "reading_age"),
        bubble("Tell the police where you live. You have three chances to do it."),
    ),
    "simple wording that is hard to read": (
        fields("advice/help", simple={"en": [HARD]}),
        ("advice/help", "simple.en", "reading_age"),
        fields("advice/help", simple={"en": ["Tell the police where you live."]}),
    ),
    "an answer that offers nothing": (
        fields("advice/help", offers=[]),
        ("advice/help", "offers", "next_step"),
        fields("nation/scotland", offers=[]),
    ),
    "a report answer that offers nothing": (
        new_reply("reporting/how"),
        ("reporting/how", "offers", "next_step"),
        new_reply("reporting/how", offers=["advice/help"]),
    ),
    "a crisis answer that offers nothing": (
        new_reply("crisis/other"),
        ("crisis/other", "offers", "next_step"),
        new_reply("crisis/other", offers=["advice/help"]),
    ),
    # Numbers.
    "phone number written out": (
        bubble("Call 0808 802 0300.", "f-line"),
        ("advice/help", "bubbles.en", "number"),
        bubble("Call {line.phone}."),
    ),
    "phone number with hyphens": (
        bubble("Call 0808-802-0300.", "f-line"),
        ("advice/help", "bubbles.en", "number"),
        bubble("Call {line.phone} or 999.", "f-999"),
    ),
    "phone number with hard spaces": (
        bubble("Call 0808\u00a0802\u00a00300.", "f-line"),
        ("advice/help", "bubbles.en", "number"),
        bubble("Call\u00a0{line.phone}."),
    ),
    "text number written out": (
        bubble("Text 85258.", "f-text"),
        ("advice/help", "bubbles.en", "number"),
        bubble("Text {texts.text_number}."),
    ),
    "code in no fact": (
        bubble("Call 18000."),
        ("advice/help", "bubbles.en", "number"),
        bubble("Call 18000.", "f-999"),
    ),
    "number in no fact": (
        bubble("It takes 3 days.", "f-law"),
        ("advice/help", "bubbles.en", "number"),
        bubble("It takes 28 days.", "f-law"),
    ),
    "number in a fact that is not cited": (
        bubble("It takes 28 days."),
        ("advice/help", "bubbles.en", "number"),
        bubble("It takes 28 days.", "f-law"),
    ),
    "number that is part of another": (
        bubble("It takes 8 days.", "f-law"),
        ("advice/help", "bubbles.en", "number"),
        bubble("It takes up to 28 days.", "f-law"),
    ),
    "number with a thousands comma": (
        bubble("It costs £1,001.", "f-uncited"),
        ("advice/help", "bubbles.en", "number"),
        bubble("It costs £1000.", "f-uncited"),
    ),
    "worded number": (
        bubble("It lasts three years.", "f-law"),
        ("advice/help", "bubbles.en", "number"),
        bubble("It lasts two years. That is 2 years. All three tests count.", "f-law"),
    ),
    "worded number with a capital": (
        bubble("Five working days is the limit.", "f-law"),
        ("advice/help", "bubbles.en", "number"),
        bubble("Twenty-eight days is the limit.", "f-law"),
    ),
    "worded tens": (
        bubble("It takes thirty days.", "f-law"),
        ("advice/help", "bubbles.en", "number"),
        bubble("It takes twenty eight days.", "f-law"),
    ),
    "worded teens": (
        bubble("It takes sixteen weeks.", "f-law"),
        ("advice/help", "bubbles.en", "number"),
        bubble("It takes a few minutes.", "f-law"),
    ),
    "worded compound": (
        bubble("It takes forty-one weeks.", "f-uncited"),
        ("advice/help", "bubbles.en", "number"),
        bubble("It takes seven weeks.", "f-uncited"),
    ),
    "first of two worded numbers": (
        bubble("It lasts one to two years.", "f-law"),
        ("advice/help", "bubbles.en", "number"),
        bubble("It lasts two or more years.", "f-law"),
    ),
    "number in the simple wording": (
        fields("advice/order", simple={"en": ["It lasts 5 years."]}),
        ("advice/order", "simple.en", "number"),
        fields("advice/order", simple={"en": ["It lasts 2 years."]}),
    ),
    "number on a button": (
        fields("advice/order", button={"en": "Is it 5 years?"}),
        ("advice/order", "button.en", "number"),
        fields("advice/order", button={"en": "Is it 2 years?"}),
    ),
    "number outside an address": (
        bubble("See https://example.org/247 247."),
        ("advice/help", "bubbles.en", "number"),
        bubble("See https://example.org/247"),
    ),
    # Links of forces.
    "a report page that nobody confirmed": (
        fields("nopage", report_url=PAGE["report_url"]),
        ("nopage", "report_url", "link"),
        fields("nopage", **PAGE),
    ),
    "a report page without where it was confirmed": (
        fields("withpage", report_url_source=None),
        ("withpage", "report_url", "link"),
        fields("withpage", report_url_confirmed="address_printed"),
    ),
    "a confirmation of no report page": (
        fields("nopage", report_url_confirmed="page_read"),
        ("nopage", "report_url", "link"),
        fields("nopage", report_url_confirmed=None),
    ),
    # Places of forces.
    "a place of two forces": (
        lambda small: (places_of("nopage", "Luton")(small), places_of("withpage", "luton")(small)),
        ("nopage", "places", "places"),
        lambda small: (places_of("nopage", "Luton")(small), places_of("withpage", "Leeds")(small)),
    ),
    "a place with the name of another force": (
        places_of("nopage", "Withpage"),
        ("nopage", "places", "places"),
        places_of("nopage", "Nopage"),
    ),
    "a place in Scotland": (
        places_of("nopage", "Glasgow"),
        ("nopage", "places", "places"),
        places_of("nopage", "Luton"),
    ),
    "places without a source": (
        fields("nopage", places=["Luton"]),
        ("nopage", "places", "places"),
        places_of("nopage", "Luton"),
    ),
    # Hours of services.
    "hours without the website": (
        hours("It is open {line.hours}."),
        ("advice/help", "bubbles.en", "hours"),
        hours("It is open {line.hours}. Check {line.url}."),
    ),
    "hours that are always the same": (
        hours("It is open {line.hours}.", always=False),
        ("advice/help", "bubbles.en", "hours"),
        hours("It is open {line.hours}.", always=True),
    ),
    "bank holidays in the text alone": (
        hours(text="weekdays, not bank holidays"),
        ("line", "hours", "hours"),
        hours(text="weekdays, not bank holidays", closed_on_bank_holidays_of="scotland"),
    ),
    "bank holidays in the field alone": (
        hours(closed_on_bank_holidays_of="scotland"),
        ("line", "hours", "hours"),
        hours(text="weekdays, not bank holidays", closed_on_bank_holidays_of="scotland"),
    ),
    # Numbers of services.
    "wrong digit": (
        fields("line", phone="0808 802 0301"),
        ("line", "phone", "number"),
        fields("line", phone="08088 020300"),
    ),
    "missing last digit": (
        fields("line", phone="0808 802 030"),
        ("line", "phone", "number"),
        fields("line", phone="0808-802-0300"),
    ),
    "missing last group": (
        fields("line", phone="0808 802"),
        ("line", "phone", "number"),
        fields("line", phone="0808 8020300"),
    ),
    "missing first group": (
        fields("line", phone="802 0300"),
        ("line", "phone", "number"),
        fields("line", phone="08088020300"),
    ),
    "wrong text number": (
        fields("texts", text_number="85259"),
        ("texts", "text_number", "number"),
        fields("texts", text_number="85258"),
    ),
    "number of a fact it does not cite": (
        fields("line", facts=["f-text"]),
        ("line", "phone", "number"),
        fields("line", facts=["f-text", "f-line"]),
    ),
    # Reviews.
    "review overdue": (
        fields("f-law", review_by=LONG_AGO, reviewed=LONG_AGO),
        ("f-law", "review_by", "overdue"),
        fields("f-law", review_by=TODAY - GRACE),
    ),
    "review of a service overdue": (
        fields("line", review_by=LONG_AGO, reviewed=LONG_AGO),
        ("line", "review_by", "overdue"),
        fields("line", review_by=TODAY),
    ),
    "review of a force overdue": (
        fields("nopage", review_by=LONG_AGO, reviewed=LONG_AGO),
        ("nopage", "review_by", "overdue"),
        fields("nopage", review_by=TODAY),
    ),
    "review of a reply overdue": (
        fields("advice/help", review_by=LONG_AGO, reviewed=LONG_AGO),
        ("advice/help", "review_by", "overdue"),
        fields("advice/help", review_by=TODAY),
    ),
    "reviewed in the future": (
        fields("f-law", reviewed=TOMORROW),
        ("f-law", "reviewed", "date"),
        fields("f-law", reviewed=TODAY),
    ),
    "a review too far off": (
        fields("f-law", review_by=TODAY + YEAR + dt.timedelta(days=1)),
        ("f-law", "review_by", "date"),
        fields("f-law", review_by=TODAY + YEAR),
    ),
    # Facts that may not be stated.
    "unverified fact": (
        bubble("Some say so.", "f-rumour"),
        ("advice/help", "facts", "unverified"),
        lambda small: (
            small.item("f-rumour").update(unverified=False),
            bubble("Some say so.", "f-rumour")(small),
        ),
    ),
    "service on an unverified fact": (
        fields("line", facts=["f-line", "f-rumour"]),
        ("line", "facts", "unverified"),
        fields("line", facts=["f-line", "f-law"]),
    ),
    "fact of one force only": (
        bubble("It opens each day.", "f-local"),
        ("advice/help", "facts", "nation"),
        lambda small: (
            small.item("f-local").pop("force"),
            bubble("It opens each day.", "f-local")(small),
        ),
    ),
    "fact of another nation": (
        fields("advice/order", facts=["f-law", "f-999", "f-scots"]),
        ("advice/order", "facts", "nation"),
        bubble("It has its own courts.", "f-scots", id="nation/scotland"),
    ),
    "English law in Scotland": (
        bubble("It lasts two years.", "f-law", id="nation/scotland"),
        ("nation/scotland", "facts", "nation"),
        bubble("Call 999.", "f-999", id="nation/scotland"),
    ),
    "service on a fact of another nation": (
        fields("find_my_force", facts=["f-scots"]),
        ("find_my_force", "facts", "nation"),
        # A service or reply for all of the UK may rest on a fact of one nation.
        fields("line", facts=["f-line", "f-scots"]),
    ),
    # Placeholders.
    "unknown service": (
        bubble("Call {nobody.phone}."),
        ("advice/help", "bubbles", "placeholder"),
        bubble("Call {line.phone}."),
    ),
    "unknown field": (
        bubble("Fax {line.fax}."),
        ("advice/help", "bubbles", "placeholder"),
        bubble("It is for {line.for_whom}."),
    ),
    "field without a value": (
        bubble("Write to {line.email}."),
        ("advice/help", "bubbles", "placeholder"),
        lambda small: (
            small.item("line").update(email="talk@example.org"),
            bubble("Write to {line.email}.")(small),
        ),
    ),
    "the person's force where it must be the website's": (
        lambda small: small.documents["replies"].append(reply("handover/new", "To {force.name}.")),
        ("handover/new", "bubbles.en", "placeholder"),
        lambda small: small.documents["replies"].append(reply("handover/new", "To {site.name}.")),
    ),
    "unknown field of the force": (
        bubble("Ask {force.chief}."),
        ("advice/help", "bubbles", "placeholder"),
        bubble("Ask {force.name}, {force.home_url}."),
    ),
    "placeholder in the simple wording": (
        fields("advice/help", simple={"en": ["Call {nobody.phone}."]}),
        ("advice/help", "bubbles", "placeholder"),
        fields("advice/help", simple={"en": ["Call {line.phone}."]}),
    ),
    "placeholder without a field": (
        bubble("Call {line}."),
        ("advice/help", "bubbles", "placeholder"),
        bubble("Call the line."),
    ),
    "placeholder with a capital": (
        bubble("Call {Line.phone}."),
        ("advice/help", "bubbles", "placeholder"),
        bubble("Call {line.phone}"),
    ),
    "placeholder on a button": (
        fields("advice/help", button={"en": "Call {line.phone}"}),
        ("advice/help", "button.en", "placeholder"),
        fields("advice/help", button={"en": "Call the line"}),
    ),
    "no national page for forces without one": (
        lambda small: small.documents["services"].remove(small.item("find_my_force")),
        ("advice/order", "bubbles", "placeholder"),
        lambda small: (
            small.documents["services"].remove(small.item("find_my_force")),
            small.item("nopage").update(PAGE),
        ),
    ),
}


@pytest.mark.parametrize(("bad", "where", "good"), CASES.values(), ids=CASES.keys())
def test_a_bad_item_is_found(small, bad, where, good):
    bad(small)
    assert set(small.found()) == {where}


@pytest.mark.parametrize(("bad", "where", "good"), CASES.values(), ids=CASES.keys())
def test_a_good_item_is_not(small, bad, where, good):
    good(small)
    assert small.findings() == []


def test_the_register_as_a_whole_must_be_easy_to_read(small):
    borderline = "Notify the officers of the new address. Documents of any kind can be useful."
    age = reading_age(borderline)
    assert lint.MAX_READING_AGE_OF_REGISTER < age < lint.MAX_READING_AGE_OF_REPLY
    bubble(borderline)(small)
    assert small.findings() == [], "one reply may be harder than the average"
    for item in small.documents["replies"]:
        item["bubbles"]["en"] = [borderline]
    assert small.found() == [("(all replies)", "bubbles", "reading_age")]


def test_placeholders_and_addresses_are_not_counted_as_reading(small):
    text = "Call {line.for_whom}. See https://example.org/internationalisation/organisational."
    bubble(text)(small)
    assert small.findings() == []
    assert reading_age(text) > lint.MAX_READING_AGE_OF_REPLY


def test_a_list_of_services_is_measured_in_every_nation(small):
    long = service("scots", nation="scotland", name="word " * 61, phone="999", facts=["f-999"])
    small.documents["services"].append(long)
    small.item("advice/help")["services"] = ["line", "scots"]
    assert small.found() == [("advice/help", "bubbles", "length")]
    small.item("scots")["name"] = "word"
    assert small.findings() == []


def test_every_fault_of_an_item_is_found(small):
    bubble("Calm down \u2014 it takes 3 days.", "f-rumour")(small)
    assert set(small.found()) == {
        ("advice/help", "bubbles.en", "minimising"),
        ("advice/help", "bubbles.en", "plain"),
        ("advice/help", "bubbles.en", "number"),
        ("advice/help", "facts", "unverified"),
    }


def test_a_fact_that_nobody_cites_may_be_unverified(small):
    small.documents["facts"].append(fact("f-open", "It may be 500.", unverified=True))
    assert small.findings() == []


def test_a_finding_says_where_what_and_how(small):
    fields("line", phone="0808 802 0301")(small)
    assert [str(finding) for finding in small.findings()] == [
        "services.yml: line: phone: number: 0808 802 0301 is in none of the facts it cites"
    ]


def test_reviews_are_measured_against_today_unless_told_otherwise(small):
    fields("f-law", reviewed=dt.date(2020, 1, 1), review_by=dt.date(2020, 12, 1))(small)
    overdue = [finding for finding in lint.check(small.load()) if finding.item == "f-law"]
    assert [finding.rule for finding in overdue] == ["overdue"]
    assert small.found(today=dt.date(2020, 6, 1)) != []
    assert ("f-law", "review_by", "overdue") not in small.found(today=dt.date(2020, 12, 1))
