"""What the parts that work on one turn tell each other, without storing it anywhere.

A context variable belongs to the turn that set it: two conversations at the same time never see
each other's, and nothing of it reaches an event, a database or a log.
"""

from __future__ import annotations

from contextvars import ContextVar

# What the same person typed in the last two minutes, at most 200 characters, and that the bot did
# not yet answer as danger; "" when there is nothing. The gateway sets it around each turn, for the
# emergency net: danger may be split over two messages ("hes", then "here"). It is about the same
# moment as the message, so judge both texts joined by a space, beside the message alone.
previous_text: ContextVar[str] = ContextVar("previous_text", default="")

# Actions that failed in this turn; the gateway then completes what was said with the safe reply.
_failed_actions: ContextVar[list[str] | None] = ContextVar("failed_actions", default=None)


def watch_actions() -> list[str]:
    """Begin a turn: the list to which `action_failed` adds from now on."""
    failed: list[str] = []
    _failed_actions.set(failed)
    return failed


def action_failed(name: str) -> None:
    """Report that an action of this turn could not do its work; outside of a turn, do nothing.

    Args:
        name: the action's name, or "" when it is not known.
    """
    failed = _failed_actions.get()
    if failed is not None:
        failed.append(name)
