"""A message that is sent again is not a second turn: its first answer is given again.

A page sends a message again, with the same id, when the answer got lost on the way. The first turn
may be done by then, or still be running. Only the latest message of each conversation counts, and
only in this process; another one finds the answer in the conversation store.

An answer that asks for the message once more is not remembered: what is sent then is the same
message, and it is answered anew, or by the store where its turn was stored though nobody was told.
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
from bot.gateway.turns.outcomes import NOT_ANSWERED

SECONDS = 120.0
MAX_CONVERSATIONS = 5_000


@dataclass(frozen=True)
class _RunningTurn:
    """The latest turn of a conversation.

    Attributes:
        key: what makes a message the same one.
        began: by the clock.
        task: the turn; it goes on when the client goes away.
    """

    key: str
    began: float
    task: asyncio.Task[Answer]


class Repeats:
    """The latest answer of each conversation, for a short time; the oldest goes first."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        # In the order in which the turns began.
        self._turns: OrderedDict[str, _RunningTurn] = OrderedDict()

    def __len__(self) -> int:
        return len(self._turns)

    async def answer(
        self, message: MessageIn, turn: Callable[[], Coroutine[Any, Any, Answer]]
    ) -> Answer:
        """The answer of `turn`, or of the turn that began when this message came first.

        Args:
            message: the checked body of the request; without an id it always is a new message.
            turn: starts the turn.

        Raises:
            Exception: what the turn raises. The message may then be tried anew.
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
        # Also when nobody waits any more.
        task.add_done_callback(lambda done: self._finished(conversation_id, begun))
        self._turns.move_to_end(conversation_id)
        while len(self._turns) > MAX_CONVERSATIONS:
            self._turns.popitem(last=False)
        return begun

    def _finished(self, conversation_id: str, turn: _RunningTurn) -> None:
        """Forget a turn that may be tried anew."""
        if not _is_answered(turn.task) and self._turns.get(conversation_id) is turn:
            self.forget(conversation_id)

    def forget(self, conversation_id: str) -> None:
        """Erase the answer of a conversation."""
        self._turns.pop(conversation_id, None)

    def sweep(self) -> None:
        """Erase what is too old."""
        limit = self.clock() - SECONDS
        while self._turns and next(iter(self._turns.values())).began < limit:
            self._turns.popitem(last=False)


def _is_answered(turn: asyncio.Task[Answer]) -> bool:
    # Its exception is read in any case, or Python reports it.
    if turn.cancelled() or turn.exception():
        return False
    return turn.result().outcome not in NOT_ANSWERED
