"""One serving process: Rasa's server with the gateway and nothing else, the actions inside."""

from __future__ import annotations

import asyncio
import copy
import logging
import platform
import sys
from asyncio import AbstractEventLoop
from functools import partial
from pathlib import Path
from typing import Any

import rasa.core.run
from rasa.core.utils import AvailableEndpoints
from rasa.utils.common import configure_logging_and_warnings
from rasa.utils.log_utils import configure_structlog
from sanic import Sanic
from sanic.exceptions import NotFound
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.content import due
from bot.content.hours import now_in_london
from bot.content.register import Register, get_register
from bot.errors import reason_of
from bot.gateway.http import headers
from bot.gateway.http.server import error_response, is_ours
from bot.gateway.rasa_channel import ConversationLockStore
from bot.rasa_adapters.model_archive import ModelRefused
from bot.rasa_adapters.own_actions import OwnActions
from bot.serving.training import ROOT
from bot.settings import get_settings

_ENDPOINTS = ROOT / "endpoints.yml"
_CREDENTIALS = ROOT / "deploy" / "credentials.yml"
# Seconds between two tries to load a model that could not be loaded.
_AGAIN_SECONDS = 10.0

# The newest release of Python 3.11 known (November 2026).
_KNOWN_PYTHON = (3, 11, 18)

logger = logging.getLogger(__name__)


def serve(model: Path) -> None:
    """Run until stopped; a broken register or setting stops the start.

    A model that is missing or damaged does not: people get the safe reply, and 999 where it counts,
    until it can be loaded.

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
    endpoints.lock_store = ConversationLockStore()
    rasa.core.run.serve_application(
        model_path=str(model),
        interface=settings.host,
        port=settings.port,
        credentials=str(_CREDENTIALS),
        endpoints=endpoints,
        enable_api=False,
        server_listeners=[
            (_only_the_gateway, "before_server_start"),
            (partial(_start_loading, model), "after_server_start"),
        ],
    )


def _warn_of_an_old_python() -> None:
    if sys.version_info < _KNOWN_PYTHON:
        logger.warning(
            "Python %s is older than %s and lacks corrections of weaknesses: renew it",
            platform.python_version(),
            ".".join(map(str, _KNOWN_PYTHON)),
        )


def _warn_of_the_content(register: Register) -> None:
    if warning := due.warning(register, now_in_london().date()):
        logger.warning(warning)
    if held_back := len(register.held_back):
        logger.warning(
            "%d of %d replies are held back: see python -m bot content status",
            held_back,
            len(register.replies),
        )


async def _only_the_gateway(app: Sanic, loop: AbstractEventLoop) -> None:
    """Close every other address; Rasa's own front page would tell its version."""

    async def refuse(request: Request) -> HTTPResponse | None:
        if is_ours(request):
            return None
        response = error_response(request, NotFound("Not Found"))
        response.headers.update(headers.ALL)
        return response

    app.register_middleware(refuse, "request")


async def _start_loading(model: Path, app: Sanic, loop: AbstractEventLoop) -> None:
    # Not earlier: only now does Rasa's log go anywhere.
    _warn_of_an_old_python()
    _warn_of_the_content(get_register())
    app.add_task(_load_until_ready(app.ctx.agent, model))


async def _load_until_ready(agent: Any, model: Path) -> None:
    """Try until there is a model: a full disk, or no memory, may have kept Rasa from it.

    Or there was none, or it was not the one whose digest stands beside it.

    Rasa tries once and then goes on without. Such a process answers fast, so a proxy would send it
    more people than the others.
    """
    while agent is not None and not agent.is_ready():
        await asyncio.sleep(_AGAIN_SECONDS)
        loaded = copy.copy(agent)
        try:
            await asyncio.to_thread(loaded.load_model, str(model))
        except ModelRefused:
            pass  # bot/rasa_adapters/model_archive.py has logged why
        except Exception as error:
            logger.error("the model cannot be loaded: %s", reason_of(error))
        else:
            # All at once, so that no turn sees half of it.
            vars(agent).update(vars(loaded))
