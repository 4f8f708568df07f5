"""The report: complete, without a small or an exact number, and it loads nothing."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections import Counter
from html.parser import HTMLParser

import pytest

from bot.cli import main
from bot.content.hours import now_in_london
from bot.counters import commands
from bot.counters.counting import Cell
from bot.counters.figures import HEADLINES, read
from bot.counters.names import COUNTERS, LANGUAGES
from bot.counters.report import Report
from bot.counters.writing import Batch, write
from bot.errors import OperatorError
from bot.storage import migrate
from bot.storage.database import Database, get_database

pytestmark = pytest.mark.slow

FIRST, LAST = dt.date(2026, 11, 1), dt.date(2026, 11, 3)
NUMBERS = {
    ("2026-11-01", "kent", "en", "outcome", "answered"): 1013,
    ("2026-11-01", "kent", "en", "outcome", "emergency"): 2,
    ("2026-11-02", "kent", "other", "outcome", "emergency"): 6,
    ("2026-11-02", "kent", "en", "helpful", "yes"): 7,
    ("2026-11-03", "kent", "en", "seconds", "0.5"): 9,
    ("2026-11-04", "kent", "en", "outcome", "answered"): 5000,
    ("2026-10-31", "kent", "en", "outcome", "answered"): 7000,
    ("2026-11-02", "devon-cornwall", "en", "outcome", "answered"): 4,
}


@pytest.fixture
def database(tmp_path):
    opened = Database(f"sqlite:///{tmp_path}/chat.db", tmp_path)
    migrate.upgrade(opened)
    numbers = {Cell(dt.date.fromisoformat(day), *names): n for (day, *names), n in NUMBERS.items()}
    write(opened, Batch("one", 1, numbers))
    yield opened
    opened.close()


@pytest.fixture
def report(database):
    return Report(FIRST, LAST, 5, read(database, FIRST, LAST))


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_both_days_of_the_range_count_and_no_other(database):
    kent = read(database, FIRST, LAST)["kent"]
    assert kent.headline("Messages") == 1013 + 2 + 6
    assert kent.headline("Emergency answers") == 8
    assert kent.headline("Emergency answers", "en") == 2
    assert kent.daily[dt.date(2026, 11, 2), "Emergency answers"] == 6


def test_batches_add_up(database):
    cell = Cell(FIRST, "kent", "en", "outcome", "crisis")
    for number in (1, 2):
        write(database, Batch("another", number, {cell: number}))
    assert read(database, FIRST, LAST)["kent"].in_all["en", "outcome", "crisis"] == 3


def test_the_files_hold_each_name_once_and_no_exact_number(report, tmp_path):
    totals, daily, _ = report.write(tmp_path / "reports")
    names = Counter(
        (row["force"], row["language"], row["counter"], row["value"]) for row in rows(totals)
    )
    expected = {
        (force, language, counter, value)
        for force in report.forces
        for language in ("all", *LANGUAGES)
        for counter, values in COUNTERS.items()
        for value in values
    }
    assert set(names) == expected
    assert set(names.values()) == {1}
    assert len(rows(daily)) == 3 * 2 * len(HEADLINES)
    told = {row["count"] for row in rows(totals) + rows(daily)}
    assert told == {"<5", "5", "1010", "1015"}


def test_a_force_with_few_people_shows_nothing(report, tmp_path):
    totals, _, _ = report.write(tmp_path)
    few = {row["count"] for row in rows(totals) if row["force"] == "devon-cornwall"}
    assert few == {"<5"}


class Addresses(HTMLParser):
    """Everything a page could load or lead to."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        assert tag not in ("script", "link", "img", "iframe", "object", "form")
        self.found += [
            value for name, value in attributes if name in ("src", "href", "xlink:href", "action")
        ]


def test_the_page_loads_nothing_and_shows_no_exact_number(report, tmp_path):
    page = report.write(tmp_path)[2].read_text(encoding="utf-8")
    parser = Addresses()
    parser.feed(page)
    assert all(address.startswith("#") for address in parser.found)
    assert not re.search(r"url\((?!#)|@import|https?://(?!www\.w3\.org/)", page)
    assert page.count("<svg") == 4, "two plots for each force"
    shown = set(re.findall(r"<td>([^<]*)</td>", page.replace("&lt;", "‹")))
    assert shown == {"‹5", "5", "1010", "1015", "1020"}
    assert "Kent Police" in page


@pytest.fixture
def reports(monkeypatch, tmp_path):
    monkeypatch.setenv("CHAT_STATE", str(tmp_path))
    monkeypatch.setattr(commands, "ROOT", tmp_path)
    monkeypatch.setattr(commands, "REPORTS", tmp_path / "reports")
    get_database.cache_clear()
    yield tmp_path / "reports"
    get_database.cache_clear()


def test_the_command_prints_and_writes(reports, database, capsys):
    assert main(["counters", "--from", str(FIRST), "--to", str(LAST)]) == 0
    shown = capsys.readouterr().out
    assert re.search(r"Kent Police, 2026-11-01 to 2026-11-03\n  Messages +1020\n", shown)
    assert len(list(reports.iterdir())) == 3


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        ("2026-11-02", "2026-11-01", "swap"),
        ("2020-01-01", "2020-01-02", "the first day"),
        ("2025-01-01", "2026-11-03", "366 days"),
        ("2999-01-01", "2999-01-02", "not come yet"),
    ],
)
def test_a_range_that_makes_no_sense_is_refused(reports, database, capsys, first, last, message):
    assert main(["counters", "--from", first, "--to", last]) == 1
    assert message in capsys.readouterr().err
    assert not reports.exists()


@pytest.mark.parametrize("day", ["2026-13-01", "yesterday", "01/11/2026", ""])
def test_a_day_that_is_none_is_refused(day, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["counters", "--from", day, "--to", "2026-11-30"])
    assert ended.value.code == 2
    assert "is not a day such as 2026-11-30" in capsys.readouterr().err


def test_a_range_in_which_nobody_came_is_told_like_one_with_few(reports, database, capsys):
    today = str(now_in_london().date())
    assert main(["counters", "--from", today, "--to", today]) == 0
    assert re.search(r"Messages +<5\n", capsys.readouterr().out)


def test_an_empty_database_and_one_without_tables_say_what_to_do(tmp_path):
    opened = Database(f"sqlite:///{tmp_path}/new.db", tmp_path)
    with pytest.raises(OperatorError, match="database upgrade"):
        read(opened, FIRST, LAST)
    migrate.upgrade(opened)
    with pytest.raises(OperatorError, match="nothing has been counted"):
        read(opened, FIRST, LAST)
    opened.close()


def test_a_database_that_cannot_be_reached_is_named(tmp_path):
    opened = Database("postgresql://chat@127.0.0.1:1/chat", tmp_path)
    with pytest.raises(OperatorError, match=r"postgresql://chat@127\.0\.0\.1:1/chat"):
        read(opened, FIRST, LAST)
