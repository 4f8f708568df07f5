"""Reads refused messages and the unread rest of long ones for danger, and gives degraded replies.

Reading takes time that turns need, so in a flood we read only the two ends of a text.
"""

from __future__ import annotations

from bot.gateway.coordination.open_questions import OpenQuestions
from bot.gateway.http.answer import Answer, Said
from bot.gateway.http.body import MessageIn
from bot.gateway.overload.queue import OURS, Queue, Sender, Spare
from bot.gateway.turns import safe_reply
from bot.gateway.turns.outcomes import Outcome
from bot.gateway.turns.sanitise import RasaText, at_its_ends, rasa_text
from bot.safety import context
from bot.safety.recent import Recent


class DegradedReplies:
    """Reads as much of a message as there is time for. Each process has one.

    Args:
        queue: the turns that are running or waiting.
        spare: the time that may be taken from them.
        open_questions: the questions about danger that other processes asked.
        recent: what each conversation typed and was asked lately in this process.
    """

    def __init__(
        self, queue: Queue, spare: Spare, open_questions: OpenQuestions, recent: Recent
    ) -> None:
        self._queue = queue
        self._spare = spare
        self._open_questions = open_questions
        self._recent = recent

    async def urgent(self, message: MessageIn) -> Said:
        """Returns what must be said at once by the rules alone; [] if they see nothing."""
        asked = await self._open_questions.asked(message.conversation)
        asked = asked or self._recent.asked(message.conversation)
        with self._spare.taken() as is_whole_read:
            return self._urgent_in(message, asked, is_whole_read)

    def _urgent_in(self, message: MessageIn, asked: str, is_whole_read: bool) -> Said:
        typed = rasa_text(message if is_whole_read else at_its_ends(message))
        text = typed.text or ""
        previous = self._recent.text(message.conversation)
        if message.button is None and text:
            self._recent.add(message.conversation, text, is_over_limit=True)
        replies = self._read(text, previous, is_whole_read)
        if safe_reply.may_mean_danger(text, asked):
            replies = safe_reply.together(replies, {safe_reply.EMERGENCY})
        elif text and asked:
            self._recent.answered(message.conversation)
            self._open_questions.remove(message.conversation)
        if not replies and safe_reply.danger_in_long(typed.unread, at_its_ends=True):
            replies = (safe_reply.EMERGENCY,)
        return [bubble for reply in replies for bubble in safe_reply.bubbles(reply)]

    def seen_alone(self, message: MessageIn) -> tuple[str, ...]:
        """Returns the replies that must come first by the rules alone.

        It reads the message by itself, and neither it nor anything about it is remembered.
        """
        with self._spare.taken() as is_whole_read:
            typed = rasa_text(message if is_whole_read else at_its_ends(message))
            replies = self._read(typed.text or "", "", is_whole_read)
            if not replies and safe_reply.danger_in_long(typed.unread, at_its_ends=True):
                return (safe_reply.EMERGENCY,)
            return replies

    def _read(self, text: str, previous: str, is_whole_read: bool) -> tuple[str, ...]:
        """Returns the replies that must come first, by words and grammar, or by words in a flood.

        The grammar takes as long as a turn, and so do the words of a long text. The limits exist
        to keep other people's turns quick.
        """
        if is_whole_read and self._queue.has_place():
            return safe_reply.urgent(text, previous)
        return safe_reply.urgent_by_words(
            text if is_whole_read else safe_reply.ends(text), previous
        )

    def rasa_text(self, message: MessageIn, sender: Sender = OURS) -> RasaText:
        """Returns a message as it goes to Rasa. Reads only its ends if there is no time for all.

        Sanitising a long message can take as long as several turns.
        """
        if not self._queue.is_too_long(sender):
            return rasa_text(message)
        with self._spare.taken() as is_whole_read:
            return rasa_text(message if is_whole_read else at_its_ends(message))

    async def refused(self, text: str, turn: context.InFlightTurn) -> Answer:
        """Returns the answer to a message that would wait too long, or did."""
        await turn.ask_elsewhere()
        known = safe_reply.known_of(turn, text)
        with self._spare.taken() as is_whole_read:
            read = text if is_whole_read else safe_reply.ends(text)
            said = safe_reply.for_refused_turn(read, turn.previous, known)
        return Answer(said, Outcome.SAFE_REPLY_OVERLOADED)

    def _is_time_left(self) -> bool:
        """Returns whether there is time for anything besides turns."""
        return self._queue.has_place() and self._spare.is_left()

    def is_danger_in(self, unread: str, outcome: Outcome) -> bool:
        """Returns whether the word rules see danger in the part that was too long to read.

        This can take as long as two turns. So in a flood, or when the message was refused, the
        rules read only the two ends. After the emergency reply it would change nothing.
        """
        if outcome is Outcome.EMERGENCY:
            return False
        if outcome is Outcome.SAFE_REPLY_OVERLOADED:
            with self._spare.taken() as is_left:
                unread = unread if is_left else safe_reply.ends(unread)
                return safe_reply.danger_in_long(unread, at_its_ends=True)
        if not unread or not self._is_time_left():
            return safe_reply.danger_in_long(unread, at_its_ends=True)
        with self._spare.used():
            return safe_reply.danger_in_long(unread)
