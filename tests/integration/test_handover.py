"""Hand-over through the gateway: real bot, real database, real receiver, by roads good and bad."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
import requests

from local_servers.ports import free_port
from tests.integration.conftest import Bot, running_bot
from tests.integration.handover_steps import (
    WAY,
    in_the_end,
    to_the_last_yes,
    to_the_time,
    to_the_way,
    told,
    words,
)
from tests.integration.waiting import PATIENCE, REPLY_DEADLINE, wait_until
from tests.integration.words import title
from tests.services.receiver import SECRET, Receiver, Road

pytestmark = pytest.mark.integration

STORAGE_KEY = "a storage key that only these tests know"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("handover")


@pytest.fixture(scope="module")
def force_system(folder) -> Iterator[Receiver]:
    running = Receiver(free_port(), folder / "received.db")
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def way_there(force_system) -> Iterator[Road]:
    built = Road(force_system)
    yield built
    built.close()


@pytest.fixture(scope="module")
def handing_over(way_there, folder) -> Iterator[Bot]:
    with running_bot(
        CHAT_HANDOVER_URL=way_there.url,
        CHAT_CONVERSATION_RATE="0",  # it is asked again and again what became of one
        CHAT_HANDOVER_SECRET=SECRET,
        CHAT_STATE=str(folder),
        CHAT_STORAGE_KEYS=STORAGE_KEY,
    ) as running:
        yield running


@pytest.fixture(autouse=True)
def good_road(way_there):
    way_there.trouble = ""
    yield
    way_there.release.set()


@pytest.fixture
def talk(handing_over):
    return handing_over.chat()


@pytest.fixture
def received(force_system):
    """Notes that have come since the test began."""
    before = len(force_system.notes())
    return lambda: force_system.notes()[before:]


def arriving(received, way: str) -> dict[str, str]:
    """The note with this way to reach somebody, once it has come: one of another test may be late.

    Nothing else tells them apart, so each test that asks has a way of its own.
    """
    return wait_until(lambda: next((note for note in received() if note["way"] == way), None))


def waiting(folder) -> list[tuple]:
    with closing(sqlite3.connect(folder / "chat.db", timeout=PATIENCE)) as connection:
        query = "SELECT id, state FROM handovers WHERE state = 'waiting'"
        return connection.execute(query).fetchall()


def test_from_the_wish_for_a_person_to_a_confirmed_note(talk, received):
    to_the_last_yes(talk)
    assert received() == [], "nothing before the last yes"
    in_the_end(talk, talk.say("yes"), "handover/confirmed")
    (note,) = received()
    assert (note["way"], note["time"]) == (WAY, words("handover/evenings"))
    assert note["force"] == "bedfordshire"
    assert words("handover/confirmed") not in talk.say("what is a stalking protection order")


def test_after_an_emergency_it_is_offered_once_they_are_safe(talk, received):
    answer = talk.say("he is outside my house now")
    assert answer.startswith("Call 999 now")
    assert title("handover/offer") not in talk.buttons
    talk.press(title("safe_now"))
    assert words("handover/offer") in talk.press(title("handover/offer"))
    talk.press(title("affirm"))
    talk.say(WAY)
    talk.press(title("handover/any_time"))
    in_the_end(talk, talk.press(title("handover/sending")), "handover/confirmed")
    assert len(received()) == 1


def refuse(step, talk):
    if step == "more":
        talk.say("can i talk to a real person")
    elif step == "offer":
        talk.say("can i talk to a real person")
        talk.say("yes")
    else:
        {"way": to_the_way, "time": to_the_time, "last": to_the_last_yes}[step](talk)


@pytest.mark.parametrize("step", ["more", "offer", "way", "time", "last"])
def test_no_is_taken_at_each_step(talk, received, folder, step):
    refuse(step, talk)
    answer = talk.say("no")
    assert words("handover/stopped" if step in ("way", "time", "last") else "deny") in answer
    assert received() == [] and waiting(folder) == []
    # A later yes is a yes to nothing.
    assert words("handover/sending") not in talk.say("yes")
    assert received() == []


@pytest.mark.parametrize("step", ["way", "time", "last"])
def test_an_emergency_interrupts_each_step_and_what_was_given_is_dropped(talk, received, step):
    refuse(step, talk)
    answer = talk.say("he is outside my house now")
    assert answer.startswith("Call 999 now")
    assert "07700" not in answer
    talk.say("im safe now, he's gone")
    talk.press(title("handover/offer"))
    assert words("handover/way") in talk.say("yes"), "asked from the beginning"
    assert received() == []


@pytest.mark.parametrize("step", ["way", "time", "last"])
def test_a_chat_that_ends_before_the_last_yes_sends_nothing(talk, received, folder, step):
    refuse(step, talk)
    address = f"{talk.bot.url}end"
    assert requests.post(address, json={"conversation": talk.id}, timeout=PATIENCE).ok
    assert received() == [] and waiting(folder) == []


def test_a_question_in_the_middle_is_answered_and_then_it_goes_on(talk, received):
    to_the_time(talk)
    answer = talk.say("what is a stalking protection order")
    assert words("advice/spo_what") in answer and words("handover/time") in answer
    assert words("handover/confirm", way=WAY, time="after 6pm on weekdays") in talk.say(
        "after 6pm on weekdays"
    )
    talk.say("no")
    assert received() == []


def test_a_correction_is_read_back_before_anything_is_sent(talk, received):
    to_the_last_yes(talk)
    new = "sorry, my number is 07700 900456"
    time_ = words("handover/evenings")
    assert words("handover/confirm", way=new, time=time_) in talk.say(new)
    assert received() == []
    in_the_end(talk, talk.say("yes"), "handover/confirmed")
    assert [note["way"] for note in received()] == [new]


def test_danger_in_the_text_for_a_safe_way_is_danger(talk, received):
    to_the_way(talk)
    assert talk.say("07700 900123 he is breaking in right now").startswith("Call 999 now")
    assert received() == []


def test_markup_stays_text(talk, received):
    way = "07700 900123 <b>&{force.name}</b>"
    to_the_last_yes(talk, way)
    in_the_end(talk, talk.say("yes"), "handover/confirmed")
    assert [note["way"] for note in received()] == [way]


def test_not_yet_confirmed_and_later_confirmed_is_told_once(talk, received, way_there):
    way = "07700 900707, texts only please"
    to_the_last_yes(talk, way)
    way_there.trouble = "503"
    answer = talk.say("yes")
    assert words("handover/waiting") in answer and words("handover/confirmed") not in answer
    way_there.trouble = ""
    arriving(received, way)
    answer = wait_until(lambda: told(talk, "handover/confirmed"))
    assert "999" in answer
    assert told(talk, "handover/confirmed") is None, "once"


def test_a_receiver_that_hangs_is_not_waited_for(talk, way_there):
    to_the_last_yes(talk)
    way_there.release.clear()
    way_there.trouble = "hang"
    started = time.monotonic()
    answer = talk.say("yes")
    assert words("handover/waiting") in answer
    assert time.monotonic() - started < REPLY_DEADLINE / 2, "all its time was waited"
    # Somebody else's emergency waits for none of it.
    other = talk.bot.chat()
    assert other.say("he is outside my house now").startswith("Call 999 now")
    way_there.trouble = ""
    way_there.release.set()


def test_what_is_refused_could_not_be_passed_on(talk, received, way_there):
    way = "07700 900404, any way is fine"
    to_the_last_yes(talk, way)
    way_there.trouble = "404"
    answer = in_the_end(talk, talk.say("yes"), "handover/failed")
    assert "101" in answer and "999" in answer
    assert way not in [note["way"] for note in received()]


def test_news_never_comes_with_an_emergency(talk, way_there, received, folder):
    way = "07700 900505, texts only please"
    to_the_last_yes(talk, way)
    way_there.trouble = "503"
    assert words("handover/waiting") in talk.say("yes")
    way_there.trouble = ""
    note = arriving(received, way)
    wait_until(lambda: note["id"] not in [waits[0] for waits in waiting(folder)])
    answer = talk.say("he is outside my house now")
    assert answer.startswith("Call 999 now")
    assert words("handover/confirmed") not in answer
    assert words("handover/confirmed") in talk.say("im safe now, he's gone")


def test_a_chat_deleted_after_the_last_yes_still_hands_over_and_says_so(talk, received, way_there):
    way = "07700 900606, texts only please"
    to_the_last_yes(talk, way)
    way_there.trouble = "503"
    talk.say("yes")
    assert words("delete_chat", 1) in talk.say("delete my chat")
    way_there.trouble = ""
    arriving(received, way)


def test_no_file_or_log_holds_what_was_given(talk, received, folder, way_there):
    way = "01632 960777, my work phone, ask for Sam"
    to_the_last_yes(talk, way)
    way_there.trouble = "503"
    talk.say("yes")
    way_there.trouble = ""
    note = arriving(received, way)
    for file in folder.iterdir():
        if file.is_file() and file.name != "received.db":
            assert b"960777" not in file.read_bytes(), file.name
    logged = talk.bot.logged
    assert "hand-over not delivered" in logged, "the log tells of hand-overs"
    assert "960777" not in logged and note["id"] not in logged


def test_where_it_is_off_nobody_is_asked(bot):
    talk = bot.chat()
    answer = talk.say("can i talk to a real person")
    assert title("handover/offer") not in talk.buttons
    assert words("talk_to_person", 1) not in answer
    assert words("handover/offer") not in talk.say("yes")
    talk.say("im safe now, he's gone")
    assert title("handover/offer") not in talk.buttons
