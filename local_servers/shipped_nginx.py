"""`deploy/nginx/` as it is shipped, with TLS, fitted to one folder of this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from bot.settings import ROOT
from local_servers.ports import free_ports
from local_servers.programs import Missing, find

# In a test's certificate; as in nginx.conf.
NAME = "chat.example.police.uk"
_OF_THE_SYSTEM = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]


def load_stream() -> str:
    """The line that loads nginx's `stream`; empty where nginx was built with it.

    Raises:
        Missing: nginx or its `stream` is not on this machine.
    """
    command = [find("nginx"), "-V"]
    built = subprocess.run(command, check=True, capture_output=True, text=True).stderr  # noqa: S603
    if re.search(r"--with-stream(?:\s|$)", built):
        return ""
    folder = re.search(r"--modules-path=(\S+)", built)
    module = Path(folder[1] if folder else "") / "ngx_stream_module.so"
    if not module.is_file():
        raise Missing("no stream in the nginx of this machine: apt install libnginx-mod-stream")
    return f"load_module {module};\n"


def fitted(folder: Path, gateway: int, secure: int, plain: int) -> Path:
    """The shipped configuration with this machine's paths and ports; nothing else is changed.

    Args:
        folder: where it is copied to, with a certificate of its own.
        gateway: where the serving process listens.
        secure: port in the place of 443.
        plain: port in the place of 80.

    Raises:
        Missing: nginx or its `stream` is not on this machine.
    """
    shutil.copytree(ROOT / "deploy" / "nginx", folder, dirs_exist_ok=True)
    (folder / "modules-enabled").mkdir()
    (folder / "modules-enabled" / "stream.conf").write_text(load_stream())
    _certify(folder / "tls")
    (folder / "static").mkdir()
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", "bot", "static", str(folder / "static")],
        cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    config = folder / "nginx.conf"
    text = config.read_text()
    inner, inner_plain = _ports_besides(gateway, secure, plain)
    for found, here in (
        (r"/etc/nginx/", f"{folder}/"),
        (r"/run/nginx\.pid", f"{folder}/pid"),
        (r"/var/log/nginx", str(folder)),
        (r"/var/www/chat", f"{folder}/static"),
        (r"127\.0\.0\.1:500[56]", f"127.0.0.1:{gateway}"),
        (r"listen \[::\].*\n", "\n"),
        (r"listen 443 ", f"listen 127.0.0.1:{secure} "),
        (r"listen 80 ", f"listen 127.0.0.1:{plain} "),
        (r"127\.0\.0\.1:5443", f"127.0.0.1:{inner}"),
        (r"127\.0\.0\.1:5080", f"127.0.0.1:{inner_plain}"),
        (r"user www-data;", "user root;" if os.geteuid() == 0 else ""),
        (
            r"server_tokens",
            "".join(f"{n}_temp_path {folder}/{n};" for n in _OF_THE_SYSTEM) + r"\g<0>",
        ),
    ):
        text, times = re.subn(found, here, text)
        assert times, found
    config.write_text(f"daemon off;\n{text}")
    return config


def _ports_besides(*taken: int) -> list[int]:
    """Two more, for what stands behind: those are chosen, but not in use yet."""
    while set(taken) & set(ports := free_ports(2)):
        pass
    return ports


def _certify(folder: Path) -> None:
    folder.mkdir()
    subprocess.run(  # noqa: S603
        [find("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj",
         f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME},IP:127.0.0.1", "-keyout",
         str(folder / "KEY.pem"), "-out", str(folder / "CERTIFICATE.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
