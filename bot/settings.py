"""Settings, from environment variables; every one has a default that works on a laptop."""

from __future__ import annotations

import os
import secrets
from functools import lru_cache

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.content.register import get_register
from bot.errors import OperatorError

PREFIX = "CHAT_"


class Settings(BaseModel):
    """One attribute per variable: `force` is read from CHAT_FORCE, and so on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    # The force whose website this is: an id in data/content/forces.yml.
    force: str = "bedfordshire"
    # Where `make run` listens. Only this machine by default.
    host: str = "127.0.0.1"
    port: int = Field(default=5005, ge=1, le=65535)
    action_port: int = Field(default=5055, ge=1, le=65535)
    # Signs button ids. Processes that serve the same conversations must share it.
    secret_key: str = Field(default_factory=lambda: secrets.token_hex(32), min_length=32)
    # Seconds until the gateway gives its safe reply instead of waiting longer.
    reply_deadline: float = Field(default=10.0, gt=0)


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process.

    Raises:
        OperatorError: a variable has a value that does not fit.
    """
    given = {
        name: os.environ[f"{PREFIX}{name.upper()}"]
        for name in Settings.model_fields
        if f"{PREFIX}{name.upper()}" in os.environ
    }
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        problems = "; ".join(
            f"{PREFIX}{str(problem['loc'][0]).upper()}: {problem['msg']}"
            for problem in error.errors()
        )
        raise OperatorError(f"environment: {problems}. See docs/settings.md") from error
    if settings.force not in get_register().forces:
        raise OperatorError(
            f"environment: {PREFIX}FORCE: no force '{settings.force}' in data/content/forces.yml. "
            "See docs/settings.md"
        )
    return settings
