"""Reviews are spread over the year, and an overdue one warns for 60 days before it fails."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from bot.cli import main
from bot.content import due, lint, register
from bot.content.hours import now_in_london
from bot.content.register import load
from bot.counters import metrics
from bot.serving import process
from bot.settings import get_settings
from tests.unit.content.small_register import TODAY

DAY = dt.timedelta(days=1)


def test_reviews_are_spread_over_the_year():
    days = Counter(item.review_by for _, item in load().all_items())
    whole = sum(days.values())
    months = Counter(f"{day:%Y-%m}" for day in days.elements())
    assert max(days.values()) < 0.03 * whole
    assert max(months.values()) < 0.2 * whole and len(months) >= 9


def test_what_changes_often_is_checked_within_six_months():
    register = load()
    often = [*register.services.values(), *register.forces.values()]
    often += [one for (one_id, _), one in register.replies.items() if one_id.startswith("emerg")]
    assert max(one.review_by - one.reviewed for one in often) <= dt.timedelta(days=184)


@pytest.mark.parametrize(
    ("late", "warns", "fails"),
    [(0, False, False), (1, True, False), (60, True, False), (61, True, True)],
)
def test_it_warns_for_sixty_days(small, late, warns, fails):
    small.item("f-law")["review_by"] = TODAY
    register, today = small.load(), TODAY + late * DAY
    assert bool(due.warning(register, today)) is warns
    assert [found.rule for found in lint.check(register, today)] == ["overdue"] * fails


def test_the_build_only_warns(small, monkeypatch, capsys):
    yesterday = now_in_london().date() - DAY
    small.item("f-law").update(reviewed=TODAY, review_by=yesterday)
    get_settings()  # they look at the real register
    monkeypatch.setattr(register, "CONTENT_FOLDER", small.write())
    assert main(["content", "check"]) == 0
    shown = capsys.readouterr().out
    assert (
        f"warning: 1 items of the register are overdue for review, the first since {yesterday}"
        in shown
    )
    assert f"fails from {yesterday + 61 * DAY} on" in shown


def test_log_and_metric_tell_it_too(small, monkeypatch, caplog):
    small.item("f-law").update(reviewed=TODAY, review_by=now_in_london().date() - DAY)
    register = small.load()
    monkeypatch.setattr(metrics, "get_register", lambda: register)
    assert metrics._content() == {"overdue": 1, "held_back": 0}
    process._warn_of_the_content(register)
    assert "1 items of the register are overdue" in caplog.text


def test_due_lists_the_earliest_first(capsys):
    assert main(["content", "due", "--days", "4000"]) == 0
    *lines, last = capsys.readouterr().out.splitlines()
    assert len(lines) == len(list(load().all_items())) and last.startswith(f"{len(lines)} items")
    assert lines == sorted(lines, key=lambda line: line[:10])
    assert main(["content", "due", "--days", "-4000"]) == 0
    assert capsys.readouterr().out.startswith("0 items")
