"""For whom a reply is filled in: whose website it stands on, where the person is, and the time."""

from __future__ import annotations

from bot.content import render
from bot.content.hours import now_in_london
from bot.content.models import Nation
from bot.content.register import get_register
from bot.settings import get_settings

# Where a person is taken to be who has not told.
NATION_UNTOLD: Nation = "england_wales"


def current(nation: Nation | None) -> render.Context:
    """The context that replies of a conversation are filled in for, now.

    Args:
        nation: what the slot of the nation holds; None where the person has not told.
    """
    settings = get_settings()
    return render.Context(
        force=get_register().forces[settings.force],
        moment=now_in_london(),
        nation=nation or NATION_UNTOLD,
        handover=settings.handover,
    )
