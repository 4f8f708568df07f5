"""Says who a reply is filled in for: the force's website, the person's nation and the time."""

from __future__ import annotations

from bot.content import render
from bot.content.hours import now_in_london
from bot.content.models import Nation
from bot.content.pronouns import Pronoun
from bot.content.register import get_register
from bot.dialogue import case
from bot.settings import get_settings

# The nation we assume until the person tells us theirs.
NATION_UNTOLD: Nation = "england_wales"


def current(
    nation: Nation | None, access: str | None = None, pronoun: Pronoun = "they"
) -> render.Context:
    """Returns the context for filling in a conversation's replies now.

    Args:
        nation: what the nation slot holds; None if the person has not told us.
        access: the same of what they need to be reached by.
        pronoun: theirs for who stalks them.
    """
    settings = get_settings()
    return render.Context(
        force=get_register().forces[settings.force],
        moment=now_in_london(),
        nation=nation or NATION_UNTOLD,
        handover=settings.handover,
        by_text=case.writes(access),
        pronoun=pronoun,
    )
