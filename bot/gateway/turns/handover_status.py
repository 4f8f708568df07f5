"""Tells the person their hand-over status as it is at that moment.

The bot's own actions cannot know it. The outbox is written when the turn is stored, after they ran.
"""

from __future__ import annotations

import time
from dataclasses import replace

from bot.gateway.http.answer import Answer, joined, replies_said
from bot.gateway.turns import safe_reply
from bot.gateway.turns.outcomes import DANGER_ANSWERED, Outcome
from bot.handover.service import Handovers
from bot.settings import get_settings
from bot.storage.outbox import State

# The reply after a yes.
_SENDING = "handover/sending"
_WORDS = {
    State.CONFIRMED: "handover/confirmed",
    State.EMAILED: "handover/emailed",
    State.WAITING: "handover/waiting",
    State.DEAD: "handover/failed",
    None: "handover/failed",
}


# Danger comes first. A refused message must cost next to nothing, and above all no database thread.
# The next answer will tell the news.
_LEFT_AS_IT_IS = DANGER_ANSWERED | {Outcome.SAFE_REPLY_OVERLOADED}


async def with_status(
    handovers: Handovers | None, answer: Answer, conversation_id: str, started: float
) -> Answer:
    """Returns the answer with any new hand-over status at its end, within the reply deadline.

    Args:
        handovers: the force's hand-overs; None if it takes none.
        answer: this turn's answer; an answer to danger or in an overload stays as it is.
        conversation_id: the conversation's id.
        started: when the turn began, in seconds since 1970, UTC.
    """
    if handovers is None or answer.outcome in _LEFT_AS_IT_IS:
        return answer
    left = get_settings().reply_deadline - (time.time() - started)
    if _SENDING in replies_said(answer.said):
        state: State | None = State.WAITING  # "not confirmed" is true in any case
        if left > 0:
            # If the message was sent again, its yes was stored earlier, at an unknown time.
            since = 0 if answer.is_repeat else started
            state = await handovers.after_yes(conversation_id, since, left)
        news = safe_reply.from_register(_WORDS[state])
    elif left > 0 and (state := await handovers.news(conversation_id, left)):
        news = [*safe_reply.bubbles(_WORDS[state])]
    else:
        return answer
    return replace(answer, said=joined(answer.said, news))
