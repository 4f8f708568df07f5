"""The switch and its commands."""

from __future__ import annotations

import json

import pytest

from bot.cli import main
from bot.gateway import pages
from bot.gateway.coordination import switch
from bot.gateway.turns import safe_reply
from bot.settings import get_settings


@pytest.fixture(autouse=True)
def state(monkeypatch, tmp_path):
    monkeypatch.setenv("CHAT_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


def test_it_is_on_by_default_and_turns_both_ways(state):
    assert not switch.is_off()
    for _ in range(2):
        switch.turn(off=True)
        assert switch.is_off() and (state / "switched_off").exists()
    for _ in range(2):
        switch.turn(off=False)
        assert not switch.is_off()


def test_a_state_that_cannot_be_read_counts_as_off(state):
    state.write_text("a file where the folder should be")
    assert switch.is_off()


def test_the_commands_say_how_it_stands(capsys, state):
    assert main(["switch", "off"]) == 0
    assert "is off" in capsys.readouterr().out and switch.is_off()
    assert main(["switch", "status"]) == 0
    assert "is off" in capsys.readouterr().out
    assert main(["switch", "on"]) == 0
    assert "is on" in capsys.readouterr().out and not switch.is_off()


def test_a_shell_that_does_not_know_the_folder_is_told_so(capsys, state, monkeypatch):
    """It moves the switch of another folder, and the bot that was meant goes on as before."""
    main(["switch", "status"])
    assert capsys.readouterr().err == ""
    monkeypatch.delenv("CHAT_STATE")
    get_settings.cache_clear()
    assert main(["switch", "status"]) == 0
    assert "CHAT_STATE is not set" in capsys.readouterr().err


def test_a_switch_that_does_not_move_says_so(capsys, state):
    state.write_text("")
    assert main(["switch", "off"]) == 1
    assert "did not move" in capsys.readouterr().err


def test_what_the_web_server_says_when_the_bot_is_down_is_written_whole(capsys, tmp_path):
    file, reply = tmp_path / "help.html", tmp_path / "safe_reply.json"
    file.write_text("the page of last year")
    assert main(["static", str(tmp_path)]) == 0
    assert file.read_text(encoding="utf-8") == pages.help_page().html
    answer = json.loads(reply.read_text(encoding="utf-8"))
    assert [message["text"] for message in answer["messages"]] == safe_reply.bubbles("safe_reply")
    assert answer["outcome"] == "safe_reply_unavailable"
    assert "999" in answer["messages"][0]["text"]
    too_large = tmp_path / "too_large.json"
    refusal = json.loads(too_large.read_text(encoding="utf-8"))
    assert [message["text"] for message in refusal["messages"]] == safe_reply.bubbles("too_large")
    assert refusal["error"] == "too_large"
    assert set(tmp_path.iterdir()) == {file, reply, too_large}, "nothing is left beside them"


def test_a_page_that_cannot_be_written_says_so(capsys, tmp_path):
    assert main(["static", str(tmp_path / "no")]) == 1
    assert "was not written" in capsys.readouterr().err
