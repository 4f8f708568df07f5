"""The keys of the conversation store: who may find a row, and who may read it."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import logging
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import OperatorError
from bot.secret_values import MIN_KEY
from bot.settings import get_settings

logger = logging.getLogger(__name__)

FILE = "storage.key"
_NONCE_BYTES = 12


class CannotDecrypt(Exception):
    """A record was written with another key, for another row, or was changed since."""


class _Key:
    """What is derived from one storage key; each part serves one purpose only."""

    def __init__(self, secret: str) -> None:
        def derive(purpose: bytes, size: int) -> bytes:
            return HKDF(SHA256(), size, salt=None, info=b"chat " + purpose).derive(secret.encode())

        self.id = derive(b"key id", 8).hex()
        self.hashing = derive(b"conversation hash", 32)
        self.cipher = AESGCM(derive(b"record encryption", 32))


class Keys:
    """All storage keys, the newest first: it encrypts, the others only read.

    Attributes:
        newest: id of the key that encrypts.
    """

    def __init__(self, storage_keys: Sequence[str]) -> None:
        self._keys = {key.id: key for key in map(_Key, storage_keys)}
        self._in_order = list(self._keys.values())
        self.newest = self._in_order[0].id

    def hashes(self, conversation_id: str) -> list[bytes]:
        """The conversation's HMAC-SHA256 under each key, the newest first: where its row may be."""
        name = conversation_id.encode()
        return [hmac.digest(key.hashing, name, hashlib.sha256) for key in self._in_order]

    def encrypt(self, record: bytes, conversation: bytes) -> bytes:
        """Nonce and AES-256-GCM ciphertext, bound to the row and to the key.

        Args:
            record: what to keep secret.
            conversation: the row's keyed hash; the record cannot be read in another row.
        """
        nonce = secrets.token_bytes(_NONCE_BYTES)
        bound_to = conversation + self.newest.encode()
        return nonce + self._in_order[0].cipher.encrypt(nonce, record, bound_to)

    def decrypt(self, encrypted: bytes, conversation: bytes, key_id: str) -> bytes:
        """The record again.

        Raises:
            CannotDecrypt: it is not what one of these keys wrote for this row.
        """
        key = self._keys.get(key_id)
        if key is None:
            raise CannotDecrypt
        nonce, ciphertext = encrypted[:_NONCE_BYTES], encrypted[_NONCE_BYTES:]
        try:
            return key.cipher.decrypt(nonce, ciphertext, conversation + key_id.encode())
        except (InvalidTag, ValueError):
            raise CannotDecrypt from None


def id_of(secret: str) -> str:
    """Returns a key's id, from which the key does not follow."""
    return _Key(secret).id


def check() -> None:
    """Refuse settings without a key where several machines would each make one.

    Raises:
        OperatorError: PostgreSQL without CHAT_STORAGE_KEYS.
    """
    settings = get_settings()
    if not settings.storage_keys and not settings.database_url.startswith("sqlite"):
        raise OperatorError(
            "environment: CHAT_STORAGE_KEYS is needed with PostgreSQL. See docs/settings.md"
        )


def load() -> Keys:
    """The keys of the settings or, with SQLite on one machine, of a file made for it.

    Raises:
        OperatorError: PostgreSQL without CHAT_STORAGE_KEYS, or the file cannot be used.
    """
    check()
    settings = get_settings()
    if settings.storage_keys:
        return Keys(settings.storage_keys)
    file = settings.state_folder / FILE
    logger.warning(
        "CHAT_STORAGE_KEYS is not set: conversations are encrypted with the key in %s, which "
        "protects them from nobody who can read that folder",
        file,
    )
    return Keys([_from_file(file)])


def _from_file(file: Path) -> str:
    """The key in the file; a new one if there is none. All processes get the same."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            unfinished = file.with_name(f".{file.name}.{os.getpid()}")
            unfinished.touch(mode=0o600)
            unfinished.write_text(secrets.token_hex(32), encoding="ascii")
            # A link is refused if another process was first, and never shows half a key.
            with contextlib.suppress(FileExistsError):
                os.link(unfinished, file)
            unfinished.unlink()
        key = file.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise OperatorError(f"{file}: the storage key cannot be used: {error}") from error
    if len(key) < MIN_KEY:
        raise OperatorError(
            f"{file} does not hold a key. Delete it: conversations of the last minutes are lost"
        )
    return key
