"""nginx on this machine, with the rules of `deploy/nginx/` and without TLS."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.settings import ROOT

_NGINX = """\
daemon off;
{user}
worker_processes 2;
worker_rlimit_nofile 16384;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log crit;
events {{ worker_connections 4096; }}
http {{
    server_tokens off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include chat-map.conf;
    include chat-limits.conf;
    upstream chat {{
        zone chat 64k;
        least_conn;
        {servers}
    }}
    server {{
        listen 127.0.0.1:{port} backlog=1024;
        set $chat_static {folder}/static;
        include chat-locations.conf;
    }}
}}
"""


@contextmanager
def nginx(folder: Path, port: int, ports: list[int]) -> Iterator[None]:
    """nginx with the rules of `deploy/nginx/`, until the block ends.

    Args:
        folder: for its files and its log, `nginx.log`.
        port: where it listens.
        ports: where the serving processes listen.
    """
    for rules in (ROOT / "deploy" / "nginx").glob("chat-*.conf"):
        shutil.copy(rules, folder)
    (folder / "static").mkdir()
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", "bot", "static", str(folder / "static")],
        cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    # As in deploy/nginx/nginx.conf.
    servers = "\n        ".join(
        f"server 127.0.0.1:{number} {how};"
        for how in ("max_fails=2 fail_timeout=5s", "max_fails=0 backup")
        for number in ports
    )
    # A worker of another user could not read the temporary folder.
    user = "user root;" if os.geteuid() == 0 else ""
    config = _NGINX.format(folder=folder, user=user, port=port, servers=servers)
    (folder / "nginx.conf").write_text(config)
    with serving(folder / "nginx.conf"):
        yield


@contextmanager
def serving(config: Path) -> Iterator[None]:
    """nginx with this configuration, until the block ends; its log is beside it."""
    folder = config.parent
    process = subprocess.Popen(  # noqa: S603
        ["nginx", "-p", str(folder), "-c", str(config), "-e", f"{folder}/nginx.log"],  # noqa: S607
        start_new_session=True,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)
