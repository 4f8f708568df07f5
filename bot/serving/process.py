"""One serving process: Rasa's server with the gateway and nothing else, the actions inside."""

from __future__ import annotations

from asyncio import AbstractEventLoop
from pathlib import Path

import rasa.core.run
from rasa.core.utils import AvailableEndpoints
from rasa.utils.common import configure_logging_and_warnings
from rasa.utils.log_utils import configure_structlog
from sanic import Sanic
from sanic.exceptions import NotFound
from sanic.request import Request

from bot.channel.locks import ConversationLocks
from bot.channel.server import error_response, is_ours
from bot.content.register import get_register
from bot.serving.actions import OwnActions
from bot.serving.training import ROOT
from bot.settings import get_settings

_ENDPOINTS = ROOT / "endpoints.yml"
_CREDENTIALS = ROOT / "deploy" / "credentials.yml"


def serve(model: Path) -> None:
    """Run until stopped; a broken register or setting stops the start.

    A model that is missing or damaged does not: people get the safe reply, and 999 where it counts.

    Args:
        model: the model file.
    """
    get_register()
    settings = get_settings()
    # Both first: without them Rasa prints every detail of every message.
    configure_logging_and_warnings(warn_only_once=True, filter_repeated_logs=True)
    configure_structlog()
    endpoints = AvailableEndpoints.read_endpoints(str(_ENDPOINTS))
    endpoints.action = OwnActions()
    # Rasa would go on with a lock of its own if it could not import the one of endpoints.yml.
    endpoints.lock_store = ConversationLocks()
    rasa.core.run.serve_application(
        model_path=str(model),
        interface=settings.host,
        port=settings.port,
        credentials=str(_CREDENTIALS),
        endpoints=endpoints,
        enable_api=False,
        server_listeners=[(_only_the_gateway, "before_server_start")],
    )


async def _only_the_gateway(app: Sanic, loop: AbstractEventLoop) -> None:
    """Close every other address; Rasa's own front page would tell its version."""

    async def refuse(request: Request) -> object:
        return None if is_ours(request) else error_response(request, NotFound("Not Found"))

    app.register_middleware(refuse, "request")
