"""Gives Rasa the gateway as an input channel (credentials.yml) and a lock store (endpoints.yml).

No other module of the gateway imports Rasa. The others go through `bot.rasa_adapters`.
"""

from __future__ import annotations

from rasa.core.channels.channel import InputChannel
from rasa.core.lock_store import LockStore
from rasa.utils.endpoints import EndpointConfig
from sanic import Blueprint

from bot.gateway.coordination.locks import ConversationLocks
from bot.gateway.http.routes import blueprint
from bot.gateway.http.server import PREFIX
from bot.gateway.turns import other_channels
from bot.rasa_adapters import turn_guards
from bot.rasa_adapters.messages import CHANNEL, OnMessage


class ChatInput(InputChannel):
    """Mounts the gateway at /chat."""

    @classmethod
    def name(cls) -> str:
        """Returns the name of the channel, which Rasa stores with each message."""
        return CHANNEL

    def url_prefix(self) -> str:
        """Returns an absolute path, so that the address is /chat rather than /webhooks/chat."""
        return PREFIX

    def blueprint(self, on_new_message: OnMessage) -> Blueprint:
        """Returns the routes."""
        return blueprint(on_new_message)


class ConversationLockStore(ConversationLocks, LockStore):
    """Lets Rasa use the conversation locks as its lock store.

    Every process that answers messages has one, the shell too, and has it before its agent.
    """

    def __init__(self, endpoint_config: EndpointConfig | None = None) -> None:
        """Guards every agent that Rasa loads from now on."""
        super().__init__(endpoint_config)
        turn_guards.install(other_channels.begin)
