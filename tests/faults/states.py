"""The states of a conversation, and one person in each of them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import requests

from local_servers.ports import free_port
from tests.faults.table import DANGER, DESPAIR, QUESTION, ask, check_format, is_answered
from tests.integration import handover_steps
from tests.integration.checked import to_the_check
from tests.integration.conftest import Bot, Chat
from tests.integration.words import said
from tests.services.receiver import SECRET

# Hand-over is on, so that it can be offered; nobody takes what is handed over.
HANDOVER = {
    "CHAT_HANDOVER_URL": f"http://127.0.0.1:{free_port()}/",
    "CHAT_HANDOVER_SECRET": SECRET,
}
# As many as one process works on at once (bot/channel/overload.py), so that none is refused.
_AT_ONCE = 4


def _in_the_form(chat: Chat) -> None:
    """Two of the four questions are asked."""
    chat.say("take me through the four questions")
    assert said("four/obsessive") in chat.say("yes")


def _in_emergency(chat: Chat) -> None:
    """The emergency reply was given, and the person has not said that they are safe."""
    assert chat.say(DANGER).startswith("Call 999 now")


def _in_crisis(chat: Chat) -> None:
    """The reply to suicide was given."""
    assert said("crisis") in chat.say("i want to kill myself tonight")


def _offered_handover(chat: Chat) -> None:
    """The bot has explained the hand-over and asked whether to go on."""
    chat.say("can i talk to a real person")
    assert handover_steps.words("handover/offer") in chat.say("yes please")


@dataclass(frozen=True)
class State:
    """Where a conversation can be.

    Attributes:
        reach: brings a new conversation there.
        says: what somebody says there who is in no danger.
    """

    reach: Callable[[Chat], object]
    says: str


STATES: dict[str, State] = {
    "fresh": State(lambda chat: None, QUESTION),
    "in the form": State(_in_the_form, "yes"),
    "in emergency": State(_in_emergency, QUESTION),
    "in crisis": State(_in_crisis, QUESTION),
    "asked whether now": State(to_the_check, "yes"),
    "hand-over offered": State(_offered_handover, "yes"),
    "hand-over form": State(handover_steps.to_the_way, handover_steps.WAY),
    "hand-over read back": State(handover_steps.to_the_last_yes, "yes"),
}


def say(
    chat: Chat,
    fault: str,
    state: str,
    kind: str,
    session: requests.Session | None = None,
    *,
    nginx: bool = False,
) -> dict[str, Any]:
    """Say something in a conversation; it must get what every message must get.

    Args:
        chat: the conversation.
        fault: what is broken.
        state: where the conversation was before the fault.
        kind: "question" for what is said in that state, "danger", "crisis", or "next" for after the
            fault.
        session: a connection that is open already.
        nginx: it may answer alone.
    """
    says = {"danger": DANGER, "crisis": DESPAIR, "next": QUESTION}
    text = says.get(kind, STATES[state].says)
    body = {"conversation": chat.id, "text": text}
    return ask(chat.bot.url, body, fault, state, kind, session, nginx=nginx)


def goes_on(chat: Chat, fault: str, state: str) -> None:
    """After the fault a question gets its answer.

    Danger that only the rules have answered is read once more with what comes next, so its own
    answer may come first.
    """
    answers = [say(chat, fault, state, "next")]
    if not is_answered(answers[0]):
        assert answers[0]["outcome"] == "emergency", (state, answers)
        answers.append(say(chat, fault, state, "next"))
    assert is_answered(answers[-1]), (state, answers)


def is_stored(chat: Chat) -> bool:
    """Whether what is said is kept: a database that failed is left alone for a while."""
    return check_format(chat.post(text=QUESTION))["outcome"] == "answered"


class Everybody:
    """One person in each state of a conversation.

    Attributes:
        chats: their conversations, by state.
    """

    def __init__(self, bot: Bot) -> None:
        """Bring a conversation to each state."""
        self.chats = {state: bot.chat() for state in STATES}
        self._each(_AT_ONCE, lambda state, chat: STATES[state].reach(chat))

    def ask(self, fault: str, kind: str, *, nginx: bool = False) -> dict[str, dict[str, Any]]:
        """All say something at once."""
        return self._each(
            len(STATES), lambda state, chat: say(chat, fault, state, kind, nginx=nginx)
        )

    def now_at(self, bot: Bot) -> None:
        """The product was started anew, and may have another address."""
        for chat in self.chats.values():
            chat.bot = bot

    def go_on(self, fault: str) -> None:
        """After the fault the next message of each works."""
        self._each(_AT_ONCE, lambda state, chat: goes_on(chat, fault, state))

    def _each(self, at_once: int, do: Callable[[str, Chat], Any]) -> dict[str, Any]:
        with ThreadPoolExecutor(at_once) as people:
            done = {state: people.submit(do, state, chat) for state, chat in self.chats.items()}
        return {state: result.result() for state, result in done.items()}
