"""The separate action server, for plain `rasa run` and the shell: Rasa SDK's own, local only.

The SDK's command listens on every network interface, without a password; this one does not.
"""

from __future__ import annotations

from rasa_sdk.endpoint import create_app
from rasa_sdk.utils import configure_colored_logging

from bot.content.register import get_register
from bot.settings import get_settings


def serve() -> None:
    """Run until stopped. A broken register or setting stops the start."""
    get_register()
    settings = get_settings()
    configure_colored_logging("WARNING")
    app = create_app("actions")
    app.run(host="127.0.0.1", port=settings.action_port, workers=1, access_log=False)
