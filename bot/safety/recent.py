"""What one conversation typed and was asked in the last two minutes."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable

SECONDS = 120.0
# So much is kept, to find what a message asks for; and so much of that is read for danger.
MAX_CHARACTERS, FOR_DANGER = 500, 200
MAX_CONVERSATIONS = 5_000

Typed = tuple[float, str]
"""When (seconds since 1970) and what."""


def kept(typed: Iterable[Typed], now: float) -> list[Typed]:
    """Each message once, oldest first, without what is too old or can never be read again.

    Args:
        typed: messages, in any order.
        now: seconds since 1970. A message from the future, after a clock was put back, is old.
    """
    said = sorted(
        {(moment, text[-MAX_CHARACTERS:]) for moment, text in typed if _is_recent(moment, now)}
    )
    while sum(len(text) for _, text in said[1:]) >= MAX_CHARACTERS:
        del said[0]
    return said


def joined(typed: Iterable[Typed], now: float, most: int = FOR_DANGER) -> str:
    """What was typed lately as one text, its last characters; "" when nothing was."""
    return " ".join(text for _, text in kept(typed, now))[-most:].strip()


def _is_recent(moment: float, now: float) -> bool:
    return 0 <= now - moment <= SECONDS


class Recent:
    """A short, bounded memory of one process; the oldest conversation goes first when it is full.

    Attributes:
        clock: seconds since 1970.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        # In the order of their latest message.
        self._typed: OrderedDict[str, list[Typed]] = OrderedDict()
        # The same of conversations of which every message was over a limit.
        self._refused: OrderedDict[str, list[Typed]] = OrderedDict()
        # Which question about danger each was asked and when, if it did not yet say anything, and
        # whether the turn that asked it was stored.
        self._asked: OrderedDict[str, tuple[float, str, bool]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._typed) + len(self._refused)

    def typed(self, conversation_id: str) -> list[Typed]:
        """What was typed lately and not answered as danger."""
        return kept(self._all(conversation_id), self.clock())

    def text(self, conversation_id: str) -> str:
        """The same as one text; "" when nothing was."""
        return joined(self._all(conversation_id), self.clock())

    def add(self, conversation_id: str, text: str, *, is_over_limit: bool = False) -> Typed:
        """Remember a message.

        Args:
            conversation_id: its conversation.
            text: the message.
            is_over_limit: it is over a limit. Somebody who makes up a conversation for each message
                may send many, so those of conversations that are not known yet are kept apart, and
                push out no others.
        """
        typed = (self.clock(), text[-MAX_CHARACTERS:])
        said = kept([*self._all(conversation_id), typed], typed[0])
        is_apart = is_over_limit and conversation_id not in self._typed
        if not is_apart:
            self._refused.pop(conversation_id, None)
        place = self._refused if is_apart else self._typed
        place[conversation_id] = said
        place.move_to_end(conversation_id)
        while len(place) > MAX_CONVERSATIONS:
            place.popitem(last=False)
        return typed

    def _all(self, conversation_id: str) -> list[Typed]:
        return self._typed.get(conversation_id) or self._refused.get(conversation_id) or []

    def take_back(self, conversation_id: str, typed: Typed) -> None:
        """Forget one message: it came twice."""
        kept_here = [one for one in self._typed.get(conversation_id, ()) if one != typed]
        if kept_here:
            self._typed[conversation_id] = kept_here
        else:
            self._typed.pop(conversation_id, None)

    def opened(self, conversation_id: str, question: str, *, is_stored: bool = True) -> None:
        """Remember that a question about danger was asked, and whether the store knows it."""
        self._asked[conversation_id] = (self.clock(), question, is_stored)
        self._asked.move_to_end(conversation_id)
        while len(self._asked) > MAX_CONVERSATIONS:
            self._asked.popitem(last=False)

    def asked(self, conversation_id: str) -> str:
        """That question, if nothing was said since; "" where there is none."""
        moment, question, _ = self._asked.get(conversation_id, (0.0, "", True))
        return question if _is_recent(moment, self.clock()) else ""

    def is_asked_unstored(self, conversation_id: str) -> bool:
        """Whether the turn that asked that question could not be stored."""
        return bool(self.asked(conversation_id)) and not self._asked[conversation_id][2]

    def answered(self, conversation_id: str) -> None:
        """Forget that question: something was said since."""
        self._asked.pop(conversation_id, None)

    def forget(self, conversation_id: str) -> None:
        """Erase what a conversation typed and was asked."""
        for memory in (self._typed, self._refused, self._asked):
            memory.pop(conversation_id, None)

    def sweep(self) -> None:
        """Erase what is too old; call it now and then, for a conversation that just stopped."""
        now = self.clock()
        for typed in (self._typed, self._refused):
            for conversation_id in [name for name, said in typed.items() if not kept(said, now)]:
                del typed[conversation_id]
        old = [name for name, (at, *_) in self._asked.items() if not _is_recent(at, now)]
        for conversation_id in old:
            del self._asked[conversation_id]
