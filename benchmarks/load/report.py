"""What the load showed: in the terminal, as a page and as JSON."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import machine, plots
from benchmarks.figures import percentile, slope
from benchmarks.load.runs import CURVE, Run
from benchmarks.load.traffic import URGENT_SECONDS, Seen
from bot.report import html
from bot.report.html import element

_TITLE = "Under load"
# Memory of a process that has just begun still rises; a shorter run says nothing about growth.
_SETTLED_AFTER = 120.0
_GROWTH_MB_A_MINUTE = 0.3
# What was typed in the last two minutes is kept for 5,000 conversations at most (some MB), and an
# allocator does not give back every page of its busiest moment. A kilobyte kept of each message of
# the overload would be more than this.
_KEPT_MB = 20.0
_LAST_MINUTE = 60.0


@dataclass(frozen=True)
class Verdict:
    """One requirement: what was found, and what is allowed at most."""

    title: str
    found: float
    at_most: float

    @property
    def met(self) -> bool:
        """True when what was found is allowed."""
        return self.found <= self.at_most


def verdicts(run: Run) -> Iterator[Verdict]:
    """The requirements that this run was long enough to judge."""
    # Of the curve together, for three verdicts on each step would hide the others; load.json tells
    # which step it was.
    at_any_load = {"curve": run.curve} | {name: [seen] for name, seen in _stretches(run).items()}
    for name, stretches in at_any_load.items():
        errors = sum(seen.errors.total() for seen in stretches)
        yield Verdict(f"{name}: errors and empty answers", errors, 0)
        missed = sum(seen.urgent_late + seen.not_led for seen in stretches)
        yield Verdict(f"{name}: danger not led by 999 within 5 s", missed, 0)
        slowest = max((seen.at(1.0) for seen in stretches), default=0.0)
        yield Verdict(f"{name}: slowest answer (s)", slowest, URGENT_SECONDS)
    for name in ("70 %", "70 % after it"):
        yield Verdict(f"{name}: safe replies", _stretches(run)[name].safe, 0)
    if (growth := memory_growth(run)) is not None:
        yield Verdict("70 %: memory growth (MB a minute)", growth, _GROWTH_MB_A_MINUTE)
    if (kept := memory_kept(run)) is not None:
        yield Verdict("70 % after it: memory kept of 200 % (MB)", kept, _KEPT_MB)


def memory_growth(run: Run) -> float | None:
    """MB a minute once the process has settled; None when the run was too short to tell."""
    settled = [point for point in run.steady.memory if point[0] >= _SETTLED_AFTER]
    if not settled or settled[-1][0] < 2 * _SETTLED_AFTER:
        return None
    return 60 * slope(settled)


def memory_kept(run: Run) -> float | None:
    """MB after the overload above the last minute before it; None when the run was too short."""
    if memory_growth(run) is None or not run.after.memory:
        return None
    end = run.steady.memory[-1][0] - _LAST_MINUTE
    before = statistics.median(used for moment, used in run.steady.memory if moment >= end)
    return statistics.median(used for _, used in run.after.memory) - before


def by_minute(run: Run) -> Iterator[tuple[int, float, float]]:
    """Each whole minute at 70 %: its number, p50 and processor time a message, milliseconds.

    Where the processor's time stays the same and the answers get slower, other work on the machine
    took its share.
    """
    answered = sorted(zip(run.steady.answered_at, run.steady.times, strict=True))
    for minute in range(1, int(run.steady.seconds / 60) + 1):
        first, last = 60 * (minute - 1), 60 * minute
        times = [seconds for moment, seconds in answered if first <= moment < last]
        used = [seconds for moment, seconds in run.steady.processor if first <= moment < last]
        if times and used:
            yield minute, 1_000 * percentile(times, 0.5), 1_000 * (used[-1] - used[0]) / len(times)


def _stretches(run: Run) -> dict[str, Seen]:
    return {"70 %": run.steady, "200 %": run.overload, "70 % after it": run.after}


def as_text(run: Run) -> str:
    """The tables for the terminal."""
    lines = [f"Capacity: {run.capacity:.0f} messages a second", _row(_HEAD)]
    lines += [_row(_figures(name, seen)) for name, seen in _all(run).items()]
    lines += [f"{name}: {_outcomes(seen)}" for name, seen in _stretches(run).items()]
    lines += [
        f"{name}: at most {max(used for _, used in seen.memory):.0f} MB of memory"
        for name, seen in _stretches(run).items()
        if seen.memory
    ]
    lines += [
        f"70 %, minute {minute}: p50 {p50:.0f} ms, processor {processor:.1f} ms a message"
        for minute, p50, processor in by_minute(run)
    ]
    for one in verdicts(run):
        judged = "met" if one.met else "MISSED"
        lines.append(f"{one.title:44} {one.found:9.2f}  at most {one.at_most:g}  {judged}")
    return "\n".join(lines)


_HEAD = ("offered", "a second", "sent", "p50 ms", "p95 ms", "p99 ms", "slowest", "safe", "errors")


def _figures(name: str, seen: Seen) -> tuple[str, ...]:
    milliseconds = [f"{1_000 * seen.at(share):.0f}" for share in (0.5, 0.95, 0.99, 1.0)]
    return (
        name,
        f"{seen.rate:.1f}",
        str(seen.sent),
        *milliseconds,
        str(seen.safe),
        str(seen.errors.total()),
    )


def _row(cells: tuple[str, ...]) -> str:
    return f"{cells[0]:14}" + "".join(f"{cell:>10}" for cell in cells[1:])


def _all(run: Run) -> dict[str, Seen]:
    curve = {
        f"curve, {100 * share:g} %": seen for share, seen in zip(CURVE, run.curve, strict=True)
    }
    return curve | _stretches(run)


def _outcomes(seen: Seen) -> str:
    counts = [f"{name} {count}" for name, count in seen.outcomes.most_common()]
    counts += [f"{name} {count}" for name, count in seen.errors.items()]
    return (
        f"{', '.join(counts)}; {seen.urgent} in danger, of which {seen.unseen} were refused with "
        "the plain safe reply, for the word rules do not see it"
    )


def write(folder: Path, run: Run, where: Mapping[str, Any], served: str) -> None:
    """Write load.json and load.html.

    Args:
        folder: where to.
        run: what was seen.
        where: the machine, as it describes itself.
        served: in words, what answered: how many processes, with which database.
    """
    folder.mkdir(exist_ok=True)
    content = {
        "machine": where,
        "served": served,
        "capacity": run.capacity,
        "stretches": {
            name: dict(zip(_HEAD[1:], _figures(name, seen)[1:], strict=True))
            | {"outcomes": seen.outcomes, "errors": seen.errors, "urgent": seen.urgent,
               "urgent_late": seen.urgent_late, "not_led": seen.not_led,
               "unseen": seen.unseen, "urgent_slowest_s": seen.urgent_slowest,
               "memory_mb": seen.memory}
            for name, seen in _all(run).items()
        },
        "verdicts": [
            {"title": one.title, "found": one.found, "at_most": one.at_most, "met": one.met}
            for one in verdicts(run)
        ],
        "by_minute": [
            {"minute": minute, "p50_ms": p50, "processor_ms_a_message": processor}
            for minute, p50, processor in by_minute(run)
        ],
        "memory_growth_mb_a_minute": memory_growth(run),
        "memory_kept_mb": memory_kept(run),
    }  # fmt: skip
    (folder / "load.json").write_text(json.dumps(content, indent=2), encoding="utf-8")
    (folder / "load.html").write_text(_page(run, where, served), encoding="utf-8")


def _page(run: Run, where: Mapping[str, Any], served: str) -> str:
    judged = [
        [
            one.title,
            f"{one.found:.2f}",
            f"{one.at_most:g}",
            html.cell("✓ met", kind="met") if one.met else html.cell("✗ missed", kind="missed"),
        ]
        for one in verdicts(run)
    ]
    stretches = [_figures(name, seen) for name, seen in _all(run).items()]
    outcomes = [[name, _outcomes(seen)] for name, seen in _stretches(run).items()]
    capacity = f"Capacity of {served}: {run.capacity:.0f} messages a second. "
    return html.page(
        _TITLE,
        element("h1", _TITLE),
        element("p", capacity + machine.sentence(dict(where)), attributes={"class": "lead"}),
        html.section(
            "Requirements", "requirements", html.table(["", "Found", "At most", ""], judged)
        ),
        html.section(
            "Latency against offered load", "latency", _curve(run), html.table(_HEAD, stretches)
        ),
        html.section("Over time", "time", _memory(run), _minutes(run), _overload(run)),
        html.section("Outcomes", "outcomes", html.table(["", ""], outcomes, kind="texts")),
    )


def _curve(run: Run) -> html.Markup:
    named = {
        f"p{100 * percentile:g}": [
            (share * run.capacity, 1_000 * seen.at(percentile))
            for share, seen in zip(CURVE, run.curve, strict=True)
        ]
        for percentile in (0.5, 0.95, 0.99)
    }
    svg = plots.lines(
        named, "messages a second offered", "milliseconds", logarithmic=True,
        mark=(run.capacity, "capacity"),
    )  # fmt: skip
    return html.figure(svg, "Answer times against offered load. Nobody waits before writing on.")


def _memory(run: Run) -> html.Markup:
    named, begun = {}, 0.0
    for name, seen in _stretches(run).items():
        named[name] = [(begun + moment, used) for moment, used in seen.memory]
        begun += seen.seconds
    svg = plots.lines(named, "seconds, the stretches one after another", "MB")
    return html.figure(svg, f"Memory of all the server's processes. {_told_of_memory(run)}")


def _told_of_memory(run: Run) -> str:
    growth, kept = memory_growth(run), memory_kept(run)
    if growth is None or kept is None:
        return "The run was too short to judge it."
    return (
        f"At 70 % it changed by {growth:+.2f} MB a minute after the first two. After the overload "
        f"it was {kept:+.0f} MB from the last minute before it."
    )


def _minutes(run: Run) -> html.Markup:
    minutes = list(by_minute(run))
    if len(minutes) < 2:  # noqa: PLR2004 - no line without two points
        return html.Markup("")
    named = {
        "p50 of the answers": [(float(minute), p50) for minute, p50, _ in minutes],
        "processor time a message": [(float(minute), spent) for minute, _, spent in minutes],
    }
    svg = plots.lines(named, "minutes at 70 % of the capacity", "milliseconds")
    return html.figure(
        svg,
        "Where the processor's time stays the same and the answers get slower, other work on the "
        "machine took its share.",
    )


def _overload(run: Run) -> html.Markup:
    points = sorted(zip(run.overload.answered_at, run.overload.times, strict=True))
    # The slowest answer of each second: a queue that grows shows as a slope.
    slowest: dict[int, float] = {}
    for moment, seconds in points:
        slowest[int(moment)] = max(slowest.get(int(moment), 0.0), seconds)
    svg = plots.lines(
        {"slowest answer of each second": list(slowest.items())},
        "seconds at 200 % of the capacity", "seconds",
    )  # fmt: skip
    return html.figure(svg, "Twice as much as can be answered.")
