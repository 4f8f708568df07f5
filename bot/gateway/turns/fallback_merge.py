"""Completes answers of turns that failed, and decides which part comes first."""

from __future__ import annotations

from bot.counters.names import SAFE_REPLIES
from bot.gateway.http.answer import Answer, Said, TurnMetadata, joined, replies_said
from bot.gateway.turns import erasure, safe_reply
from bot.gateway.turns.outcomes import DANGER_ANSWERED, Outcome, of_replies
from bot.safety import context


def with_notices(answer: Answer, notices: Said, in_danger: bool) -> Answer:
    """Adds the notice that a message was too long: after danger and safe replies, otherwise first.

    Args:
        answer: the answer to the part that was read.
        notices: what to say about the message itself.
        in_danger: whether the word rules see danger in the rest of the message.
    """
    if in_danger and answer.outcome is not Outcome.EMERGENCY:
        said = joined(safe_reply.from_register("safe_reply_emergency"), answer.said, notices)
        return Answer(said, Outcome.EMERGENCY, answer.metadata)
    if answer.outcome in DANGER_ANSWERED | SAFE_REPLIES:
        return Answer(joined(answer.said, notices), answer.outcome, answer.metadata)
    return Answer(joined(notices, answer.said), answer.outcome, answer.metadata)


def for_failed(turn: context.InFlightTurn, text: str) -> Said:
    """Returns the safe reply to a failed turn. 999 or the crisis lines come first if needed."""
    return safe_reply.for_failed_turn(text, turn.previous, safe_reply.known_of(turn, text))


def merged(
    said: Said, failure: Outcome, metadata: TurnMetadata, text: str, turn: context.InFlightTurn
) -> Answer:
    """Completes a half answer with the safe reply, which comes first in danger, otherwise last."""
    if erasure.is_promised(replies_said(said)):
        said = []  # it says that the chat was erased, but we cannot be sure of that
    outcome = of_replies(replies_said(said))
    if outcome in (Outcome.EMERGENCY, Outcome.CRISIS):
        return Answer(said, outcome, metadata)  # the person has been told what matters
    if failure is Outcome.SAFE_REPLY_TIMEOUT and outcome is not Outcome.CHECKED:
        # The turn is not stored. A reply to a question in it would count as one to the question
        # before it.
        said = []
    safe = for_failed(turn, text)
    if safe != safe_reply.bubbles("safe_reply"):
        return Answer(joined(safe, said), failure, metadata)
    return Answer(joined(said, safe), failure, metadata)


def unstored(
    said: Said, metadata: TurnMetadata, text: str, turn: context.InFlightTurn, answered: str = ""
) -> Answer:
    """Returns the whole answer of a turn that only the database failed, and one line about that.

    The bot may not know what was said before, not even that danger is open. So an answer to danger
    stands as it is, and 999 comes before any other: in the line, or as the rules see a need.

    Args:
        said: what the bot said.
        metadata: what Rasa understood of the message.
        text: what was typed, or the payload of the button that was pressed.
        turn: the turn.
        answered: the question about danger that the bot knew to be open, and so has answered.
    """
    if erasure.is_promised(replies_said(said)):
        said = joined(erasure.unpromised(said), safe_reply.from_register("delete_chat_failed"))
        line: Said = []
    else:
        line = [*safe_reply.bubbles("cannot_look_back")]
    outcome = of_replies(replies_said(said))
    if outcome in DANGER_ANSWERED:
        return Answer(said, outcome, metadata)
    known = safe_reply.known_of(turn, "" if turn.asked == answered else text)
    first: Said = [*safe_reply.urgent_bubbles(text, turn.previous, known)]
    said = joined(first, said, line) if first else joined(line, said)
    return Answer(said, Outcome.SAFE_REPLY_STORAGE_FAILED, metadata)
