"""What a person sees of a register item: filled-in bubbles, lines of services, buttons."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest

from bot.content import render
from bot.content.register import Register, load
from tests.unit.content.small_register import reply, service

LONDON = ZoneInfo("Europe/London")
TUESDAY_NOON = dt.datetime(2026, 11, 24, 12, 0, tzinfo=LONDON)
REAL = load()


def context(register: Register, force: str = "withpage", **values) -> render.Context:
    return render.Context(force=register.forces[force], moment=TUESDAY_NOON, **values)


# Placeholders.


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Call {line.phone}.", "Call 0808 802 0300."),
        ("{line.name} and {texts.text_number}", "Name of line and 85258"),
        ("It is for {line.for_whom}, {line.hours}.", "It is for anyone, weekdays from nine."),
        ("See {find_my_force.url}", "See https://www.police.uk/find"),
        ("{force.name}: {force.non_emergency_phone}", "Withpage Police: 101"),
        ("{force.home_url}", "https://www.withpage.police.uk/"),
        ("Nothing to fill in.", "Nothing to fill in."),
    ],
)
def test_placeholders_are_filled_in(small, text, shown):
    small.item("line")["hours"] = {"always": True, "text": "weekdays from nine"}
    register = small.load()
    assert render.fill(register, text, context(register)) == shown


def test_the_website_s_force_is_named_beside_the_person_s(small):
    register = small.load()
    text = "{force.name}, {site.name}, {site.report_url}"
    same = context(register, "withpage")
    other = context(register, "nopage", site=register.forces["withpage"])
    page = "https://www.withpage.police.uk/report/"
    assert render.fill(register, text, same) == f"Withpage Police, Withpage Police, {page}"
    assert render.fill(register, text, other) == f"Nopage Police, Withpage Police, {page}"


@pytest.mark.parametrize(
    "name", ["nobody.phone", "line.fax", "line.id", "line.email", "line.hours", "force.chief"]
)
def test_a_placeholder_without_a_value_is_refused_by_name(small, name):
    register = small.load()
    with pytest.raises(render.UnknownPlaceholder, match=rf"\{{{name}\}}"):
        render.fill(register, f"See {{{name}}}.", context(register))


@pytest.mark.parametrize("force", sorted(REAL.forces))
def test_a_report_link_is_the_force_s_own_or_the_national_page(force):
    link = render.fill(REAL, "{force.report_url}", context(REAL, force))
    own = REAL.forces[force].report_url
    if force == "british-transport-police":
        assert own is None and link == "https://www.btp.police.uk/", "no local force"
    elif own is None:
        assert link == "https://www.police.uk/pu/contact-us/find-force-local-policing-team/"
    else:
        assert link == str(own)
        assert own.host == REAL.forces[force].home_url.host
        assert own.scheme == "https"


def test_there_are_forces_with_and_without_a_report_link():
    assert {force.report_url is None for force in REAL.forces.values()} == {True, False}


@pytest.mark.parametrize(
    ("force", "name", "link"),
    [
        ("northamptonshire", "Northamptonshire Police", "https://www.northants.police.uk/advice/"),
        ("metropolitan", "Metropolitan Police", "https://www.met.police.uk/ro/report/"),
        ("cheshire", "Cheshire Constabulary", "https://www.police.uk/pu/contact-us/find-force"),
    ],
)
def test_a_reply_carries_the_name_and_link_of_the_force_whose_page_it_is(force, name, link):
    where = context(REAL, force)
    online = render.bubbles(REAL, REAL.reply("reporting/online_form"), where)
    assert link in "\n".join(online)
    person = render.bubbles(REAL, REAL.reply("talk_to_person"), where)
    assert name in "\n".join(person)


@pytest.mark.parametrize("handover", [False, True])
@pytest.mark.parametrize("simple", [False, True])
@pytest.mark.parametrize("force", ["metropolitan", "cheshire"])
def test_no_reply_shows_a_brace_or_an_empty_bubble(force, simple, handover):
    for item in REAL.replies.values():
        where = context(
            REAL,
            force,
            nation=render.nation_shown(item),
            handover=handover,
            details=render.EXAMPLE_DETAILS,
        )
        shown = render.bubbles(REAL, item, where, simple)
        shown += [button.title for button in render.buttons(REAL, item, where)]
        assert shown
        for text in shown:
            assert text.strip() and not set("{}") & set(text), item.id


# Bubbles.


def test_services_are_the_last_bubble(small):
    register = small.load()
    assert render.bubbles(register, register.reply("advice/order"), context(register)) == [
        "An order lasts for at least two years. Report it at "
        "https://www.withpage.police.uk/report/.",
        "You can call 0808 802 0300. In danger, call 999.",
        "Name of line: 0808 802 0300",
    ]


def test_a_reply_without_services_has_its_bubbles_only(small):
    register = small.load()
    shown = render.bubbles(register, register.reply("advice/help"), context(register))
    assert shown == ["You are not alone. Talk to someone you trust."]


def test_more_simply_is_the_simple_wording_with_the_same_services(small):
    register = small.load()
    shown = render.bubbles(register, register.reply("advice/order"), context(register), simple=True)
    assert shown == ["It lasts two years or more.", "Name of line: 0808 802 0300"]


@pytest.mark.parametrize("simple", [False, True])
def test_what_a_reply_asks_comes_last_in_each_wording(small, simple):
    small.item("advice/order")["question"] = {"en": "Is it {line.phone}?"}
    register = small.load()
    order = register.reply("advice/order")
    told = render.statements(register, order, context(register), simple)
    asked = render.question(register, order, context(register))
    assert asked == ["Is it 0808 802 0300?"] and told
    assert render.bubbles(register, order, context(register), simple) == [*told, *asked]
    assert render.question(register, register.reply("advice/help"), context(register)) == []


def test_more_simply_without_a_simple_wording_is_the_reply_itself(small):
    register = small.load()
    shown = render.bubbles(register, register.reply("advice/help"), context(register), simple=True)
    assert shown == ["You are not alone. Talk to someone you trust."]


# Services.


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"phone": "101"}, "A line: 101"),
        ({"text_number": "61016"}, "A line: text 61016"),
        ({"phone": "101", "text_number": "61016"}, "A line: 101 or text 61016"),
        ({"url": "https://example.org/"}, "A line: https://example.org/"),
        # The address stands only where there is no number.
        ({"phone": "101", "url": "https://example.org/"}, "A line: 101"),
        (
            {"phone": "101", "hours": {"always": True, "text": "day and night"}},
            "A line: 101 (day and night)",
        ),
    ],
)
def test_a_service_is_one_line(small, fields, line):
    small.documents["services"] += [
        service("a", name="A line", nation="uk", facts=["f-999"], **fields)
    ]
    small.item("advice/help")["services"] = ["a"]
    register = small.load()
    assert render.service_lines(register, register.reply("advice/help"), context(register)) == line


def test_who_cannot_ring_is_told_how_to_write():
    where = context(REAL, force=render.DEFAULT_FORCE, by_text=True)
    lines = render.service_lines(REAL, REAL.reply("crisis", "england_wales"), where).split("\n")
    assert lines[0] == "Shout: text 85258"
    assert "Samaritans: jo@samaritans.org" in lines
    assert "Childline: 18001 0800 1111 in the Relay UK app" in lines


def test_every_real_service_says_how_to_reach_it():
    for item in REAL.services.values():
        assert item.phone or item.text_number or item.url, item.id


def names(shown: str) -> list[str]:
    return [line.partition(":")[0] for line in shown.splitlines()]


@pytest.mark.parametrize(
    ("moment", "order"),
    [
        # Wednesday, two o'clock: none is known to be closed, so the order is the reply's own.
        (dt.datetime(2026, 11, 25, 14, 0), ["weekdays", "unknown", "wednesdays", "always"]),
        (dt.datetime(2026, 11, 25, 12, 0), ["weekdays", "unknown", "always", "wednesdays"]),
        (dt.datetime(2026, 11, 25, 16, 0), ["unknown", "always", "weekdays", "wednesdays"]),
        (dt.datetime(2026, 11, 29, 14, 0), ["unknown", "always", "weekdays", "wednesdays"]),
    ],
)
def test_services_closed_at_the_moment_come_last(small, moment, order):
    weekdays = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:30-16:00")
    hours = {
        "weekdays": {"weekly": weekdays, "text": "weekdays"},
        "unknown": None,
        "wednesdays": {"weekly": {"wed": "13:00-16:00"}, "text": "Wednesdays"},
        "always": {"always": True, "text": "day and night"},
    }
    small.documents["services"] += [
        service(id, name=id, nation="uk", phone="999", facts=["f-999"], hours=when)
        for id, when in hours.items()
    ]
    small.item("advice/help")["services"] = list(hours)
    register = small.load()
    where = render.Context(register.forces["nopage"], moment.replace(tzinfo=LONDON))
    assert names(render.service_lines(register, register.reply("advice/help"), where)) == order


NATIONS = ["england_wales", "scotland", "northern_ireland"]


@pytest.mark.parametrize(
    ("nation", "ids", "order"),
    [
        ("england_wales", ["uk", "english", "scots"], ["uk", "english"]),
        ("scotland", ["uk", "english", "scots"], ["uk", "scots"]),
        ("northern_ireland", ["uk", "english", "scots"], ["uk"]),
        # Asked for by its name, one that is not there is given all the same.
        ("scotland", ["english"], ["english"]),
        ("england_wales", ["scots"], ["scots"]),
    ],
)
def test_services_of_another_nation_are_not_listed(small, nation, ids, order):
    where = {"uk": "uk", "english": "england_wales", "scots": "scotland"}
    small.documents["services"] += [
        service(id, name=id, nation=where[id], phone="999", facts=["f-999"]) for id in where
    ]
    small.item("advice/help")["services"] = ids
    register = small.load()
    shown = render.service_lines(
        register, register.reply("advice/help"), context(register, nation=nation)
    )
    assert names(shown) == order


# Not what there is in one nation alone.
COMMON = {id for id, nation in REAL.replies if nation in ("uk", "england_wales")}
# Nor what names a service to say whom it is there for.
COMMON -= {"nation/england_wales", "support/paladin", "support/without_phoning"}


def wrong_there(nation):
    """Names of services that are not in a nation, and their numbers that are nobody else's."""
    others = [one for one in REAL.services.values() if one.nation not in ("uk", nation)]
    return {value for one in others for value in (one.name, one.phone) if value} - {"101", "111"}


@pytest.mark.parametrize("nation", NATIONS)
@pytest.mark.parametrize("simple", [False, True])
def test_no_reply_names_a_service_of_another_nation(nation, simple):
    where = context(REAL, "bedfordshire", nation=nation, details=render.EXAMPLE_DETAILS)
    wrong = sorted(wrong_there(nation))
    assert wrong
    # Of two names one may hold the other: "Victim Support Scotland".
    name = re.compile("|".join(rf"(?<![\w.]){re.escape(one)}(?! \w*[A-Z])" for one in wrong))
    for reply_id in COMMON:
        said = REAL.reply(reply_id, nation)
        shown = "\n".join(render.bubbles(REAL, said, where, simple))
        assert not name.search(shown), (reply_id, name.search(shown))


@pytest.mark.parametrize("nation", NATIONS)
def test_no_list_is_left_to_services_of_another_nation(nation):
    for reply_id in COMMON:
        said = REAL.reply(reply_id, nation)
        listed = render.listed(REAL, said, context(REAL, "bedfordshire", nation=nation))
        assert all(one.nation in ("uk", nation) for one in listed), reply_id


def test_in_a_crisis_each_nation_has_people_to_talk_to_at_any_hour():
    for nation in NATIONS:
        where = context(REAL, "bedfordshire", nation=nation)
        shown = render.service_lines(REAL, REAL.reply("crisis", nation), where)
        assert names(shown)[:2] == ["Samaritans", "Shout"]
        own = {"england_wales": "NHS 111", "scotland": "NHS 24", "northern_ireland": "Lifeline"}
        assert names(shown)[2].startswith(own[nation])


NSH, VICTIM_SUPPORT, SAMARITANS = "National Stalking Helpline", "Victim Support", "Samaritans"


@pytest.mark.parametrize(
    ("moment", "order", "now"),
    [
        # A weekday, a Sunday, and a Wednesday before and after it opens.
        (dt.datetime(2026, 11, 24, 12, 0), [NSH, VICTIM_SUPPORT, SAMARITANS], "open now"),
        (dt.datetime(2026, 11, 29, 12, 0), [VICTIM_SUPPORT, SAMARITANS, NSH], "closed now"),
        (dt.datetime(2026, 11, 25, 12, 59), [VICTIM_SUPPORT, SAMARITANS, NSH], "closed now"),
        (dt.datetime(2026, 11, 25, 13, 0), [NSH, VICTIM_SUPPORT, SAMARITANS], "open now"),
    ],
)
def test_the_helpline_comes_last_when_it_is_closed(moment, order, now):
    where = render.Context(REAL.forces["bedfordshire"], moment.replace(tzinfo=LONDON))
    shown = render.service_lines(REAL, REAL.reply("opening_hours"), where)
    assert names(shown) == order
    shown_hours = f"({REAL.services['nsh'].hours.text}; {now})"
    assert f"{NSH}: {REAL.services['nsh'].phone} {shown_hours}" in shown


# Buttons.


@pytest.mark.parametrize(
    ("reply_id", "payload"),
    [
        ("advice/tracker", '/advice{"reply": "advice/tracker"}'),
        ("reporting/how", '/reporting{"reply": "reporting/how"}'),
        ("emergency/cannot_speak", '/emergency{"reply": "emergency/cannot_speak"}'),
        ("crisis/self_harm", '/crisis{"reply": "crisis/self_harm"}'),
        ("out_of_scope/gibberish", '/out_of_scope{"reply": "out_of_scope/gibberish"}'),
        ("emergency", "/emergency"),
        ("crisis", "/crisis"),
        ("safe_now", "/safe_now"),
        ("start_four", "/start_four"),
        # Replies that are no label of their own travel with `advice`.
        ("nation/scotland", '/advice{"reply": "nation/scotland"}'),
        ("check_denied", '/advice{"reply": "check_denied"}'),
    ],
)
def test_payload_for(reply_id, payload):
    assert render.payload_for(reply_id) == payload


def test_buttons_lead_to_the_offers_in_their_order(small):
    small.item("advice/help")["offers"] = ["advice/help", "advice/order"]
    register = small.load()
    assert render.buttons(register, register.reply("advice/help"), context(register)) == [
        render.Button("Get help", '/advice{"reply": "advice/help"}'),
        render.Button("How long is it?", '/advice{"reply": "advice/order"}'),
    ]


@pytest.mark.parametrize(
    ("held", "nation", "title"),
    [
        ("uk england_wales scotland", "scotland", "scotland"),
        ("uk england_wales scotland", "england_wales", "england_wales"),
        ("uk england_wales scotland", "northern_ireland", "uk"),
        ("england_wales scotland", "northern_ireland", "england_wales"),
        ("scotland", "england_wales", "scotland"),
    ],
)
def test_a_button_s_words_are_those_of_the_person_s_nation(small, held, nation, title):
    small.documents["replies"] += [
        reply("advice/law", "The law.", nation=each, button={"en": each}) for each in held.split()
    ]
    register = small.load()
    button = render.button_to(register, "advice/law", context(register, nation=nation))
    assert button.title == title


@pytest.mark.parametrize(
    ("nation", "shown"),
    [
        ("uk", "england_wales"),
        ("england_wales", "england_wales"),
        ("scotland", "scotland"),
        ("northern_ireland", "northern_ireland"),
    ],
)
def test_a_reply_for_all_of_the_uk_is_shown_as_in_england(small, nation, shown):
    small.documents["replies"].append(reply("thank", "Thank you.", nation=nation))
    assert render.nation_shown(small.load().replies["thank", nation]) == shown


@pytest.mark.parametrize(
    ("held", "asked", "nations"),
    [
        ("uk", "uk", NATIONS),
        ("uk england_wales", "uk", ["scotland", "northern_ireland"]),
        ("uk england_wales", "england_wales", ["england_wales"]),
        ("uk england_wales scotland", "uk", ["northern_ireland"]),
        ("scotland", "scotland", ["scotland"]),
    ],
)
def test_a_reply_for_all_of_the_uk_is_shown_where_there_is_no_other(small, held, asked, nations):
    small.documents["replies"] += [reply("law", "The law.", nation=each) for each in held.split()]
    register = small.load()
    assert list(render.nations_shown(register, register.replies["law", asked])) == nations


def test_practical_advice_is_shown_in_every_nation(small):
    small.documents["replies"].append(reply("law", "The law.", elsewhere=True))
    register = small.load()
    said = register.replies["law", "england_wales"]
    assert list(render.nations_shown(register, said)) == NATIONS
