"""Gives a message that is sent again its first answer, instead of starting a second turn.

A page sends a message again, with the same id, when the answer got lost on the way. By then the
first turn may be done, or still running. We remember only the latest message of each conversation,
and only in this process. Another process finds the answer in the conversation store.

We do not remember an answer that asks for the message again. The page then sends the same message,
which gets a new turn, or the stored answer if its turn was stored although nobody was told. Nor do
we remember what a message over a limit gets: the rules give it again, and a flood of such messages
would push other people's answers out.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from bot.gateway.http.answer import Answer
from bot.gateway.http.body import MessageIn
from bot.gateway.turns.outcomes import NOT_ANSWERED, Outcome

SECONDS = 120.0
MAX_CONVERSATIONS = 5_000
_NOT_KEPT = NOT_ANSWERED | {Outcome.EMERGENCY_RATE_LIMITED, Outcome.SWITCHED_OFF}


@dataclass(frozen=True)
class _RunningTurn:
    """Holds the latest turn of a conversation.

    Attributes:
        key: identifies the message when it is sent again.
        began: when the turn began, in seconds by the clock of `Repeats`.
        task: the turn; it goes on when the client goes away.
    """

    key: str
    began: float
    task: asyncio.Task[Answer]


class Repeats:
    """Remembers each conversation's latest answer for a short time. Drops the oldest first."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        # Ordered by when the turns began.
        self._turns: OrderedDict[str, _RunningTurn] = OrderedDict()

    def __len__(self) -> int:
        return len(self._turns)

    async def answer(
        self, message: MessageIn, turn: Callable[[], Coroutine[Any, Any, Answer]]
    ) -> Answer:
        """Returns the answer of `turn`, or of the turn that this message started the first time.

        Args:
            message: the checked body of the request; without an id it is always a new message.
            turn: starts the turn.

        Raises:
            Exception: whatever the turn raises. The message may then be tried again.
        """
        key = message.key
        if key is None:
            return await turn()
        self.sweep()
        known = self._turns.get(message.conversation)
        if known is None or known.key != key:
            known = self._begin(message.conversation, key, turn())
        return await asyncio.shield(known.task)

    def _begin(
        self, conversation_id: str, key: str, turn: Coroutine[Any, Any, Answer]
    ) -> _RunningTurn:
        task = asyncio.ensure_future(turn)
        begun = self._turns[conversation_id] = _RunningTurn(key, self.clock(), task)
        # The callback runs even if nobody is waiting any more.
        task.add_done_callback(lambda done: self._finished(conversation_id, begun))
        self._turns.move_to_end(conversation_id)
        while len(self._turns) > MAX_CONVERSATIONS:
            self._turns.popitem(last=False)
        return begun

    def _finished(self, conversation_id: str, turn: _RunningTurn) -> None:
        """Forgets a turn that may be tried again."""
        if not _is_answered(turn.task) and self._turns.get(conversation_id) is turn:
            self.forget(conversation_id)

    def forget(self, conversation_id: str) -> None:
        """Erases the answer of a conversation."""
        self._turns.pop(conversation_id, None)

    def sweep(self) -> None:
        """Erases answers that are too old."""
        limit = self.clock() - SECONDS
        while self._turns and next(iter(self._turns.values())).began < limit:
            self._turns.popitem(last=False)


def _is_answered(turn: asyncio.Task[Answer]) -> bool:
    # We must read the exception here, or Python reports it.
    if turn.cancelled() or turn.exception():
        return False
    return turn.result().outcome not in _NOT_KEPT
