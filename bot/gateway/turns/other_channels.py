"""Begins the turns of messages that come through Rasa's own channels, such as the shell or REST.

Without a turn nothing is known of what was typed before, and danger told in two messages ("my ex",
"is here") would be missed there.
"""

from __future__ import annotations

import time
from typing import Any

from bot.gateway.turns.outcomes import DANGER_ANSWERED, of_replies
from bot.rasa_adapters.messages import CHANNEL
from bot.safety import context
from bot.safety.recent import MAX_CHARACTERS


def begin(message: Any) -> None:
    """Begins a turn, unless the gateway has begun it.

    Args:
        message: Rasa's; its text may be the payload of a button.
    """
    if message.input_channel == CHANNEL:
        return
    turn, text = context.InFlightTurn(), message.text or ""
    if text and not text.startswith("/"):
        turn.typed = (time.time(), text[-MAX_CHARACTERS:])
    turn.is_danger_answered = lambda: of_replies(turn.replies) in DANGER_ANSWERED
    context.begin(turn)
