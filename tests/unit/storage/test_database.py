"""Which addresses of a database are taken."""

from __future__ import annotations

import pytest

from bot.errors import OperatorError
from bot.storage.database import Database


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///",
        "postgresql://chat@127.0.0.1",
        "mysql://chat@127.0.0.1/chat",
        "chat.db",
        "",
        "postgresql://chat:first@second@127.0.0.1/chat",
        "postgresql://127.0.0.1/chat?user=chat&password=second",
    ],
)
def test_what_is_no_file_and_no_postgresql_database_is_refused(url, tmp_path):
    """In memory neither: each process would have conversations of its own."""
    wrong = "DATABASE_URL is not sqlite:///FILE or postgresql://"
    with pytest.raises(OperatorError, match=wrong) as refused:
        Database(url, tmp_path)
    assert "second" not in str(refused.value), "a part of a password"


def test_a_relative_file_is_in_the_folder_for_state(tmp_path):
    assert Database("sqlite:///chat.db", tmp_path).engine.url.database == str(tmp_path / "chat.db")
