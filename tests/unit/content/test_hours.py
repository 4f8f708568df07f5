"""Whether a service is likely to be open, by UK clocks."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import holidays
import pytest

from bot.content.hours import likely_open, now_in_london
from bot.content.models import Hours
from bot.content.register import load

# The National Stalking Helpline: weekdays 9.30 to 16.00, Wednesdays from 13.00.
HELPLINE = load().services["nsh"].hours
NEW_YORK = ZoneInfo("America/New_York")


def utc(*moment: int) -> dt.datetime:
    return dt.datetime(*moment, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        # A Tuesday in winter, when UK clocks show UTC.
        (utc(2026, 11, 24, 9, 29, 59), False),
        (utc(2026, 11, 24, 9, 30), True),
        (utc(2026, 11, 24, 15, 59, 59), True),
        (utc(2026, 11, 24, 16, 0), False),
        (utc(2026, 11, 24, 0, 0), False),
        # A Tuesday in summer, when they are an hour ahead.
        (utc(2026, 7, 14, 8, 29, 59), False),
        (utc(2026, 7, 14, 8, 30), True),
        (utc(2026, 7, 14, 14, 59, 59), True),
        (utc(2026, 7, 14, 15, 0), False),
        # The working days either side of the clock going forward (29 March 2026)...
        (utc(2026, 3, 27, 8, 30), False),
        (utc(2026, 3, 27, 9, 30), True),
        (utc(2026, 3, 30, 8, 30), True),
        (utc(2026, 3, 30, 15, 0), False),
        # ...and back (25 October 2026).
        (utc(2026, 10, 23, 8, 30), True),
        (utc(2026, 10, 23, 15, 30), False),
        (utc(2026, 10, 26, 8, 30), False),
        (utc(2026, 10, 26, 15, 30), True),
        # Wednesdays open later.
        (utc(2026, 11, 25, 9, 30), False),
        (utc(2026, 11, 25, 12, 59), False),
        (utc(2026, 11, 25, 13, 0), True),
        (utc(2026, 7, 15, 11, 59), False),
        (utc(2026, 7, 15, 12, 0), True),
        # Closed at weekends.
        (utc(2026, 11, 28, 12, 0), False),
        (utc(2026, 11, 29, 12, 0), False),
        # The same moments by another clock.
        (dt.datetime(2026, 11, 24, 4, 29, tzinfo=NEW_YORK), False),
        (dt.datetime(2026, 11, 24, 4, 30, tzinfo=NEW_YORK), True),
    ],
)
def test_the_helpline_is_open_by_uk_clocks(moment, is_open):
    assert likely_open(HELPLINE, moment) is is_open


WEEKDAYS = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-17:00")
# At noon on working days.
CHRISTMAS_DAY = utc(2026, 12, 25, 12, 0)
BOXING_DAY_OBSERVED = utc(2026, 12, 28, 12, 0)
EASTER_MONDAY = utc(2027, 3, 29, 12, 0)  # none in Scotland
ST_ANDREWS_DAY = utc(2026, 11, 30, 12, 0)  # Scotland only
BATTLE_OF_THE_BOYNE = utc(2027, 7, 12, 12, 0)  # Northern Ireland only


def weekdays(nation=None) -> Hours:
    return Hours(weekly=WEEKDAYS, text="weekdays", closed_on_bank_holidays_of=nation)


@pytest.mark.parametrize("service", ["nsh", "revenge_porn_helpline"])
@pytest.mark.parametrize("holiday", [CHRISTMAS_DAY, BOXING_DAY_OBSERVED, EASTER_MONDAY])
def test_who_is_closed_on_bank_holidays_is_closed(service, holiday):
    hours = load().services[service].hours
    assert likely_open(hours, holiday) is False
    assert likely_open(hours, holiday + dt.timedelta(weeks=2)) is True


@pytest.mark.parametrize(
    ("nation", "open_on"),
    [
        ("england_wales", {ST_ANDREWS_DAY, BATTLE_OF_THE_BOYNE}),
        ("scotland", {EASTER_MONDAY, BATTLE_OF_THE_BOYNE}),
        ("northern_ireland", {ST_ANDREWS_DAY}),
    ],
)
def test_each_nation_has_its_own_bank_holidays(nation, open_on):
    days = {CHRISTMAS_DAY, EASTER_MONDAY, ST_ANDREWS_DAY, BATTLE_OF_THE_BOYNE}
    assert {day for day in days if likely_open(weekdays(nation), day)} == open_on


def test_england_and_wales_have_the_same_bank_holidays():
    england, wales = (
        holidays.country_holidays("GB", of, years=range(2026, 2030)) for of in ("ENG", "WLS")
    )
    assert set(england) == set(wales)


@pytest.mark.parametrize("holiday", [CHRISTMAS_DAY, ST_ANDREWS_DAY, BATTLE_OF_THE_BOYNE])
def test_who_says_nothing_of_bank_holidays_is_not_said_to_be_open(holiday):
    assert likely_open(weekdays(), holiday) is None
    assert likely_open(weekdays(), holiday + dt.timedelta(hours=9)) is False, "out of hours"
    assert likely_open(weekdays(), holiday + dt.timedelta(days=1 if holiday.weekday() < 4 else 5))


def test_the_bank_holiday_is_that_of_uk_clocks():
    night = Hours(
        weekly={"mon": "00:00-02:00"}, text="early", closed_on_bank_holidays_of="england_wales"
    )
    assert likely_open(night, utc(2026, 5, 24, 23, 30)) is False  # Monday 25 May in London
    assert likely_open(night, utc(2026, 5, 17, 23, 30)) is True


def test_the_day_is_that_of_uk_clocks():
    saturday_night = Hours(weekly={"sat": "00:00-01:00"}, text="an hour past midnight")
    assert likely_open(saturday_night, utc(2026, 7, 17, 23, 30)) is True  # Friday by UTC
    assert likely_open(saturday_night, utc(2026, 7, 18, 23, 30)) is False


def test_the_repeated_hour_counts_twice():
    night = Hours(weekly={"sun": "01:00-02:00"}, text="Sunday at one")
    assert [likely_open(night, utc(2026, 10, 25, hour, 30)) for hour in (0, 1, 2)] == [
        True, True, False,
    ]  # fmt: skip


def test_open_until_midnight():
    evening = Hours(weekly={"tue": "18:00-24:00"}, text="Tuesday evening")
    assert likely_open(evening, utc(2026, 11, 24, 23, 59, 59)) is True
    assert likely_open(evening, utc(2026, 11, 25, 0, 0)) is False


def test_always_open():
    always = Hours(always=True, text="day and night")
    assert likely_open(always, utc(2026, 12, 25, 3, 0)) is True


@pytest.mark.parametrize("hours", [None, Hours(text="ask them")])
def test_unknown_hours_are_neither_open_nor_closed(hours):
    assert likely_open(hours, utc(2026, 11, 24, 12, 0)) is None


def test_now_is_aware_and_by_uk_clocks():
    now = now_in_london()
    assert abs(now - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)
    assert str(now.tzinfo) == "Europe/London"
