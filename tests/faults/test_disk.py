"""The whole product on a database whose disk is really full, and after there is room again."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest
from sqlalchemy import func, select

from bot.storage.database import SECONDS, Database
from bot.storage.schema import handovers
from tests.faults.product import running
from tests.faults.states import HANDOVER, Everybody, is_stored, was_not_stored
from tests.faults.table import DANGER, QUESTION, ask, is_answered
from tests.integration.conftest import Chat
from tests.integration.handover_steps import WAY, to_the_last_yes
from tests.integration.handover_steps import words as hand_over_words
from tests.integration.waiting import wait_until
from tests.integration.words import said
from tests.services.small_disk import SmallDisk

pytestmark = [pytest.mark.integration, pytest.mark.faults]

FAULT = "disk really full"


def of_sqlite(disk: SmallDisk, request: pytest.FixtureRequest) -> str:
    return f"sqlite:///{disk.folder}/chat.db"


def of_postgresql(disk: SmallDisk, request: pytest.FixtureRequest) -> str:
    """A database in a tablespace on the small disk; the server's own files are elsewhere."""
    postgres = request.getfixturevalue("postgres")
    place = disk.folder / "tablespace"
    place.mkdir()
    shutil.chown(place, "postgres", "postgres")
    connection = psycopg2.connect(postgres.url("postgres"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
        cursor.execute("CREATE DATABASE on_small TABLESPACE small")
    connection.close()
    request.addfinalizer(lambda: drop(postgres.url("postgres")))
    return postgres.url("on_small")


def drop(url: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE on_small WITH (FORCE)")
        cursor.execute("DROP TABLESPACE small")
    connection.close()


@pytest.mark.parametrize("make", [of_sqlite, of_postgresql], ids=["sqlite", "postgresql"])
def test_a_disk_without_room_costs_nobody_an_answer(
    tmp_path: Path, small_disk: SmallDisk, request: pytest.FixtureRequest, make: Callable
):
    url = make(small_disk, request)
    settings = {
        "DATABASE_URL": url,
        "CHAT_STORAGE_KEYS": "a storage key of these tests alone",
        **HANDOVER,
    }
    with running(tmp_path, **settings) as product:
        people = Everybody(product.bot)
        begun, handing_over = product.bot.chat(), product.bot.chat()
        begun.say("hello")
        to_the_last_yes(handing_over)
        small_disk.fill()
        use_what_is_left(begun, lambda: product.bot.chat())
        time.sleep(SECONDS)  # after a failure the database is left alone; reading works
        assert was_not_stored(people.ask(FAULT, "question"))
        time.sleep(SECONDS)
        people.ask(FAULT, "danger")
        people.ask(FAULT, "crisis")
        time.sleep(SECONDS + 0.5)
        answer = handing_over.say("yes")
        # Which of the two: whether the database fails at once, and can be read, or takes its time.
        told = [hand_over_words(reply) for reply in ("handover/failed", "handover/waiting")]
        assert any(one in answer for one in told), "not passed on, or not to rely on"
        assert hand_over_words("handover/confirmed") not in answer
        assert number_of_handovers(url, tmp_path) == 0
        small_disk.make_room()
        wait_until(lambda: is_stored(product.bot.chat()))
        people.go_on(FAULT)
        # It was not sent, and the person learns so: it is read back and asked again.
        assert f"How: {WAY}" in handing_over.say(QUESTION)
        handing_over.say("yes")
        assert number_of_handovers(url, tmp_path) == 1
        after = product.bot.chat()
        for chat in (begun, after):
            body = {"conversation": chat.id, "text": QUESTION}
            answer = ask(chat.bot.url, body, FAULT, "room again", "next")
            assert "storage" not in answer["outcome"] and is_answered(answer)
        assert said("advice/spo_what") in after.say("say that again"), "what was said is known"


def use_what_is_left(begun: Chat, new: Callable[[], Chat]) -> None:
    """Until nothing can be stored any more: a database has room in its files when there is none."""
    outcomes: list[str] = []
    while outcomes.count("safe_reply_storage_failed") < 4:
        for chat, state in ((begun, "begun"), (new(), "fresh")):
            for kind, text in (("question", QUESTION), ("danger", DANGER)):
                body = {"conversation": chat.id, "text": text}
                outcomes.append(ask(chat.bot.url, body, FAULT, state, kind)["outcome"])
        assert len(outcomes) < 400, "it is never full"


def number_of_handovers(url: str, folder: Path) -> int:
    database = Database(url, folder)
    try:
        with database.begin() as connection:
            return connection.execute(select(func.count()).select_from(handovers)).scalar()
    finally:
        database.close()
