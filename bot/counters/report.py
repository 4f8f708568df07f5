"""The counters as a table for the terminal, as CSV and as one page of HTML.

Every number in them has gone through `bot.counters.suppression`; each name of the closed list is
there, so that a missing row says nothing either.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.content.register import get_register
from bot.counters import plots
from bot.counters.figures import ALL, HEADLINES, Figures
from bot.counters.names import COUNTERS, LANGUAGES
from bot.counters.suppression import rounded, told
from bot.report import html
from bot.report.html import Markup, element

_TITLE = "What was counted"
_PLOTTED = ("Messages", "Emergency answers")


@dataclass(frozen=True)
class Report:
    """Numbers of a range of days.

    Attributes:
        first: the first day.
        last: the last day; it counts too.
        small: numbers below this are not told.
        forces: figures by force.
    """

    first: dt.date
    last: dt.date
    small: int
    forces: Mapping[str, Figures]

    def lines(self) -> Iterator[str]:
        """The headline figures, for the terminal."""
        for force, figures in self.forces.items():
            yield f"{_name(force)}, {self.first} to {self.last}"
            for title in HEADLINES:
                yield f"  {title:40} {self._told(figures.headline(title)):>8}"
            yield ""

    def write(self, folder: Path) -> list[Path]:
        """Write all files.

        Raises:
            OSError: the folder cannot be written.
        """
        folder.mkdir(parents=True, exist_ok=True)
        totals, daily = folder / "counters-totals.csv", folder / "counters-days.csv"
        _write_csv(totals, ("from", "to", "force", "language", "counter", "value", "count"),
                   self._total_rows())  # fmt: skip
        _write_csv(daily, ("day", "force", "figure", "count"), self._day_rows())
        page = folder / "counters.html"
        page.write_text(self._page(), encoding="utf-8")
        return [totals, daily, page]

    def _told(self, number: int) -> str:
        return told(number, self.small)

    def _days(self) -> list[dt.date]:
        return [
            self.first + dt.timedelta(days) for days in range((self.last - self.first).days + 1)
        ]

    def _total_rows(self) -> Iterator[tuple[object, ...]]:
        for force, figures in self.forces.items():
            for language in (ALL, *LANGUAGES):
                for counter, values in COUNTERS.items():
                    for value in values:
                        number = self._told(figures.in_all[language, counter, value])
                        yield self.first, self.last, force, language, counter, value, number

    def _day_rows(self) -> Iterator[tuple[object, ...]]:
        for day in self._days():
            for force, figures in self.forces.items():
                for title in HEADLINES:
                    yield day, force, title, self._told(figures.daily[day, title])

    def _page(self) -> str:
        return html.page(
            _TITLE,
            element("h1", _TITLE),
            element(
                "p",
                f"{self.first} to {self.last}. A number below {self.small} is shown as "
                f"<{self.small}, also where it is nought. All others are rounded down to multiples "
                f"of {self.small}, each by itself, so they do not add up. An answer given is not "
                "a person helped: docs/counters.md says what each number means.",
                attributes={"class": "lead"},
            ),
            *(self._section(force, figures) for force, figures in self.forces.items()),
        )

    def _section(self, force: str, figures: Figures) -> Markup:
        days = self._days()
        daily = {
            title: [rounded(figures.daily[day, title], self.small) for day in days]
            for title in _PLOTTED
        }
        seconds = {
            name: rounded(figures.in_all[ALL, "seconds", name], self.small)
            for name in COUNTERS["seconds"]
        }
        return html.section(
            _name(force),
            force,
            html.table(
                ["", *(_language(language) for language in (ALL, *LANGUAGES))],
                [
                    [title, *(self._told(figures.headline(title, language))
                              for language in (ALL, *LANGUAGES))]
                    for title in HEADLINES
                ],
            ),
            html.figure(plots.days(days, daily, self.small), "By day."),
            html.figure(
                plots.bars(seconds, "seconds at most"), "How long people waited for an answer."
            ),
            *(self._folded(counter, figures) for counter in COUNTERS),
        )  # fmt: skip

    def _folded(self, counter: str, figures: Figures) -> Markup:
        rows = [
            [value, self._told(figures.in_all[ALL, counter, value])] for value in COUNTERS[counter]
        ]
        return html.folded(f"Counter: {counter}", html.table(["", "number"], rows))


def _write_csv(path: Path, head: tuple[str, ...], rows: Iterator[tuple[object, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)


def _name(force: str) -> str:
    """A force's name; its id where the register no longer has it."""
    known = get_register().forces.get(force)
    return known.name if known else force


def _language(language: str) -> str:
    return "all languages" if language == ALL else language
