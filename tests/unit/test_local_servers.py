"""Servers that cannot be started say why, and leave nothing behind."""

from __future__ import annotations

import subprocess
import sys
import tempfile

import pytest

from local_servers import machine, nginx
from local_servers.ports import free_port
from local_servers.postgres import Postgres
from local_servers.programs import Missing
from local_servers.redis import Redis
from tests.services.programs import need


@pytest.fixture
def temporary(monkeypatch, tmp_path):
    """Where folders of servers are made."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def acts_as_nginx(monkeypatch, tmp_path):
    """Puts lines of Python in the place of nginx."""

    def write(*lines):
        program = tmp_path / "nginx"
        program.write_text("\n".join([f"#!{sys.executable} -S", *lines]))
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))

    return write


def test_without_redis_its_package_is_named(monkeypatch, temporary):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Missing, match="apt install redis-server"):
        Redis()
    assert not [*temporary.iterdir()]


def test_without_nginx_the_command_names_its_package(monkeypatch, temporary):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(sys, "argv", ["machine"])
    monkeypatch.setattr(machine.signal, "signal", lambda *_: None)
    with pytest.raises(SystemExit, match="no nginx on this machine: apt install nginx"):
        machine.main()
    assert not [*temporary.iterdir()]


def test_a_cluster_that_cannot_be_written_leaves_no_folder(monkeypatch, temporary):
    need("initdb")

    def fail(*_):
        raise subprocess.CalledProcessError(1, "initdb")

    monkeypatch.setattr(Postgres, "_run", fail)
    with pytest.raises(subprocess.CalledProcessError):
        Postgres()
    assert not [*temporary.iterdir()]


def test_an_nginx_that_ends_at_once_says_why(acts_as_nginx, tmp_path):
    acts_as_nginx("import sys", "sys.exit('nginx: [emerg] unknown directive')")
    with (
        pytest.raises(nginx.NotStarted, match=r"\[emerg\] unknown directive"),
        nginx.serving(tmp_path / "nginx.conf", free_port()),
    ):
        pytest.fail("it serves nothing")


def test_an_nginx_that_never_answers_is_not_waited_for_for_long(
    acts_as_nginx, monkeypatch, tmp_path
):
    monkeypatch.setattr(nginx, "_DEADLINE", 0.2)
    acts_as_nginx("import time", "time.sleep(60)")
    with (
        pytest.raises(nginx.NotStarted),
        nginx.serving(tmp_path / "nginx.conf", free_port()),
    ):
        pytest.fail("it serves nothing")


def test_the_block_begins_when_nginx_answers(acts_as_nginx, tmp_path):
    port = free_port()
    acts_as_nginx(
        "import socket, time",
        "time.sleep(0.2)",
        f"line = socket.create_server(('127.0.0.1', {port}))",
        "time.sleep(60)",
    )
    with nginx.serving(tmp_path / "nginx.conf", port):
        nginx.socket.create_connection(("127.0.0.1", port)).close()
