"""The states of a conversation, and one person in each of them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import requests

from local_servers.ports import free_port
from tests.faults.table import DANGER, DESPAIR, QUESTION, YES, ask, check_format, is_answered
from tests.integration import handover_steps
from tests.integration.checked import to_the_check
from tests.integration.conftest import Bot, Chat
from tests.integration.waiting import PATIENCE
from tests.integration.words import said, title, whole
from tests.services.receiver import SECRET

# Hand-over is on, so that it can be offered; nobody takes what is handed over.
HANDOVER = {
    "CHAT_HANDOVER_URL": f"http://127.0.0.1:{free_port()}/",
    "CHAT_HANDOVER_SECRET": SECRET,
}
# As many as one process works on at once (bot/gateway/overload/queue.py), so that none is refused.
_AT_ONCE = 4
# What is pressed: a question that an answer to QUESTION offers.
_BUTTON = title("advice/spo_who_can")


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


def _asked_whether_over(chat: Chat) -> None:
    """The reminder of an open emergency asked."""
    _in_emergency(chat)
    assert whole("emergency_reminder").splitlines()[-1] in chat.say("ok")


def _asked_now_or_over(chat: Chat) -> None:
    """A no that does not tell which: nothing is happening any more, or 999 will not be called."""
    _in_emergency(chat)
    assert whole("emergency_denied").splitlines()[-1] in chat.say("no")


def _clarified_twice(chat: Chat) -> None:
    """Two messages in a row were not understood; which are not changes with each training."""
    assert said("clarify") in chat.send_payload("/nlu_fallback")
    assert said("clarify_again") in chat.send_payload("/nlu_fallback")


def _ended(chat: Chat) -> None:
    """The page ended the conversation, and somebody goes on under its id."""
    chat.say(QUESTION)
    ended = requests.post(f"{chat.bot.url}end", json={"conversation": chat.id}, timeout=PATIENCE)
    assert ended.json() == {"ended": True}


def _offered_buttons(chat: Chat) -> None:
    """The last answer offered what comes next as a button."""
    chat.say(QUESTION)
    assert _BUTTON in chat.buttons


@dataclass(frozen=True)
class State:
    """Where a conversation can be.

    Attributes:
        reach: brings a new conversation there.
        says: what somebody says there who tells of no danger by these words alone.
        kind: what that is; YES where it means danger to what was asked before.
        presses: the title of the button that is pressed instead.
    """

    reach: Callable[[Chat], object]
    says: str = ""
    kind: str = "question"
    presses: str = ""

    def content(self, chat: Chat) -> dict[str, str]:
        """What somebody there sends, beside the ids."""
        return {"button": chat.buttons[self.presses]} if self.presses else {"text": self.says}


STATES: dict[str, State] = {
    "fresh": State(lambda chat: None, QUESTION),
    "in the form": State(_in_the_form, "yes"),
    "in emergency": State(_in_emergency, QUESTION),
    "in crisis": State(_in_crisis, QUESTION),
    "asked whether now": State(to_the_check, "yes", YES),
    "asked whether over": State(_asked_whether_over, "yes"),
    "told it is not over": State(_asked_whether_over, "no", YES),
    "asked now or over": State(_asked_now_or_over, "yes it is", YES),
    "clarified twice": State(_clarified_twice, QUESTION),
    "ended": State(_ended, QUESTION),
    "buttons": State(_offered_buttons, presses=_BUTTON),
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
    is_limited: bool = False,
    is_known: bool = True,
) -> dict[str, Any]:
    """Say something in a conversation; it must get what every message must get.

    Args:
        chat: the conversation.
        fault: what is broken.
        state: where the conversation was before the fault.
        kind: "question" for what is said in that state, which is danger where it says so to what
            was asked; "danger", "crisis", or "next" for after the fault.
        session: a connection that is open already.
        nginx: it may answer alone.
        is_limited: the conversation is over its limit.
        is_known: the process that answers can know what was asked before; where it cannot, what is
            said there is a question like any other.
    """
    typed = {"danger": DANGER, "crisis": DESPAIR, "next": QUESTION}
    content = {"text": typed[kind]} if kind in typed else STATES[state].content(chat)
    if kind not in typed and is_known:
        kind = STATES[state].kind
    return ask(
        chat.bot.url, {"conversation": chat.id, **content}, fault, state, kind, session,
        nginx=nginx, is_limited=is_limited,
    )  # fmt: skip


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


def was_not_stored(answers: dict[str, dict[str, Any]]) -> bool:
    """Whether an answer tells that storage failed, so that the fault was there."""
    return "safe_reply_storage_failed" in {answer["outcome"] for answer in answers.values()}


class Everybody:
    """One person in each state of a conversation.

    Attributes:
        chats: their conversations, by state.
    """

    def __init__(self, bot: Bot) -> None:
        """Bring a conversation to each state."""
        self.chats = {state: bot.chat() for state in STATES}
        self._each(_AT_ONCE, lambda state, chat: STATES[state].reach(chat))

    def ask(self, fault: str, kind: str, **more: bool) -> dict[str, dict[str, Any]]:
        """All say something at once.

        Args:
            fault: what is broken.
            kind: as of `say`.
            **more: `nginx` and `is_known` of `say`.
        """
        return self._each(len(STATES), lambda state, chat: say(chat, fault, state, kind, **more))

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
