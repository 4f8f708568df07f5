"""Says who a reply is filled in for: website, the person's nation and force, and the time."""

from __future__ import annotations

from bot.content import render
from bot.content.hours import now_in_london
from bot.content.models import Nation
from bot.content.pronouns import Pronoun
from bot.content.register import get_register
from bot.dialogue import case
from bot.safety import context
from bot.settings import get_settings

# The nation we assume until the person tells us theirs.
NATION_UNTOLD: Nation = "england_wales"


def current(
    nation: Nation | None,
    access: str | None = None,
    pronoun: Pronoun = "they",
    local_force: str | None = None,
) -> render.Context:
    """Returns the context for filling in a conversation's replies now.

    Args:
        nation: what the nation slot holds; None if the person has not told us.
        access: the same of what they need to be reached by.
        pronoun: theirs for who stalks them.
        local_force: what its slot holds; it counts where the force's nation is the person's.
    """
    settings, forces, turn = get_settings(), get_register().forces, context.current()
    site, nation = forces[settings.force], nation or NATION_UNTOLD
    force = forces.get(local_force or "", site) if nation == NATION_UNTOLD else site
    is_of_site = force is site
    return render.Context(
        force=force,
        site=None if is_of_site else site,
        moment=now_in_london(),
        nation=nation,
        # A note would reach the police of another place, or be lost with what is asked for it.
        handover=settings.handover and is_of_site and not turn.has_storage_failed,
        by_text=case.writes(access),
        pronoun=pronoun,
    )
