"""Looks up the words of Rasa's responses in the content register.

`domain.yml` names a register item for each response (`text: "register:emergency"`). The words are
kept in `data/content/` only. This runs inside the Rasa server, so the emergency reply needs
neither the action server nor a database.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot import render_context
from bot.content import render
from bot.content.labels import full_label
from bot.content.messages import message
from bot.content.register import get_register
from bot.dialogue import case
from bot.rasa_adapters.domain_replies import EMERGENCY, item_said
from bot.safety import control_phrases
from bot.slots import CRISIS, EMERGENCY_MODE, HAPPENING_NOW, LOCAL_FORCE, NATION, OPEN_QUESTION

# How the names of responses begin that ask a form's question.
QUESTION = "utter_ask_"
SIMPLIFY = "simplify"


class RegisterResponses(NaturalLanguageGenerator):
    """Generates Rasa's responses; endpoints.yml names it as `nlg`."""

    def __init__(self, endpoint_config: EndpointConfig | None, domain: Domain) -> None:
        """Loads the register, so that a broken one stops the start.

        Rasa creates the generator before it has loaded the domain, so references to items are read
        only when a response is said. A test checks every reference in domain.yml.

        Raises:
            bot.content.register.ContentError: the register is broken.
        """
        self._register = get_register()

    async def generate(
        self,
        utter_action: str,
        tracker: DialogueStateTracker,
        output_channel: str,
        domain_responses: Mapping[str, list[dict[str, Any]]] | None = None,
        **kwargs: Any,
    ) -> dict[str, Any] | None:
        """Returns the response as Rasa sends it: bubbles joined by blank lines, and buttons.

        Args:
            utter_action: the response's name in domain.yml.
            tracker: the conversation.
            output_channel: the channel's name; the words are the same on all channels.
            domain_responses: the domain's responses, which Rasa passes along.
            **kwargs: other values that Rasa passes along; none is used.

        Returns:
            None if the domain names no register item for the response.
        """
        responses = domain_responses or {}
        latest = tracker.latest_message
        label = full_label(latest.parse_data) if latest else None
        text = (latest.text if latest else None) or ""
        item = item_said(responses, utter_action, label, text)
        if item is None:
            return None
        is_question = utter_action.startswith(QUESTION)
        if is_question and tracker.get_slot(OPEN_QUESTION) == HAPPENING_NOW:
            # "Is this happening now?" is the only question of this turn, so that a yes and the
            # buttons answer it.
            return {"text": "", "buttons": []}
        is_simple = is_question and _wants_it_simpler(latest, label)
        register = self._register
        slots = tracker.current_slot_values()
        known = {**slots, **(case.told(latest.parse_data, slots) if latest else {})}
        pronoun, force = case.pronoun(known), known.get(LOCAL_FORCE)
        context = render_context.current(known.get(NATION), pronoun=pronoun, local_force=force)
        reply = register.reply(item, context.nation)
        buttons = render.buttons(register, reply, context)
        if reply.id.startswith(CRISIS) and tracker.get_slot(EMERGENCY_MODE):
            # The gateway shows only the last message's buttons, and danger is still open.
            danger = register.reply(EMERGENCY, context.nation)
            buttons = [*render.buttons(register, danger, context), *buttons]
        return message(render.bubbles(register, reply, context, is_simple), buttons)


def _wants_it_simpler(latest: UserUttered | None, label: str | None) -> bool:
    text = (latest.text if latest else None) or ""
    return label == SIMPLIFY or control_phrases.wish(text) is control_phrases.Wish.EXPLAIN
