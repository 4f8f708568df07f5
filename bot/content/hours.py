"""Whether a service is likely to be open. Hours are a guide: never a promise that it answers."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from bot.content.models import Hours

LONDON = ZoneInfo("Europe/London")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def now_in_london() -> dt.datetime:
    """The present moment as UK clocks show it."""
    return dt.datetime.now(LONDON)


def likely_open(hours: Hours | None, moment: dt.datetime) -> bool | None:
    """True or false by the published guide; None when no hours are known.

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
    return opens <= local.strftime("%H:%M") < closes
