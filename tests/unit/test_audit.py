"""Who did what stands in a log that only grows, and a change of it is found."""

from __future__ import annotations

import getpass
import json
import os
import secrets
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot import audit
from bot.audit import Action
from bot.cli import main
from bot.errors import OperatorError
from bot.serving import supervisor
from bot.settings import ROOT, Settings


@pytest.fixture(autouse=True)
def log(monkeypatch, tmp_path):
    monkeypatch.setenv("CHAT_STATE", str(tmp_path / "state"))
    return tmp_path / "state" / audit.FILE


def entries(log):
    return [json.loads(line) for line in log.read_text().splitlines()]


def test_a_line_says_who_when_and_what(log, monkeypatch):
    monkeypatch.setenv("SUDO_USER", "jsmith")
    audit.record(Action.PURGED, rows=3)
    (entry,) = entries(log)
    assert entry["action"] == "purged" and entry["rows"] == 3
    assert entry["account"] == getpass.getuser() and entry["sudo"] == "jsmith"
    assert entry["time"].endswith("+00:00") and entry["process"] == os.getpid()
    assert log.stat().st_mode & 0o777 == 0o600


def test_the_switch_is_written_down_each_time(log):
    for word in ("off", "on", "status"):
        assert main(["switch", word]) == 0
    assert [entry["action"] for entry in entries(log)] == ["switched_off", "switched_on"]


def test_the_switch_moves_though_nothing_can_be_written_down(log, capsys):
    log.mkdir(parents=True)
    assert main(["switch", "off"]) == 0
    shown = capsys.readouterr()
    assert "is off" in shown.out
    assert f"this was done, but the audit log {log} cannot be written" in shown.err


def test_lines_of_several_processes_follow_from_each_other(log):
    script = "from bot import audit; audit.record(audit.Action.PURGED, rows=1)"
    command = [sys.executable, "-c", script]
    with ThreadPoolExecutor(4) as threads:
        runs = [threads.submit(subprocess.run, command, cwd=ROOT, check=True) for _ in range(8)]
    assert all(run.result().returncode == 0 for run in runs)
    assert audit.check() == 8


@pytest.mark.parametrize("change", ["changed", "taken out", "put in between", "no JSON"])
def test_a_line_that_was_changed_is_found(log, capsys, change):
    for rows in range(4):
        audit.record(Action.PURGED, rows=rows)
    assert main(["audit"]) == 0 and "4 lines" in capsys.readouterr().out
    lines = log.read_text().splitlines()
    if change == "changed":
        lines[1] = lines[1].replace('"rows": 1', '"rows": 7')
    elif change == "taken out":
        del lines[1]
    elif change == "put in between":
        lines.insert(2, lines[1])
    else:
        lines[1] = "{"
    log.write_text("\n".join(lines) + "\n")
    assert main(["audit"]) == 1
    assert "does not follow" in capsys.readouterr().err


def test_a_line_that_a_crash_cut_off_stays_and_the_next_one_follows_it(log):
    audit.record(Action.PURGED, rows=1)
    with log.open("a") as opened:
        opened.write('{"time": "2026-')
    audit.record(Action.PURGED, rows=2)
    assert log.read_text().splitlines()[1] == '{"time": "2026-'
    with pytest.raises(OperatorError, match="line 2"):
        audit.check()


def test_keys_are_written_down_when_they_change_and_never_themselves(log):
    first, second = secrets.token_hex(32), secrets.token_hex(32)
    for keys in ((first,), (first,), (first, second), (first, second)):
        supervisor._record_keys(Settings(storage_keys=keys))
    written = entries(log)
    assert [len(entry["storage_keys"]) for entry in written] == [1, 2]
    assert written[0]["storage_keys"] == written[1]["storage_keys"][:1]
    assert all(entry["secret_key"] == [] for entry in written), "made for one start alone"
    supervisor._record_keys(Settings(storage_keys=keys, secret_key=first))
    assert len(entries(log)) == 3
    assert first not in log.read_text() and second not in log.read_text()


def test_a_start_goes_on_where_keys_cannot_be_written_down(log, capsys):
    log.mkdir(parents=True)
    supervisor._record_keys(Settings())
    assert "Note: the audit log" in capsys.readouterr().out


def test_there_is_nothing_to_find_where_nothing_was_done(capsys):
    assert main(["audit"]) == 0
    assert "0 lines" in capsys.readouterr().out
