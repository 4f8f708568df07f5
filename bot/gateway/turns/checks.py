"""Looks for danger in a text that is no message of the conversation. Nothing of it is kept.

The page asks this for each answer of "Help me put it in order" (docs/account.md). The emergency net
reads the text by itself, with the same models and rules as a message. The text goes into no record,
no memory of what was typed, no counter and no log.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal

from bot import render_context
from bot.content import render
from bot.content.labels import crisis_tier, danger_tier, full_label
from bot.content.register import get_register
from bot.dialogue import case
from bot.errors import reason_of
from bot.gateway.http.answer import Said, joined
from bot.gateway.http.body import CheckIn, MessageIn
from bot.gateway.http.refused import Refused
from bot.gateway.overload.queue import OURS, Queue, Sender, TooMany
from bot.gateway.turns import safe_reply
from bot.gateway.turns.degraded import DegradedReplies
from bot.gateway.turns.outcomes import Outcome
from bot.rasa_adapters.domain_replies import UTTER_CALL_999, UTTER_CRISIS_HELP, item_said
from bot.safety import context
from bot.settings import get_settings
from bot.slots import CRISIS, CRISIS_CHECK, EMERGENCY_CHECK

logger = logging.getLogger(__name__)

Tier = Literal["none", "check", "emergency", "crisis"]
# What the rules alone may see, and the tier that it stands for.
_BY_RULES: Mapping[str, Tier] = {safe_reply.EMERGENCY: "emergency", safe_reply.CRISIS: "crisis"}


@dataclass(frozen=True)
class Checked:
    """What the net sees in a text.

    Attributes:
        tier: the gravest thing that it sees.
        said: the register's words and buttons for that. For "none" it is empty, or one line with
            999 where the models could not read the text.
    """

    tier: Tier
    said: Said


class Checks:
    """Reads texts for danger. Each process has one.

    Args:
        queue: the turns that are running or waiting; a check takes a place like a turn.
        degraded: reads what the models cannot.
    """

    def __init__(self, queue: Queue, degraded: DegradedReplies) -> None:
        self._queue = queue
        self._degraded = degraded

    async def check(
        self, agent: Any, body: CheckIn, seconds: float, sender: Sender = OURS
    ) -> Checked:
        """Returns what the net sees. If the models cannot read it, the rules alone judge.

        Args:
            agent: Rasa's agent, or None while there is none.
            body: the checked body of the request.
            seconds: the time in which it must be answered.
            sender: who sends it.
        """
        message = _message(body)
        text, _, unread = self._degraded.rasa_text(message, sender)
        if text is None:
            return Checked("none", [])
        if agent is None or not agent.is_ready():
            return self._by_rules(message)
        turn = context.InFlightTurn()
        try:
            checked = await self._by_models(agent, text, seconds, turn, sender)
        except TooMany:
            return self._by_rules(message)
        except Exception as error:
            # Only its kind and place, because its text may hold what was typed.
            logger.error("check failed: %s", reason_of(error))
            return self._by_rules(message, safe_reply.known_of(turn, text))
        outcome = Outcome.EMERGENCY if checked.tier == "emergency" else Outcome.ANSWERED
        if self._degraded.is_danger_in(unread, outcome):
            first: Said = [*safe_reply.bubbles(safe_reply.EMERGENCY)]
            return Checked("emergency", joined(first, checked.said))
        return checked

    def check_switched_off(self, body: CheckIn) -> Checked:
        """Returns what the rules see while the bot is switched off."""
        return self._by_rules(_message(body))

    def check_over_limit(self, body: CheckIn, wait: int) -> Checked:
        """Returns what the rules see. Danger is never refused.

        Raises:
            Refused: there is no sign of danger; try again after `wait` seconds.
        """
        checked = self._by_rules(_message(body))
        if checked.tier == "none":
            raise Refused(HTTPStatus.TOO_MANY_REQUESTS, retry_after=wait)
        return checked

    async def _by_models(
        self, agent: Any, text: str, seconds: float, turn: context.InFlightTurn, sender: Sender
    ) -> Checked:
        longest_wait = min(seconds, get_settings().reply_deadline) / 3
        async with self._queue.turn(sender, longest_wait):
            # In a task of its own, so that what a turn knows neither comes in nor stays behind.
            parsed = await asyncio.create_task(_parsed(agent, text, turn))
        return _answer(agent, parsed, text)

    def _by_rules(self, message: MessageIn, known: Collection[str] = ()) -> Checked:
        seen = safe_reply.together(self._degraded.seen_alone(message), known)
        if not seen:
            return Checked("none", [*safe_reply.bubbles("safe_reply")[:1]])
        said = [bubble for reply in seen for bubble in safe_reply.bubbles(reply)]
        return Checked(_BY_RULES[seen[0]], [*said])


def _message(body: CheckIn) -> MessageIn:
    return MessageIn(conversation=body.conversation, text=body.text)


async def _parsed(agent: Any, text: str, turn: context.InFlightTurn) -> dict[str, Any]:
    context.begin(turn)
    parsed: dict[str, Any] = await agent.parse_message(text)
    return parsed


def _answer(agent: Any, parsed: Mapping[str, Any], text: str) -> Checked:
    """Returns the words that a message with this danger would begin with."""
    danger, crisis = danger_tier(parsed), crisis_tier(parsed)
    responses, label = agent.domain.responses, full_label(parsed)
    items: list[str | None] = []
    tier: Tier = "none"
    if danger == "emergency" or crisis == CRISIS:
        tier = "emergency" if danger == "emergency" else "crisis"
        if danger == "emergency":
            items.append(item_said(responses, UTTER_CALL_999, label, text))
        if crisis == CRISIS:
            items.append(item_said(responses, UTTER_CRISIS_HELP, label, text))
    elif "check" in (danger, crisis):
        tier = "check"
        items += [EMERGENCY_CHECK] * (danger == "check") + [CRISIS_CHECK] * (crisis == "check")
    pronoun = case.pronoun(case.told(parsed, {}))
    where = render_context.current(None, pronoun=pronoun)
    return Checked(tier, _said([item for item in items if item], where))


def _said(items: list[str], where: render.Context) -> Said:
    register = get_register()
    parts: list[Said] = []
    for item in items:
        reply = register.reply(item, where.nation)
        bubbles = render.bubbles(register, reply, where)
        parts.append([*bubbles, *render.buttons(register, reply, where)])
    return joined(*parts)
