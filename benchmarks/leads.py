"""Words that lead with danger, out of the register: they must come first where there is any."""

from __future__ import annotations

from functools import lru_cache

from bot.content import render
from bot.content.register import get_register
from bot.counters.names import Outcome
from bot.gateway.turns import outcomes, safe_reply

# 999 now, or 999 if it is happening now, with the question whether it is or whether it is over.
DANGER = (*outcomes.replies_of(Outcome.EMERGENCY), outcomes.CHECK, "safe_reply_emergency")
# Where a life is at risk too, this may come first. It names 999 as well.
CRISIS = ("crisis",)


@lru_cache
def first_bubbles(replies: tuple[str, ...]) -> frozenset[str]:
    """What each of these replies, or of the replies to its topics, begins with."""
    register = get_register()
    return frozenset(
        render.bubbles(register, reply, safe_reply.where())[0]
        for (reply_id, _), reply in register.replies.items()
        if reply_id.partition("/")[0] in replies
    )
