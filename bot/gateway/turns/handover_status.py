"""Tells the person what became of their hand-over: the truth at that moment, and no more.

The bot's own actions cannot know it: the outbox is written when the turn is stored, after they ran.
"""

from __future__ import annotations

import time
from dataclasses import replace

from bot.gateway.http.answer import Answer, bubbles_of, joined
from bot.gateway.turns import safe_reply
from bot.gateway.turns.outcomes import DANGER_ANSWERED, Outcome
from bot.handover.service import Handovers
from bot.settings import get_settings
from bot.storage.outbox import State

_WORDS = {
    State.CONFIRMED: "handover/confirmed",
    State.EMAILED: "handover/emailed",
    State.WAITING: "handover/waiting",
    State.DEAD: "handover/failed",
    None: "handover/failed",
}


# Danger comes first; and a message that is refused must cost next to nothing, no thread of the
# database least of all. What is new is told with the next answer.
_LEFT_AS_IT_IS = DANGER_ANSWERED | {Outcome.SAFE_REPLY_OVERLOADED}


async def with_status(
    handovers: Handovers | None, answer: Answer, conversation_id: str, started: float
) -> Answer:
    """The answer, with what is new about a hand-over at its end, within the reply deadline.

    Args:
        handovers: None where the force takes none.
        answer: the answer of this turn; one to danger or in an overload is left as it is.
        conversation_id: the conversation's id.
        started: when the turn began, in seconds since 1970, UTC.
    """
    if handovers is None or answer.outcome in _LEFT_AS_IT_IS:
        return answer
    left = get_settings().reply_deadline - (time.time() - started)
    if safe_reply.bubbles("handover/sending")[0] in bubbles_of(answer.said):
        state: State | None = State.WAITING  # not confirmed: true in any case
        if left > 0:
            # The yes of a message that came again was stored at some time before.
            since = 0 if answer.is_repeat else started
            state = await handovers.after_yes(conversation_id, since, left)
        news = safe_reply.from_register(_WORDS[state])
    elif left > 0 and (state := await handovers.news(conversation_id, left)):
        news = [*safe_reply.bubbles(_WORDS[state])]
    else:
        return answer
    return replace(answer, said=joined(answer.said, news))
