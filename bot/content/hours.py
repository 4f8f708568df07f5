"""Whether a service is likely to be open. Hours are a guide: never a promise that it answers."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import get_args
from zoneinfo import ZoneInfo

import holidays

from bot.content.models import BankHolidaysOf, Hours

LONDON = ZoneInfo("Europe/London")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def now_in_london() -> dt.datetime:
    """The present moment as UK clocks show it."""
    return dt.datetime.now(LONDON)


def likely_open(hours: Hours | None, moment: dt.datetime) -> bool | None:
    """True or false by the published guide; None when no hours are known.

    Also None on a bank holiday of any nation, where nothing says if the service opens on it.

    Args:
        hours: the service's hours.
        moment: an aware time; it is read in UK time.
    """
    if hours is None:
        return None
    if hours.always:
        return True
    if not hours.weekly:
        return None
    local = moment.astimezone(LONDON)
    times = hours.weekly.get(_DAYS[local.weekday()])  # type: ignore[call-overload]
    if times is None:
        return False
    opens, closes = times.split("-")
    if not opens <= local.strftime("%H:%M") < closes:
        return False
    if nation := hours.closed_on_bank_holidays_of:
        return local.date() not in _bank_holidays(nation, local.year)
    return None if _is_bank_holiday_anywhere(local.date()) else True


def _is_bank_holiday_anywhere(day: dt.date) -> bool:
    return any(day in _bank_holidays(nation, day.year) for nation in get_args(BankHolidaysOf))


_SUBDIVISIONS: dict[BankHolidaysOf, str] = {
    "england_wales": "ENG",  # Wales has the same
    "scotland": "SCT",
    "northern_ireland": "NIR",
}


@lru_cache(maxsize=16)
def _bank_holidays(nation: BankHolidaysOf, year: int) -> frozenset[dt.date]:
    """The bank holidays of a year, worked out without a network."""
    return frozenset(holidays.country_holidays("GB", _SUBDIVISIONS[nation], years=year))
