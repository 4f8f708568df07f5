"""A conversation in which the bot has just asked "Is this happening now?"."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from tests.integration.conftest import Chat
from tests.integration.words import said

# Danger that is possible but not clear. Which of them lies between the thresholds changes with
# each training; one of them does.
UNCLEAR_DANGER = [
    "theres a noise outside, not sure if its him",
    "the security light keeps coming on",
    "someone keeps ringing the bell",
    "i think i saw him near work",
    "hes been texting all night saying he knows where i am",
    "someone rang and breathed down the phone again just now",
    "there was a car i did not know in our road earlier",
    "the gate was open when i got in",
    "he was at the bus stop when i got off",
    "i keep thinking i can hear him",
]


def to_the_check(chat: Chat, texts: Iterable[str] = UNCLEAR_DANGER) -> str:
    """Bring a conversation there, anew with each unclear danger until one is checked.

    Returns:
        the one that was.
    """
    for text in texts:
        chat.id = secrets.token_hex(16)
        if said("emergency_check") in chat.say(text):
            return text
    raise AssertionError("none of the unclear dangers was checked")
