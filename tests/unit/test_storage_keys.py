"""Storage keys: made once on a laptop, required elsewhere, each bound to its purpose."""

from __future__ import annotations

import logging
import stat

import pytest

from bot.errors import OperatorError
from bot.storage import keys, record
from bot.storage.keys import CannotDecrypt, Keys

OLD, NEW = "old-key-" * 4, "new-key-" * 4
ROW, OTHER_ROW = b"r" * 32, b"s" * 32


def test_what_one_key_encrypts_only_it_can_read():
    encrypted = Keys([OLD]).encrypt(b"zebra", ROW)
    assert b"zebra" not in encrypted
    assert Keys([OLD]).decrypt(encrypted, ROW, Keys([OLD]).newest) == b"zebra"
    assert Keys([NEW, OLD]).decrypt(encrypted, ROW, Keys([OLD]).newest) == b"zebra"
    for wrong in (Keys([NEW]), Keys([OLD + "x"])):
        with pytest.raises(CannotDecrypt):
            wrong.decrypt(encrypted, ROW, Keys([OLD]).newest)


def test_a_record_is_bound_to_its_row_and_its_key():
    both = Keys([NEW, OLD])
    encrypted = both.encrypt(b"zebra", ROW)
    with pytest.raises(CannotDecrypt):
        both.decrypt(encrypted, OTHER_ROW, both.newest)
    with pytest.raises(CannotDecrypt):
        both.decrypt(encrypted, ROW, Keys([OLD]).newest)


def test_the_same_record_never_looks_the_same_twice():
    one = Keys([OLD])
    assert one.encrypt(b"zebra", ROW) != one.encrypt(b"zebra", ROW)


def test_a_hash_depends_on_the_key_and_the_newest_comes_first():
    assert Keys([NEW, OLD]).hashes("a") == Keys([NEW]).hashes("a") + Keys([OLD]).hashes("a")
    assert Keys([NEW]).hashes("a") != Keys([OLD]).hashes("a") != Keys([OLD]).hashes("b")


def test_a_laptop_gets_a_key_of_its_own_with_a_warning(monkeypatch, tmp_path, caplog):
    monkeypatch.setenv("CHAT_STATE", str(tmp_path / "state"))
    caplog.set_level(logging.WARNING)
    first = keys.load().newest
    assert "CHAT_STORAGE_KEYS is not set" in caplog.text
    assert keys.load().newest == first, "the same after a restart"
    file = tmp_path / "state" / keys.FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == [keys.FILE]
    assert file.read_text() not in caplog.text


def test_a_broken_key_file_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("CHAT_STATE", str(tmp_path))
    (tmp_path / keys.FILE).write_text("short")
    with pytest.raises(OperatorError, match=keys.FILE):
        keys.load()


def test_postgresql_without_a_key_is_refused(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://chat@db/chat")
    with pytest.raises(OperatorError, match="CHAT_STORAGE_KEYS"):
        keys.load()


@pytest.mark.parametrize(
    "data", [b"", b"x", record.zlib.compress(b"{}"), record.zlib.compress(b"[]")]
)
def test_what_is_no_record_is_refused(data):
    with pytest.raises(record.BrokenRecord):
        record.unpacked(data)
