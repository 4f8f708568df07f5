"""One process that fails, or a disk that takes nothing, stops none of the others."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.errors import OperatorError
from bot.rasa_adapters import model_archive
from bot.serving import supervisor
from bot.serving.worker import Worker
from bot.settings import Settings
from bot.storage.database import DatabaseFailed

pytestmark = pytest.mark.slow


class Known(Worker):
    """One of which it is known at which question it answers first, and at which ones it ends."""

    def __init__(self, port: int, answers_at: int, ends_at: tuple[int, ...] = ()) -> None:
        super().__init__(Settings(), port, [Path("model")])
        self._asked, self._answers_at, self._ends_at = 0, answers_at, ends_at

    async def answers(self, path: str, seconds: float) -> bool:
        self._asked += 1
        self.ends += self._asked in self._ends_at
        return self._asked >= self._answers_at


NEVER = 10**9


@pytest.fixture
def own_clock(monkeypatch):
    """Time passes between two questions only, and at once."""
    now = 0.0

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr(supervisor, "asyncio", SimpleNamespace(**{**vars(asyncio), "sleep": sleep}))
    monkeypatch.setattr(supervisor, "time", SimpleNamespace(monotonic=lambda: now))


def answering(*workers: Worker) -> list[Worker]:
    return asyncio.run(supervisor._answering(list(workers), "health", 30))


def test_it_waits_for_all(own_clock):
    first, second = Known(1, 1), Known(2, 3)
    assert answering(first, second) == [first, second]


def test_one_that_ends_takes_none_of_the_others_down(own_clock):
    first, second = Known(1, 2), Known(2, NEVER, ends_at=(1,))
    assert answering(first, second) == [first]


def test_one_that_was_started_again_while_another_never_answers_stops_nothing(own_clock):
    workers = [Known(1, 4, ends_at=(2,)), Known(2, NEVER)]
    asyncio.run(supervisor._started(workers, Settings()))


@pytest.mark.parametrize(
    ("host", "shown"),
    [("127.0.0.1", "127.0.0.1"), ("chat.internal", "chat.internal"), ("::", "[::]")],
)
def test_the_address_that_is_told_can_be_followed(host, shown, capsys):
    asyncio.run(supervisor._started([Known(1, 1)], Settings(host=host, port=5005)))
    assert f" http://{shown}:5005/chat/ " in capsys.readouterr().out


def test_when_all_end_the_operator_gets_the_last_lines(tmp_path, monkeypatch):
    workers = [Known(port, NEVER, ends_at=(1, 2)) for port in (1, 2)]
    workers[0].log = tmp_path / "log"
    workers[0].log.write_text("one\nthe reason\n")
    with pytest.raises(OperatorError, match="port 1 ended.*\n.*\nthe reason"):
        asyncio.run(supervisor._started(workers, Settings()))
    workers[0].log.unlink()
    with pytest.raises(OperatorError, match="port 1 ended"):
        asyncio.run(supervisor._started(workers, Settings()))


SHARED = {
    "replicas": 2,
    "redis_url": "redis://:word@db:6379/0",
    "database_url": "postgresql://chat:word@db/chat",
    "secret_key": "5a1c0be3f79d24886e5d13b0c7f4a92e",
}


@pytest.mark.parametrize(
    ("left_out", "named"),
    [
        (["redis_url"], "REDIS_URL"),
        (["database_url"], "DATABASE_URL"),
        (["secret_key"], "CHAT_SECRET_KEY"),
        (["redis_url", "database_url", "secret_key"], "REDIS_URL.*DATABASE_URL.*CHAT_SECRET_KEY"),
    ],
)
def test_replicas_that_share_too_little_do_not_start(left_out, named):
    given = {name: value for name, value in SHARED.items() if name not in left_out}
    with pytest.raises(OperatorError, match=f"CHAT_REPLICAS is 2.*{named}"):
        supervisor._refuse_apart(Settings(**given))


def test_replicas_that_share_all_start_and_one_alone_needs_nothing():
    supervisor._refuse_apart(Settings(**SHARED))
    supervisor._refuse_apart(Settings())


def test_the_start_refuses_replicas_before_anything_else(monkeypatch):
    given = Settings(**{**SHARED, "redis_url": ""})
    monkeypatch.setattr(supervisor, "get_settings", lambda: given)
    monkeypatch.setattr(supervisor, "_model", lambda: pytest.fail("it went on"))
    with pytest.raises(OperatorError, match="CHAT_REPLICAS"):
        supervisor.run()


def test_without_room_for_a_copy_the_model_itself_is_read(tmp_path, monkeypatch, capsys):
    model = tmp_path / "model"
    model.write_text("a model")
    with supervisor._own(model) as copy:
        assert copy != model
        assert copy.read_text() == "a model"
    assert not copy.exists()

    # What Python does where no folder for temporary files takes a byte.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with supervisor._own(model) as copy:
        assert copy == model
    assert "the processes read" in capsys.readouterr().out


class NotReady(Known):
    """It answers, but not everything works, so there is something to say; then Ctrl-C comes."""

    async def answers(self, path: str, seconds: float) -> bool:
        return path == "health"

    async def keep_running(self) -> None:
        await asyncio.sleep(1)
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(60)


def test_a_disk_that_takes_no_line_ends_nothing(monkeypatch, disk_is_full):
    monkeypatch.setattr(supervisor, "_READY_SECONDS", 0.1)
    workers = [NotReady(1, NEVER), Known(2, NEVER)]
    monkeypatch.setattr(supervisor, "START_SECONDS", 0.3)
    with disk_is_full():
        asyncio.run(supervisor._started(workers, Settings()))
        asyncio.run(supervisor._supervise(workers[:1], Settings()))
    assert workers[0]._is_stopping


def test_a_model_is_shared_and_the_database_noted_though_nobody_can_be_told(
    tmp_path, monkeypatch, disk_is_full
):
    def fails():
        raise DatabaseFailed("it is down")

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    monkeypatch.setattr(supervisor.keys, "check", lambda: None)
    monkeypatch.setattr(supervisor, "get_database", fails)
    with disk_is_full():
        supervisor._upgrade_database()
        with supervisor._own(tmp_path / "model") as model:
            assert model == tmp_path / "model"


def test_a_model_that_was_replaced_is_told_at_the_start_and_stops_nothing(tmp_path, capsys):
    model = tmp_path / "model.tar.gz"
    model.write_text("a model")
    model_archive.write_digest(model)
    with supervisor._own(model) as copy:
        model_archive.check_digest(copy)
    assert "Note" not in capsys.readouterr().out
    model.write_text("another")
    with supervisor._own(model):
        assert f"Note: the model {model} is not opened" in capsys.readouterr().out


def test_where_the_models_are_read_only_a_missing_one_stops_nothing(tmp_path, monkeypatch, capsys):
    model = tmp_path / "models" / "chat-0123.tar.gz"
    monkeypatch.setattr(supervisor, "model_file", lambda: model)
    monkeypatch.setattr(supervisor, "can_train", lambda: False)
    assert supervisor._model() == model
    told = capsys.readouterr().out
    assert str(model) in told and "make train" in told and "999" in told
