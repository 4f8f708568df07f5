"""What a person is told of a hand-over, on both databases: their own, and each state once."""

from __future__ import annotations

from bot.storage import outbox, standings
from bot.storage.outbox import State
from bot.storage.standings import Standing
from tests.unit.handover.conftest import CHAT, ID, NOW


def test_each_state_is_told_once(add, do):
    add()
    waiting, confirmed = Standing(ID, State.WAITING), Standing(ID, State.CONFIRMED)
    assert do(standings.untold, [b"o" * 32, CHAT]) == waiting
    assert [do(standings.note_told, waiting) for _ in range(2)] == [True, False]
    assert do(standings.untold, [CHAT]) is None
    do(outbox.delivered, ID, State.CONFIRMED)
    assert do(standings.untold, [CHAT]) == confirmed
    assert [do(standings.note_told, confirmed) for _ in range(2)] == [True, False]
    assert do(standings.untold, [CHAT]) is None


def test_what_changed_before_it_was_noted_is_not_taken_for_told(add, do):
    add()
    read = do(standings.untold, [CHAT])
    do(outbox.delivered, ID, State.CONFIRMED)
    assert not do(standings.note_told, read)
    assert do(standings.untold, [CHAT]).state is State.CONFIRMED


def test_a_conversation_is_told_of_its_own_only(add, do):
    add()
    assert do(standings.untold, [b"o" * 32]) is None
    assert do(standings.latest, [b"o" * 32], NOW) is None


def test_only_what_was_agreed_to_in_this_turn_is_this_turn_s(add, do):
    add()
    do(outbox.delivered, ID, State.CONFIRMED)
    assert do(standings.latest, [CHAT], NOW) == Standing(ID, State.CONFIRMED)
    assert do(standings.latest, [CHAT], NOW + 1) is None
