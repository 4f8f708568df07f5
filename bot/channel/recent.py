"""What each conversation typed in the last two minutes, in memory only, for the emergency net."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

SECONDS = 120.0
MAX_CHARACTERS = 200
MAX_CONVERSATIONS = 5_000


class Recent:
    """A short, bounded memory; the oldest conversation goes first when it is full.

    Attributes:
        clock: seconds of a clock that only goes forward.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        # In the order of their latest message.
        self._typed: OrderedDict[str, list[tuple[float, str]]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._typed)

    def text(self, conversation_id: str) -> str:
        """What was typed lately and not answered as danger; "" when nothing was."""
        limit = self.clock() - SECONDS
        said = [text for moment, text in self._typed.get(conversation_id, ()) if moment >= limit]
        return " ".join(said)[-MAX_CHARACTERS:].strip()

    def add(self, conversation_id: str, text: str) -> None:
        """Remember a message."""
        limit = self.clock() - SECONDS
        said = [entry for entry in self._typed.get(conversation_id, ()) if entry[0] >= limit]
        said.append((self.clock(), text[-MAX_CHARACTERS:]))
        # Drop what can never be read again.
        while sum(len(text) for _, text in said[1:]) >= MAX_CHARACTERS:
            del said[0]
        self._typed[conversation_id] = said
        self._typed.move_to_end(conversation_id)
        while len(self._typed) > MAX_CONVERSATIONS:
            self._typed.popitem(last=False)

    def forget(self, conversation_id: str) -> None:
        """Erase what a conversation typed."""
        self._typed.pop(conversation_id, None)

    def sweep(self) -> None:
        """Erase what is too old; call it now and then, for a conversation that just stopped."""
        limit = self.clock() - SECONDS
        while self._typed:
            conversation_id, said = next(iter(self._typed.items()))
            if said[-1][0] >= limit:
                return
            del self._typed[conversation_id]
