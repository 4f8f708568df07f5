"""Takes a message through the bot. Whatever happens, there is an answer and one outcome."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from bot.errors import reason_of
from bot.gateway.coordination.locks import in_line
from bot.gateway.coordination.open_questions import OpenQuestions
from bot.gateway.http.answer import (
    Answer,
    Said,
    TurnMetadata,
    from_rasa,
    given_again,
    kept,
    replies_said,
    without_rating,
)
from bot.gateway.http.body import MessageIn
from bot.gateway.http.refused import Refused
from bot.gateway.overload.queue import OURS, Queue, Sender, Spare, TooMany
from bot.gateway.turns import erasure, safe_reply
from bot.gateway.turns.checks import Checks
from bot.gateway.turns.degraded import DegradedReplies
from bot.gateway.turns.erasure import Eraser
from bot.gateway.turns.fallback_merge import for_failed, merged, unstored, with_notices
from bot.gateway.turns.handover_status import with_status
from bot.gateway.turns.outcomes import DANGER_ANSWERED, NOT_ANSWERED, Outcome, asked_in, of_replies
from bot.gateway.turns.sanitise import payload
from bot.handover.service import Handovers
from bot.rasa_adapters.messages import OnMessage, collected, collecting_message
from bot.safety import context
from bot.safety.recent import Recent
from bot.settings import get_settings
from bot.slots import DANGER_OPEN
from bot.storage.conversations import AlreadyAnswered
from bot.storage.database import DatabaseFailed

logger = logging.getLogger(__name__)

# Long enough for a cancelled turn to give its ticket back (bot/gateway/coordination/locks.py).
_CANCEL_AGAIN_SECONDS = 2.0


class Turns:
    """Answers messages through Rasa, and ends conversations. Each process has one.

    Args:
        on_new_message: lets Rasa answer a message.
        handovers: the force's hand-overs; None if it takes none.
        recent: what was typed before; empty if not given.

    Attributes:
        recent: what each conversation typed and was asked lately in this process.
        eraser: erases conversations.
        checks: looks for danger in texts that are no messages.
    """

    def __init__(
        self,
        on_new_message: OnMessage,
        handovers: Handovers | None = None,
        recent: Recent | None = None,
    ) -> None:
        self.recent = Recent() if recent is None else recent
        self.eraser = Eraser()
        self._on_new_message = on_new_message
        self._queue = Queue(get_settings().reply_deadline / 3)
        self._open_questions = OpenQuestions(get_settings().redis_url)
        self._degraded = DegradedReplies(self._queue, Spare(), self._open_questions, self.recent)
        self.checks = Checks(self._queue, self._degraded)
        self._handovers = handovers
        self._running: set[asyncio.Task] = set()

    async def answer(
        self,
        agent: Any,
        message: MessageIn,
        deadline: float | None = None,
        sender: Sender = OURS,
    ) -> Answer:
        """Returns the answer to one message.

        Args:
            agent: Rasa's agent, or None while there is none.
            message: the checked body of the request.
            deadline: seconds left for the answer; None for all of `reply_deadline`.
            sender: who sends it.
        """
        pending = self.recent.typed(message.conversation)
        turn = context.InFlightTurn(pending, previous=self.recent.text(message.conversation))
        turn.message = message.key
        turn.seconds = deadline
        turn.asked = self.recent.asked(message.conversation)
        turn.is_asked_unstored = self.recent.is_asked_unstored(message.conversation)
        turn.asked_elsewhere = lambda: self._open_questions.asked(message.conversation)
        try:
            return await self._answer(agent, message, turn, sender)
        except Exception as error:  # a bug of ours must not cost an answer either
            logger.error("turn failed: %s", reason_of(error))
            await turn.ask_elsewhere()
            if turn.asked:
                self._opened(message.conversation, turn.asked, turn)
            text = message.text or payload(message) or ""
            return Answer(for_failed(turn, text), Outcome.SAFE_REPLY_ERROR)

    async def _answer(
        self, agent: Any, message: MessageIn, turn: context.InFlightTurn, sender: Sender
    ) -> Answer:
        text, notices, unread = self._degraded.rasa_text(message, sender)
        if text is None:
            return Answer(notices, Outcome.CLARIFIED if message.button else Outcome.EMPTY)
        self.recent.answered(message.conversation)
        if message.button is None:
            turn.typed = self.recent.add(message.conversation, text)
        # When the message came, even if it came to a process that has since died.
        started = time.time() - (get_settings().reply_deadline - _seconds_of(turn))
        try:
            answer = await self._through_rasa(agent, message.conversation, text, turn, sender)
        except asyncio.CancelledError:
            # The client has gone away and may not have got an answer.
            if turn.asked:
                self._opened(message.conversation, turn.asked, turn)
            raise
        answer = await with_status(self._handovers, answer, message.conversation, started)
        if answer.is_repeat and turn.typed:
            self.recent.take_back(message.conversation, turn.typed)
        if answer.outcome in DANGER_ANSWERED:
            self.recent.forget(message.conversation)
        if asked := asked_in(replies_said(answer.said)) or _still_open(answer, turn):
            self._opened(message.conversation, asked, turn)
        elif turn.asked:
            self._open_questions.remove(message.conversation)
        in_danger = self._degraded.is_danger_in(unread, answer.outcome)
        answer = with_notices(answer, notices, in_danger)
        if answer.outcome is Outcome.ANSWERED:
            return answer
        return replace(answer, said=without_rating(answer.said))

    async def answer_switched_off(self, message: MessageIn) -> Answer:
        """Returns the static reply, or 999 or the crisis lines if the rules see danger."""
        said = await self._degraded.urgent(message) or safe_reply.from_register("switched_off")
        return Answer(said, Outcome.SWITCHED_OFF)

    async def answer_over_limit(self, message: MessageIn, wait: int) -> Answer:
        """Returns 999 or the crisis lines at once if the rules see danger. That is never refused.

        Raises:
            Refused: there is no sign of danger; try again after `wait` seconds.
        """
        said = await self._degraded.urgent(message)
        if not said:
            raise Refused(HTTPStatus.TOO_MANY_REQUESTS, retry_after=wait)
        return Answer(said, Outcome.EMERGENCY_RATE_LIMITED)

    async def end(self, agent: Any, conversation_id: str) -> None:
        """Erases a conversation for good, including what a running turn may still store of it.

        Raises:
            DatabaseFailed: it is not erased yet, but will be as soon as possible.
        """
        self._forget(conversation_id)
        await self.eraser.erase_in_line(agent, conversation_id)

    def end_later(self, conversation_id: str) -> None:
        """Forgets a conversation at once, and leaves its deletion to the next sweep."""
        self._forget(conversation_id)
        self.eraser.retry_for_good(conversation_id)

    def _forget(self, conversation_id: str) -> None:
        self.recent.forget(conversation_id)
        self._open_questions.remove(conversation_id)

    def _opened(self, conversation_id: str, question: str, turn: context.InFlightTurn) -> None:
        is_stored = not (_is_unstored(turn) or turn.is_asked_unstored)
        self.recent.opened(conversation_id, question, is_stored=is_stored)
        self._open_questions.put(conversation_id, question)

    async def _through_rasa(
        self,
        agent: Any,
        conversation_id: str,
        text: str,
        turn: context.InFlightTurn,
        sender: Sender,
    ) -> Answer:
        if self._queue.is_too_long(sender):
            return await self._degraded.refused(text, turn)
        if agent is None or not agent.is_ready():
            return await self._without_model(text, turn, sender)
        message = collecting_message(text, conversation_id)
        turn.is_danger_answered = lambda: _outcome_of(message) in DANGER_ANSWERED
        turn.said = lambda: _to_keep(turn, message)
        context.begin(turn)
        failure = None
        try:
            await self._within_deadline(self._turn(agent, message, sender))
        except TooMany:
            return await self._degraded.refused(text, turn)
        except TimeoutError:
            failure = Outcome.SAFE_REPLY_TIMEOUT
        except AlreadyAnswered as again:
            said = given_again(again.answer)
            return Answer(said, of_replies(replies_said(said)), is_repeat=True)
        except Exception as error:
            if isinstance(error, DatabaseFailed):
                turn.has_storage_failed = True
            else:
                failure = Outcome.SAFE_REPLY_ERROR
            # Log only the kind and the place. The error's text may hold what the person typed.
            logger.error("turn failed: %s", reason_of(error))
        said = from_rasa(collected(message))
        failure = failure or _failure_of(turn, said)
        metadata = TurnMetadata(turn.label, turn.answers_check, turn.has_storage_failed)
        if failure is None:
            return Answer(said, of_replies(replies_said(said)), metadata)
        answered = turn.asked
        await turn.ask_elsewhere()
        if failure is Outcome.SAFE_REPLY_STORAGE_FAILED:
            return unstored(said, metadata, text, turn, answered)
        return merged(said, failure, metadata, text, turn)

    async def _without_model(self, text: str, turn: context.InFlightTurn, sender: Sender) -> Answer:
        """Returns the answer while there is no model.

        It takes a place in the queue like any turn, because the rules take time too.
        """
        try:
            async with self._queue.turn(sender, _seconds_of(turn) / 3):
                # Messages that have arrived by now take a place or wait, so the queue counts them.
                await asyncio.sleep(0)
                await turn.ask_elsewhere()
                return Answer(for_failed(turn, text), Outcome.SAFE_REPLY_UNAVAILABLE)
        except TooMany:
            return await self._degraded.refused(text, turn)

    async def _turn(self, agent: Any, message: Any, sender: Sender) -> None:
        """Lets Rasa answer, and erases the chat at once if the bot said that it is erased."""
        # Join the conversation's line first. While this message waits for a place in the queue,
        # a later one must not overtake it in another process.
        async with in_line(agent, message.sender_id), self._queue.turn(sender):
            await self.eraser.retry_for(agent, message.sender_id)
            await self._on_new_message(message)
        if erasure.is_promised(replies_said(from_rasa(collected(message)))):
            self._forget(message.sender_id)
            await self.eraser.erase(agent, message.sender_id, for_good=False)

    async def _within_deadline(self, turn: Awaitable[None]) -> None:
        """Waits for a turn until its deadline, even if the turn does not react to a cancel.

        If the client goes away, the turn still has the rest of its time. So it is seldom broken
        off half-way, and what was typed is stored for the next message.

        Raises:
            asyncio.TimeoutError: the deadline passed, or something inside cancelled the turn.
        """
        loop = asyncio.get_running_loop()
        deadline = _seconds_of(context.current())
        ends_at = loop.time() + deadline
        task = asyncio.ensure_future(turn)
        self._running.add(task)
        task.add_done_callback(self._finished)
        try:
            await asyncio.wait({task}, timeout=deadline)
        except asyncio.CancelledError:
            loop.call_at(ends_at, _cancel, task)
            raise
        if not task.done() or task.cancelled():
            context.current().is_given_up = True
            _cancel(task)
            raise TimeoutError
        task.result()

    def _finished(self, task: asyncio.Task) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # unless we read it, Python reports it with its text


def _seconds_of(turn: context.InFlightTurn) -> float:
    """Returns the seconds in which the turn must be answered."""
    return get_settings().reply_deadline if turn.seconds is None else turn.seconds


def _cancel(task: asyncio.Task) -> None:
    """Cancels a task, again and again until it ends.

    Before Python 3.12 a cancel gets lost if it comes just as the future inside
    asyncio.wait_for ends.
    """
    if not task.done():
        task.cancel()
        asyncio.get_running_loop().call_later(_CANCEL_AGAIN_SECONDS, _cancel, task)


def _to_keep(turn: context.InFlightTurn, message: Any) -> list[Any]:
    """Returns the answer as it is stored; [] if it is incomplete or not true yet."""
    said = from_rasa(collected(message))
    is_whole = not (turn.failed_actions or turn.has_storage_failed)
    # "I have deleted this chat" only comes true after the turn is stored. If the message is sent
    # again, the chat is deleted again.
    return kept(said) if is_whole and not erasure.is_promised(replies_said(said)) else []


def _outcome_of(message: Any) -> Outcome:
    """Returns the outcome of what has been said so far."""
    return of_replies(replies_said(from_rasa(collected(message))))


def _still_open(answer: Answer, turn: context.InFlightTurn) -> str:
    """Returns what is still open after an answer that asked nothing about danger; "" for nothing.

    That an emergency is open stands in the store alone. Where the turn could not be stored, this
    process remembers it.
    """
    if answer.outcome in NOT_ANSWERED:
        return turn.asked
    was_open = turn.asked == DANGER_OPEN and answer.outcome in DANGER_ANSWERED
    is_open = was_open or answer.outcome is Outcome.EMERGENCY
    return DANGER_OPEN if is_open and _is_unstored(turn) else ""


def _is_unstored(turn: context.InFlightTurn) -> bool:
    return turn.has_storage_failed or turn.is_given_up


def _failure_of(turn: context.InFlightTurn, said: Said) -> Outcome | None:
    """Returns what went wrong in a turn that finished; None if nothing did."""
    if turn.failed_actions:
        return Outcome.SAFE_REPLY_ACTION_FAILED
    if not said:
        return Outcome.SAFE_REPLY_SILENT
    return Outcome.SAFE_REPLY_STORAGE_FAILED if turn.has_storage_failed else None
