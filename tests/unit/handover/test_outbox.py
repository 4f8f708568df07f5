"""The outbox on both databases: taken by one, given back by a lease, erased in time."""

from __future__ import annotations

import threading

import pytest

from bot.storage import outbox, standings
from bot.storage.outbox import HOLD, KEEP, LEASE, State
from bot.storage.standings import Standing
from tests.unit.handover.conftest import CHAT, ID, NOW


def test_one_note_is_taken_once(add, do):
    add()
    assert do(outbox.take, NOW).id == ID
    assert do(outbox.take, NOW) is None


def test_the_same_note_twice_is_one(add, do):
    add()
    add()
    assert len(do(outbox.everything)) == 1


def test_a_lease_that_ran_out_gives_it_to_the_next(add, do):
    add()
    first = do(outbox.take, NOW)
    assert do(outbox.take, NOW + LEASE - 1) is None
    second = do(outbox.take, NOW + LEASE)
    assert (first.attempts, second.attempts) == (1, 2)


def test_who_lost_the_lease_changes_nothing_more(add, do):
    add()
    first = do(outbox.take, NOW)
    do(outbox.take, NOW + LEASE)
    do(outbox.bury, first, "timeout")
    do(outbox.postpone, first, NOW, "timeout")
    entry = do(outbox.get, ID)
    assert (entry.state, entry.due_at, entry.reason) == (State.WAITING, NOW + 2 * LEASE, None)


def test_a_confirmation_counts_however_late_it_comes(add, do):
    add()
    first = do(outbox.take, NOW)
    do(outbox.bury, do(outbox.take, NOW + LEASE), "http_404")
    do(outbox.delivered, first.id, State.CONFIRMED)
    assert do(outbox.get, ID).state is State.CONFIRMED


def test_many_workers_share_the_notes_and_none_is_taken_twice(database, add):
    ids = [f"{number:032x}" for number in range(24)]
    for note_id in ids:
        add(note_id)
    taken, failures = [], []

    def work():
        try:
            misses = 0
            while misses < 30:
                with database.begin() as connection:
                    entry = outbox.take(connection, NOW)
                if entry is None:
                    misses += 1
                else:
                    taken.append(entry.id)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(taken) == ids


def test_the_oldest_that_is_due_comes_first(add, do):
    add("b" * 32, agreed_at=NOW - 5)
    add("a" * 32, agreed_at=NOW)
    assert do(outbox.next_due, NOW) == NOW - 5
    assert [do(outbox.take, NOW).id[0] for _ in range(2)] == ["b", "a"]


def test_a_clock_that_was_set_back_keeps_nothing_waiting(add, do):
    add()
    do(outbox.take, NOW + HOLD - 1)
    assert do(outbox.take, NOW).attempts == 2


def test_what_is_too_old_is_not_sent_though_nobody_has_purged_it_yet(add, do):
    add()
    assert do(outbox.next_due, NOW + HOLD - 1) == NOW
    assert do(outbox.next_due, NOW + HOLD) is None, "or its worker would not rest until then"
    assert do(outbox.take, NOW + HOLD) is None
    assert do(outbox.take, NOW + HOLD - 1).id == ID


@pytest.mark.parametrize("state", [State.CONFIRMED, State.EMAILED])
def test_what_was_delivered_holds_no_details(add, do, state):
    add()
    do(outbox.delivered, ID, state)
    entry = do(outbox.get, ID)
    assert (entry.state, entry.details) == (state, None)
    assert do(outbox.take, NOW) is None


def test_details_are_erased_after_a_day_delivered_or_not(add, do):
    add()
    do(outbox.purge, NOW + HOLD - 1)
    assert do(outbox.get, ID).details == b"secret"
    do(outbox.purge, NOW + HOLD)
    entry = do(outbox.get, ID)
    assert (entry.details, entry.state, entry.reason) == (None, State.DEAD, "too_old")
    assert do(standings.untold, [CHAT]) is None, "and so is the link to the conversation"
    assert not do(outbox.retry, ID, NOW)


def test_a_dead_letter_s_details_are_erased_after_a_day_too(add, do):
    add()
    do(outbox.bury, do(outbox.take, NOW), "http_404")
    assert do(outbox.get, ID).details == b"secret"
    do(outbox.purge, NOW + HOLD)
    entry = do(outbox.get, ID)
    assert (entry.details, entry.reason) == (None, "http_404")


def test_the_row_goes_a_week_later(add, do):
    add()
    do(outbox.purge, NOW + KEEP - 1)
    assert do(outbox.get, ID)
    do(outbox.purge, NOW + KEEP)
    assert do(outbox.get, ID) is None


def test_a_clock_that_was_set_back_does_not_hold_details_for_longer(add, do):
    add(agreed_at=NOW + 30 * 86_400)
    do(outbox.purge, NOW)
    do(outbox.purge, NOW + HOLD)
    assert do(outbox.get, ID).details is None


@pytest.mark.parametrize("behind", [1, 60])
def test_a_purge_by_a_clock_that_is_behind_leaves_the_moment_of_the_yes(add, do, behind):
    """Or the machine that took it would say that there is none since its turn began."""
    add(agreed_at=NOW)
    do(outbox.purge, NOW - behind)
    assert do(standings.latest, [CHAT], NOW) == Standing(ID, State.WAITING)


def test_an_operator_can_try_a_dead_letter_again(add, do):
    add()
    do(outbox.bury, do(outbox.take, NOW), "http_404")
    assert do(outbox.retry, ID, NOW)
    assert do(outbox.take, NOW).attempts == 1


def test_an_operator_can_drop_one_and_its_details_go(add, do):
    add()
    assert do(outbox.drop, ID)
    entry = do(outbox.get, ID)
    assert (entry.state, entry.details) == (State.DEAD, None)
    assert not do(outbox.retry, ID, NOW)


def test_what_was_delivered_can_be_neither_retried_nor_dropped(add, do):
    add()
    do(outbox.delivered, ID, State.CONFIRMED)
    assert not do(outbox.retry, ID, NOW)
    assert not do(outbox.drop, ID)


def test_how_many_there_are_in_each_state(add, do):
    assert do(outbox.depths) == {"waiting": 0, "confirmed": 0, "emailed": 0, "dead": 0}
    add()
    add("0" * 31 + "2")
    do(outbox.delivered, ID, State.CONFIRMED)
    assert do(outbox.depths) == {"waiting": 1, "confirmed": 1, "emailed": 0, "dead": 0}
