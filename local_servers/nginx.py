"""nginx on this machine, with the rules of `deploy/nginx/` and without TLS."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bot.settings import ROOT
from local_servers.programs import find

_DEADLINE = 120.0
_RULES = ROOT / "deploy" / "nginx"
# In the place of the servers of nginx.conf, which need a certificate.
_SERVER = """\
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        set $chat_static {folder}/static;
        include chat-locations.conf;
    }}
}}
"""
# Lines of an upstream that differ in the port only.
_SAME = re.compile(r"(?:^ *server 127\.0\.0\.1:\d+ (.+;)\n)+", re.MULTILINE)


class NotStarted(Exception):
    """nginx ended at once or does not answer."""


@contextmanager
def nginx(
    folder: Path, port: int, ports: list[int], changed: Mapping[str, str] | None = None
) -> Iterator[None]:
    """nginx with the rules of `deploy/nginx/`, until the block ends.

    Args:
        folder: for its files and its log, `nginx.log`.
        port: where it listens.
        ports: where the serving processes listen.
        changed: what other words stand in the place of some of the rules.

    Raises:
        Missing: nginx is not on this machine.
        NotStarted: it did not answer in time; the message ends with what it said.
        ValueError: the rules hold no longer what is changed.
    """
    _copy_rules(folder, changed or {})
    (folder / "static").mkdir()
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", "bot", "static", str(folder / "static")],
        cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    config = folder / "nginx.conf"
    config.write_text(fitted(folder, port, ports))
    with serving(config, port):
        yield


def _copy_rules(folder: Path, changed: Mapping[str, str]) -> None:
    texts = {rules.name: rules.read_text() for rules in _RULES.glob("chat-*.conf")}
    for found, here in changed.items():
        if not any(found in text for text in texts.values()):
            raise ValueError(f"deploy/nginx: no {found}")
        texts = {name: text.replace(found, here) for name, text in texts.items()}
    for name, text in texts.items():
        (folder / name).write_text(text)


def fitted(folder: Path, port: int, ports: list[int]) -> str:
    """The shipped configuration, but for its servers: one that speaks plain HTTP is in their place.

    Args:
        folder: for its files.
        port: where it listens.
        ports: where the serving processes listen.

    Raises:
        ValueError: the shipped file holds no longer what is replaced.
    """
    text, *_ = (_RULES / "nginx.conf").read_text().partition("    server {\n")
    for found, here in (
        # A worker of another user could not read the temporary folder.
        ("user www-data;", "user root;" if os.geteuid() == 0 else ""),
        ("worker_processes auto;", "worker_processes 2;"),
        ("/run/nginx.pid", f"{folder}/nginx.pid"),
        ("/var/log/nginx/error.log", f"{folder}/nginx.log"),
        ("include /etc/nginx/modules-enabled/*.conf;", ""),
    ):
        if found not in text:
            raise ValueError(f"nginx.conf: no {found}")
        text = text.replace(found, here)
    text, times = _SAME.subn(lambda lines: _servers(ports, lines[1]), text)
    if not times:
        raise ValueError("nginx.conf: no server in the upstream")
    return "daemon off;\n" + text + _SERVER.format(folder=folder, port=port)


def _servers(ports: list[int], rules: str) -> str:
    return "".join(f"        server 127.0.0.1:{port} {rules}\n" for port in ports)


@contextmanager
def serving(config: Path, port: int) -> Iterator[None]:
    """nginx with this configuration, until the block ends; its log is beside it.

    Args:
        config: the configuration.
        port: where it listens by that, or one of several.

    Raises:
        Missing: nginx is not on this machine.
        NotStarted: it did not answer in time; the message ends with what it said.
    """
    folder = config.parent
    said = folder / "nginx.stderr"
    command = [find("nginx"), "-p", folder, "-c", config, "-e", folder / "nginx.log"]
    with said.open("wb") as output:
        process = subprocess.Popen(command, stderr=output, start_new_session=True)  # noqa: S603
    try:
        if not _answers(process, port):
            raise NotStarted(f"nginx did not start:\n{said.read_text(errors='replace')}")
        yield
    finally:
        process.terminate()
        process.wait(_DEADLINE)


def _answers(process: subprocess.Popen, port: int) -> bool:
    """Wait until it does; False when it ends before, or takes too long."""
    deadline = time.monotonic() + _DEADLINE
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.02)
    return False
