"""`deploy/nginx/` as it is shipped, with TLS, fitted to one folder of this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from bot.settings import ROOT

# In a test's certificate; as in nginx.conf.
NAME = "chat.example.police.uk"
_OF_THE_SYSTEM = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]


def fitted(folder: Path, gateway: int, secure: int, plain: int) -> Path:
    """The shipped configuration with this machine's paths and ports; nothing else is changed.

    Args:
        folder: where it is copied to, with a certificate of its own.
        gateway: where the serving process listens.
        secure: port in the place of 443.
        plain: port in the place of 80.
    """
    shutil.copytree(ROOT / "deploy" / "nginx", folder, dirs_exist_ok=True)
    _certify(folder / "tls")
    (folder / "static").mkdir()
    subprocess.run(
        [sys.executable, "-m", "bot", "static", str(folder / "static")],
        cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    config = folder / "nginx.conf"
    text = config.read_text()
    for found, here in (
        (r"/etc/nginx/", f"{folder}/"),
        (r"/run/nginx\.pid", f"{folder}/pid"),
        (r"/var/log/nginx", str(folder)),
        (r"/var/www/chat", f"{folder}/static"),
        (r"127\.0\.0\.1:500[56]", f"127.0.0.1:{gateway}"),
        (r"listen \[::\].*\n", "\n"),
        (r"listen 443 ", f"listen 127.0.0.1:{secure} "),
        (r"listen 80;", f"listen 127.0.0.1:{plain};"),
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


def _certify(folder: Path) -> None:
    folder.mkdir()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj",
         f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME},IP:127.0.0.1", "-keyout",
         str(folder / "KEY.pem"), "-out", str(folder / "CERTIFICATE.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
