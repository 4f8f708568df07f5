"""Answers that lack something, made whole; what stands first in them is decided here."""

from __future__ import annotations

from bot.counters.names import SAFE_REPLIES
from bot.gateway.http.answer import Answer, Said, TurnMetadata, bubbles_of, joined
from bot.gateway.turns import erasure, safe_reply
from bot.gateway.turns.outcomes import DANGER_ANSWERED, Outcome, of_words
from bot.safety import context


def with_notices(answer: Answer, notices: Said, in_danger: bool) -> Answer:
    """The notice that a message was too long stands first, unless 999 must.

    Args:
        answer: the answer to the part that was read.
        notices: what to say about the message itself.
        in_danger: whether the word rules see danger in the rest of it.
    """
    if in_danger and answer.outcome is not Outcome.EMERGENCY:
        said = joined(safe_reply.from_register("safe_reply_emergency"), answer.said, notices)
        return Answer(said, Outcome.EMERGENCY, answer.metadata)
    if answer.outcome in DANGER_ANSWERED | SAFE_REPLIES:
        return Answer(joined(answer.said, notices), answer.outcome, answer.metadata)
    return Answer(joined(notices, answer.said), answer.outcome, answer.metadata)


def for_failed(turn: context.InFlightTurn, text: str) -> Said:
    """What to say where a turn failed: the safe reply, after what the net knows of it."""
    return safe_reply.for_failed_turn(text, turn.previous, safe_reply.known_of(turn, text))


def merged(
    said: Said, failure: Outcome, heard: TurnMetadata, text: str, turn: context.InFlightTurn
) -> Answer:
    """An answer with a hole, made whole by the safe reply: before it in danger, else after it."""
    if erasure.is_promised(bubbles_of(said)):
        said = []  # it says that the chat was erased, and that is not sure
    outcome = of_words(bubbles_of(said))
    if outcome in (Outcome.EMERGENCY, Outcome.CRISIS):
        return Answer(said, outcome, heard)  # what counts has been said
    if failure is Outcome.SAFE_REPLY_TIMEOUT and outcome is not Outcome.CHECKED:
        # The turn is not stored: what is said to a question of it would answer the one before.
        said = []
    safe = for_failed(turn, text)
    if safe != safe_reply.bubbles("safe_reply"):
        return Answer(joined(safe, said), failure, heard)
    return Answer(joined(said, safe), failure, heard)
