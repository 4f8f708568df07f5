"""Lets plain `rasa run` listen on this machine only, unless `-i` names another address.

Rasa listens on all addresses by default, and credentials.yml opens its REST channel for tests,
through which anybody may be any sender and trigger any intent.
"""

from __future__ import annotations

from typing import Any

from bot.rasa_adapters.after_import import after_import

HOST = "127.0.0.1"


def install() -> None:
    """Changes Rasa's default as soon as its constants are imported."""
    after_import("rasa.core.constants", _listen_here)


def _listen_here(constants: Any) -> None:
    constants.DEFAULT_SERVER_INTERFACE = HOST
