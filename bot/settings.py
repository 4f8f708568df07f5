"""Settings, from environment variables; every one has a default that works on a laptop.

A secret may also come from a file (bot/secret_values.py).
"""

from __future__ import annotations

import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from bot.content.register import whole_register
from bot.content.render import DEFAULT_FORCE
from bot.content.signed import Status
from bot.errors import OperatorError
from bot.secret_values import is_placeholder, read, weakness

PREFIX = "CHAT_"
ROOT = Path(__file__).resolve().parents[1]
_DEFAULT_PORTS = {"https": 443, "http": 80}
_REDIS = ("redis", "rediss", "unix")
_IN_THE_CLEAR = ("http", "127.0.0.1")
_THIS_MACHINE = ("localhost", "127.0.0.1")
# Plain enough to be no second header: one address, without a name or a comment.
_MAILBOX = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$"


class Settings(BaseModel):
    """One attribute per variable: `force` is read from CHAT_FORCE, and so on.

    An alias is the whole name of a variable that other programs know by that name.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, loc_by_alias=False
    )

    # The force whose website this is: an id in data/content/.
    force: str = DEFAULT_FORCE
    # Folder with that force's own words, before those in data/forces/ (bot/content/layers.py).
    content: Path | None = None
    # Answers below this status are not shown (bot/content/signed.py).
    least_status: Status = "draft"
    # Where `make run` listens. Only this machine by default.
    host: str = "127.0.0.1"
    port: int = Field(default=5005, ge=1, le=65535)
    # Serving processes; each takes the next port. More than one need REDIS_URL.
    processes: int = Field(default=1, ge=1, le=64)
    # How many machines, containers or pods share the database at most. None can see the others, so
    # somebody has to say it.
    replicas: int = Field(default=1, ge=1, le=1000)
    # Only for the separate action server, `python -m bot actions`.
    action_port: int = Field(default=5055, ge=1, le=65535)
    # Signs button ids. Processes that serve the same conversations must share it.
    secret_key: str = Field(default_factory=lambda: secrets.token_hex(32), repr=False)
    # Seconds until the gateway gives its safe reply instead of waiting longer.
    reply_deadline: float = Field(default=4.5, gt=0)
    # Seconds for a message's body to arrive.
    body_deadline: float = Field(default=10.0, gt=0)
    # Websites whose pages may carry the chat, as browsers name them: https://www.example.police.uk
    origins: tuple[str, ...] = ()
    # Messages a minute, of one conversation and from one network address; 0 sets no limit.
    conversation_rate: int = Field(default=30, ge=0)
    address_rate: int = Field(default=300, ge=0)
    # How many proxies of our own stand in front: which entry of X-Forwarded-For is believed.
    proxies: int = Field(default=0, ge=0, le=5)
    # Seconds that a self-test counts as proof that the whole bot answers.
    ready_seconds: float = Field(default=60.0, gt=0)
    # Folder for what outlives a restart, such as the switch; relative to the repository.
    state: Path = Path("state")
    # Where figures for operations can be read; port 0 for nowhere. Only by this machine by default.
    metrics_host: str = "127.0.0.1"
    metrics_port: int = Field(default=0, ge=0, le=65535)
    # In exports a number below this is not told, and others are rounded down to multiples of it.
    small_count: int = Field(default=5, ge=5, le=100)
    # Where conversations are kept; a relative SQLite file is below `state`. It may hold a password.
    database_url: str = Field(default="sqlite:///chat.db", alias="DATABASE_URL", repr=False)
    # Where processes hold the conversation lock between them; "" for one process alone.
    redis_url: str = Field(default="", alias="REDIS_URL", repr=False)
    # Encrypt what is kept; the newest first, older ones can still read.
    storage_keys: tuple[str, ...] = Field(default=(), repr=False)
    # Minutes after its last message that a conversation is kept.
    conversation_minutes: int = Field(default=30, ge=1, le=1440)
    # Hand-over to people is on when one of these two says where to: an address that takes signed
    # messages, or a mailbox.
    handover_url: str | None = None
    handover_email: str | None = Field(default=None, pattern=_MAILBOX)
    # Shared with the force's system; signs what we send, and what it confirms.
    handover_secret: str | None = Field(default=None, repr=False)
    # The mail server for hand-overs by e-mail. Always with TLS: from the start on port 465, else
    # with STARTTLS.
    smtp_host: str | None = None
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_from: str | None = Field(default=None, pattern=_MAILBOX)
    smtp_user: str | None = None
    smtp_password: str | None = Field(default=None, repr=False)

    @field_validator("content")
    @classmethod
    def _is_there(cls, value: Path | None) -> Path | None:
        """Without them people would read other words than those that the force has put there.

        Raises:
            ValueError: the folder is missing, or has no words.
        """
        if value is None:
            return None
        folder = ROOT / value
        if not any(folder.rglob("*.yml")):
            raise ValueError(f"no content files (*.yml) in {folder}")
        return folder

    @field_validator("origins", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        """One variable holds several origins, between commas."""
        if not isinstance(value, str):
            return value
        return tuple(_origin(part.strip()) for part in value.split(",") if part.strip())

    @field_validator("storage_keys", mode="before")
    @classmethod
    def _split_keys(cls, value: Any) -> Any:
        """One variable holds several keys, between commas.

        Raises:
            ValueError: one is too weak to protect anything.
        """
        if not isinstance(value, str):
            return value
        keys = tuple(part.strip() for part in value.split(",") if part.strip())
        if problem := next(filter(None, map(weakness, keys)), None):
            raise ValueError(f"each key counts, and one {problem}")
        return keys

    @field_validator("secret_key", "handover_secret")
    @classmethod
    def _is_strong(cls, value: str | None) -> str | None:
        """A secret that anybody can guess protects nobody.

        Raises:
            ValueError: it is one.
        """
        if value is not None and (problem := weakness(value)):
            raise ValueError(problem)
        return value

    @field_validator("database_url", "redis_url", "smtp_password")
    @classmethod
    def _is_filled_in(cls, value: str | None) -> str | None:
        """A password of the example is known to everybody.

        Raises:
            ValueError: it stands there still.
        """
        if value and is_placeholder(_password_in(value)):
            raise ValueError("has the example's password")
        return value

    @field_validator("redis_url")
    @classmethod
    def _is_redis(cls, value: str) -> str:
        """Its parts can be told apart. No message quotes it, for it may hold a password.

        Raises:
            ValueError: they cannot.
        """
        try:
            parts = urlsplit(value)
            is_whole = parts.port is None or parts.port > 0
        except ValueError:
            is_whole = False
        if value and not (is_whole and parts.scheme in _REDIS):
            raise ValueError(
                "is not redis://:PASSWORD@HOST:PORT/0 (in a password write / as %2F and # as %23)"
            ) from None
        return value

    @field_validator("handover_url")
    @classmethod
    def _over_tls(cls, value: str | None) -> str | None:
        """Personal data travels encrypted; in the clear only within this machine."""
        parts = urlsplit(value or "")
        if value and (not parts.hostname or parts.username or parts.fragment):
            raise ValueError("is not an address such as https://intake.example.police.uk/chat")
        if value and parts.scheme != "https" and (parts.scheme, parts.hostname) != _IN_THE_CLEAR:
            raise ValueError("must begin with https:// (http:// only for 127.0.0.1)")
        return value

    @property
    def handover(self) -> bool:
        """True when the force takes hand-overs, so that the bot may offer one."""
        return bool(self.handover_url or self.handover_email)

    @property
    def state_folder(self) -> Path:
        """The folder for state as an absolute path."""
        return ROOT / self.state


def _origin(text: str) -> str:
    """The origin exactly as a browser sends it.

    Raises:
        ValueError: it is not one, or not on https.
    """
    parts = urlsplit(text.lower())
    host, port = parts.hostname, parts.port
    plain = f"{parts.scheme}://{host}" + (f":{port}" if port else "")
    if parts.scheme not in _DEFAULT_PORTS or not host or plain != text.lower():
        raise ValueError(f"'{text}' is not an origin such as https://www.example.police.uk")
    if not text.isascii() or "*" in host:
        raise ValueError(f"'{text}': write the whole host name, in ASCII (xn--...)")
    if parts.scheme == "http" and host not in _THIS_MACHINE:
        raise ValueError(f"'{text}': http only for {' and '.join(_THIS_MACHINE)}")
    return plain.removesuffix(f":{_DEFAULT_PORTS[parts.scheme]}")


def _password_in(value: str) -> str:
    """The password of an address, or the whole of anything else."""
    if "://" not in value:
        return value
    try:
        return urlsplit(value).password or ""
    except ValueError:  # told by the field's own check
        return ""


def variable(name: str) -> str:
    """The environment variable that an attribute of `Settings` is read from."""
    return Settings.model_fields[name].alias or f"{PREFIX}{name.upper()}"


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process.

    Raises:
        OperatorError: a variable has a value that does not fit.
    """
    given = {name: value for name in Settings.model_fields if (value := _given(name)) is not None}
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        problems = "; ".join(
            f"{variable(str(problem['loc'][0]))}: {problem['msg']}" for problem in error.errors()
        )
        raise OperatorError(f"environment: {problems}. See docs/settings.md") from error
    if settings.force not in whole_register().forces:
        raise OperatorError(
            f"environment: {PREFIX}FORCE: no force '{settings.force}' in data/content/. "
            "See docs/settings.md"
        )
    if problem := _half_set_up(settings):
        raise OperatorError(f"environment: {problem}. See docs/handover.md")
    return settings


def _given(name: str) -> str | None:
    """What is given for an attribute; only a secret may be in a file."""
    if Settings.model_fields[name].repr:
        return os.environ.get(variable(name))
    return read(variable(name))


def _half_set_up(settings: Settings) -> str | None:
    """What is missing or too much for hand-over; None when it is off or complete."""
    if settings.handover_url and settings.handover_email:
        return f"set {PREFIX}HANDOVER_URL or {PREFIX}HANDOVER_EMAIL, not both"
    if settings.handover_url and not settings.handover_secret:
        return f"{PREFIX}HANDOVER_URL needs {PREFIX}HANDOVER_SECRET"
    if settings.handover_email and not (settings.smtp_host and settings.smtp_from):
        return f"{PREFIX}HANDOVER_EMAIL needs {PREFIX}SMTP_HOST and {PREFIX}SMTP_FROM"
    if bool(settings.smtp_user) != bool(settings.smtp_password):
        return f"set both of {PREFIX}SMTP_USER and {PREFIX}SMTP_PASSWORD, or neither"
    return None
