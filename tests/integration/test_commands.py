"""The commands of the README, and Rasa's own, do what they say."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
import yaml

from local_servers.ports import free_port
from tests.integration.conftest import ROOT, START_SECONDS, running_bot, stop_bot
from tests.integration.waiting import PATIENCE, REPLY_DEADLINE, wait_until
from tests.integration.words import said

pytestmark = pytest.mark.integration

RASA = [sys.executable, "-m", "rasa"]
# Rasa does not see that forms and retrieval intents use these; nothing else may be warned of.
KNOWN_WARNINGS = re.compile(
    r"The utterance 'utter_(ask_four_\w+|call_999_in_any_language|crisis_harm_done|advice|reporting"
    r"|follow_up|out_of_scope|emergency|crisis)' is not used|duplicated intents have been found"
    r"|pkg_resources"
)


def run(*command: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def documented_targets() -> list[str]:
    return re.findall(
        r"^\| `make (\w+)` \|", (ROOT / "docs" / "commands.md").read_text(), re.MULTILINE
    )


def test_make_help_lists_every_documented_command():
    shown = run("make", "--no-print-directory", "help").stdout
    assert documented_targets(), "docs/commands.md documents commands"
    for target in documented_targets():
        assert f"make {target}" in shown


def test_make_train_does_not_train_again():
    first = run("make", "--no-print-directory", "train")
    second = run("make", "--no-print-directory", "train")
    assert first.returncode == second.returncode == 0, first.stdout + first.stderr
    assert "Training" not in second.stdout
    model = ROOT / second.stdout.split()[-1]
    assert model.exists() and model.stat().st_size > 1_000_000


def test_make_content_checks_the_register():
    done = run("make", "--no-print-directory", "content")
    assert done.returncode == 0 and "0 findings" in done.stdout


def test_make_shell_holds_a_conversation(tmp_path):
    """Rasa shell needs a terminal, so it gets one."""
    terminal, inside = pty.openpty()
    process = subprocess.Popen(
        # Ctrl-C works also where the tests run in the background of a shell, which ignores it.
        ["env", "--default-signal=INT", "make", "--no-print-directory", "shell"],
        cwd=ROOT,
        stdin=inside,
        stdout=inside,
        stderr=inside,
        env={
            **os.environ,
            "CHAT_STATE": str(tmp_path),
            "COLUMNS": "1000",
        },
        start_new_session=True,
    )
    try:
        _read_until(terminal, "Your input")
        os.write(terminal, b"he is outside my house now\r")
        shown = _read_until(terminal, "999 BSL")
        assert "Call 999 now" in shown
    finally:
        _press_ctrl_c(process)
        os.close(inside)
        os.close(terminal)


def test_the_action_server_is_for_this_machine_only(tmp_path):
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "actions"],
        cwd=ROOT,
        env={**os.environ, "CHAT_ACTION_PORT": str(port), "CHAT_STATE": str(tmp_path)},
    )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _answers(port):
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.1)
        # Whoever listens on every address has this one too.
        assert not _answers(port, "127.0.0.2")
    finally:
        process.terminate()
        process.wait(20)


def _press_ctrl_c(process: subprocess.Popen) -> None:
    """Until it ends: Rasa's shell can miss one that comes between its answer and its prompt."""
    for _ in range(6):
        os.killpg(process.pid, signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
            return
    process.wait(0)


def _read_until(terminal: int, words: str, seconds: float = START_SECONDS) -> str:
    shown, deadline = "", time.monotonic() + seconds
    while words not in shown and time.monotonic() < deadline:
        if select.select([terminal], [], [], 1)[0]:
            shown += os.read(terminal, 65536).decode(errors="replace")
    assert words in shown, shown[-2000:]
    return shown


@pytest.mark.parametrize(
    "number",
    [
        signal.SIGTERM,
        pytest.param(signal.SIGINT, marks=pytest.mark.faults),
        pytest.param(signal.SIGHUP, marks=pytest.mark.faults),
    ],
)
def test_stopping_stops_everything(number):
    with running_bot() as bot:
        stop_bot(bot, number)
        assert bot.process.returncode == 0
        assert "Stopped." in bot.printed and "Traceback" not in bot.printed
        assert not _answers(bot.port)


def test_a_killed_bot_leaves_nothing_behind():
    with running_bot() as bot:
        bot.process.kill()
        bot.process.wait()
        wait_until(lambda: not _answers(bot.port))


def _answers(port: int, address: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((address, port)) == 0


def test_a_port_that_does_not_exist_is_named():
    environment = {"CHAT_PORT": "65535", "CHAT_PROCESSES": "2", "REDIS_URL": "redis://127.0.0.1/1"}
    done = run(sys.executable, "-m", "bot", "run", **environment)
    assert done.returncode == 1
    assert "there is no port 65536" in done.stderr and "Traceback" not in done.stderr


def test_a_host_that_is_none_is_named():
    done = run(sys.executable, "-m", "bot", "run", CHAT_HOST="no-such-host.invalid")
    assert done.returncode == 1
    assert "CHAT_HOST=no-such-host.invalid" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("listens", "host"),
    [
        ("127.0.0.1", "0.0.0.0"),
        ("::1", "::"),
    ],
)
def test_a_taken_port_is_named(listens, host):
    family = socket.AF_INET6 if ":" in listens else socket.AF_INET
    with socket.create_server((listens, 0), family=family) as taken:
        port = str(taken.getsockname()[1])
        done = run(sys.executable, "-m", "bot", "run", CHAT_PORT=port, CHAT_HOST=host)
    assert done.returncode == 1
    assert f"port {port} is in use" in done.stderr and "Traceback" not in done.stderr


def test_a_wrong_setting_stops_the_start_and_is_named():
    done = run(sys.executable, "-m", "bot", "run", CHAT_FORCE="atlantis")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "CHAT_FORCE" in done.stderr and "atlantis" in done.stderr


def test_a_broken_item_stops_the_start_and_is_named(tmp_path):
    for name in ("bot", "actions", "data"):
        shutil.copytree(ROOT / name, tmp_path / name)
    file = tmp_path / "data" / "content" / "services.yml"
    file.write_text(file.read_text().replace("    name: Samaritans\n", "", 1))
    # First on the path, so that the copy with the broken item is the one that starts.
    done = run(sys.executable, "-m", "bot", "run", cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "services.yml: samaritans: name:" in done.stderr


def test_rasa_data_validate_finds_nothing_unknown():
    done = run(*RASA, "data", "validate")
    assert done.returncode == 0, done.stderr
    warnings = [line for line in (done.stdout + done.stderr).splitlines() if "UserWarning" in line]
    assert [line for line in warnings if not KNOWN_WARNINGS.search(line)] == []


def test_plain_rasa_run_with_rasa_run_actions(tmp_path):
    port, action_port = free_port(), free_port()
    endpoints = yaml.safe_load((ROOT / "endpoints.yml").read_text())
    endpoints["action_endpoint"] = {"url": f"http://127.0.0.1:{action_port}/webhook"}
    file = tmp_path / "endpoints.yml"
    file.write_text(yaml.safe_dump(endpoints))
    commands = [
        [*RASA, "run", "--port", str(port), "-i", "127.0.0.1", "--endpoints", str(file), "--debug"],
        [*RASA, "run", "actions", "--port", str(action_port), "--debug"],
    ]
    log, environment = tmp_path / "log", {
        **os.environ, "CHAT_STATE": str(tmp_path), "CHAT_REPLY_DEADLINE": str(REPLY_DEADLINE),
    }  # fmt: skip

    with log.open("wb") as output:
        processes = [
            subprocess.Popen(c, cwd=ROOT, stdout=output, stderr=output, env=environment)
            for c in commands
        ]
    try:
        answer = _until_answered(
            f"http://127.0.0.1:{port}/webhooks/rest/webhook", "what is a stalking protection order"
        )
        assert said("advice/spo_what") in answer[0]["text"]
        danger = _until_answered(
            f"http://127.0.0.1:{port}/webhooks/rest/webhook", "he is outside my house now"
        )
        assert danger[0]["text"].startswith("Call 999 now")
        # Rasa logs an error, a warning and a failed action, each about what was typed.
        for message in ('/greet{"zqfirst": }', '/greet{"reply": "zqsecond"}', "hello zqthird"):
            body = {"sender": "zqsender", "message": message}
            requests.post(
                f"http://127.0.0.1:{port}/webhooks/rest/webhook", json=body, timeout=PATIENCE
            )
        processes[1].kill()
        processes[1].wait()
        body = {"conversation": "0" * 32, "text": "what is a stalking protection order zqfourth"}
        answer = requests.post(
            f"http://127.0.0.1:{port}/chat/messages", json=body, timeout=PATIENCE
        )
        assert answer.json()["outcome"] == "safe_reply_action_failed"
        assert answer.json()["messages"][0]["text"].startswith(said("safe_reply"))
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(PATIENCE)
    logged = log.read_text(errors="replace")
    assert "processor." in logged, "it logs what it does"
    for said_by_person in ("zq", "stalking protection", "0" * 32):
        assert said_by_person not in logged


def _until_answered(address: str, text: str) -> list[dict]:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            answer = requests.post(
                address, json={"sender": "zqsender", "message": text}, timeout=PATIENCE
            )
            if answer.ok and answer.json():
                return answer.json()
        except requests.ConnectionError:
            pass
        time.sleep(0.25)
    raise AssertionError("no answer from plain rasa run")
