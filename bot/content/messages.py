"""What the bot says in one go, as Rasa carries it to a channel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.content.bubble import Bubble
from bot.content.render import Button

# Where they stand in a message of Rasa's, beside its `text` and `buttons`: other channels know
# nothing of them, and show those. Not in Rasa's `custom`, which such a channel would show too.
BUBBLES, RATING = "bubbles", "rating"


def message(
    bubbles: Sequence[Bubble], buttons: Sequence[Button], rating: Sequence[Button] = ()
) -> dict[str, Any]:
    """Returns a message as Rasa sends it.

    Args:
        bubbles: what is said.
        buttons: what can be pressed then.
        rating: the answers to "Did this answer it?", where a page may ask that.
    """
    said = {
        "text": "\n\n".join(bubbles),
        "buttons": [_written(one) for one in buttons],
        BUBBLES: [one.as_dict() for one in bubbles],
    }
    return {**said, RATING: [_written(one) for one in rating]} if rating else said


def _written(button: Button) -> dict[str, str]:
    return {"title": button.title, "payload": button.payload}
