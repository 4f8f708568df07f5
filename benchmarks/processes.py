"""What a process and its children use, read from Linux's /proc."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
# Fields of /proc/PID/stat after the name: parent, processor ticks in user and in system mode.
_PARENT, _USER, _SYSTEM = 1, 11, 12


def memory_mb(pid: int) -> float:
    """Resident memory of a process and its children in MB; a shared page counts once (PSS)."""
    return sum(_pss_kb(each) for each in family(pid)) / 1024


def processor_seconds(pid: int) -> float:
    """Processor time that a process and its living children have used."""
    used = [_stat(each) for each in family(pid)]
    return sum(int(fields[_USER]) + int(fields[_SYSTEM]) for fields in used if fields) / _TICKS


def family(pid: int) -> Iterator[int]:
    """A process and all its descendants."""
    children: dict[int, list[int]] = {}
    for folder in _PROC.iterdir():
        if folder.name.isdigit() and (fields := _stat(int(folder.name))):
            children.setdefault(int(fields[_PARENT]), []).append(int(folder.name))
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += children.get(one, [])


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the process's name; [] when it has just ended."""
    return _read(pid, "stat").rpartition(")")[2].split()


def _pss_kb(pid: int) -> int:
    """0 when it has just ended."""
    lines = _read(pid, "smaps_rollup").splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _read(pid: int, name: str) -> str:
    """A file of /proc/PID; "" when the process has just ended."""
    try:
        return (_PROC / str(pid) / name).read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def busy_seconds() -> float:
    """Seconds that all cores of the machine together have worked since it started."""
    fields = [int(field) for field in (_PROC / "stat").read_text().splitlines()[0].split()[1:9]]
    user, nice, system, _idle, _waiting, interrupts, soft, _stolen = fields
    return (user + nice + system + interrupts + soft) / _TICKS
