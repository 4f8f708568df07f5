"""Fetches the real GOV.UK Design System with npm, in one version that was looked at."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

VERSION = "6.6.0"
SHA512 = "xctkWrQvLnvQt7fyjQ3MGX9S0wz0x0RQuLxCeoXF+s8EjGICG81/DYQGKN5qgO+0KVT12UAaRwUsGY6fulRcRg=="
FILES = {"govuk-frontend.min.css": "text/css", "govuk-frontend.min.js": "text/javascript"}
SECONDS = 120


class NotFetched(Exception):
    """Says why the files are not there."""


def fetched() -> dict[str, bytes]:
    """Returns the files that a page needs, by name.

    Raises:
        NotFetched: there is no npm, it failed, or the files are others than those looked at.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise NotFetched("npm fetches the GOV.UK Design System, and is not installed")
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", "--silent", f"govuk-frontend@{VERSION}"]
        try:
            subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=SECONDS)  # noqa: S603
        except (OSError, subprocess.SubprocessError) as error:
            raise NotFetched(f"npm did not fetch the GOV.UK Design System: {error}") from error
        (archive,) = Path(folder).glob("govuk-frontend-*.tgz")
        digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if digest != SHA512:
            raise NotFetched(f"govuk-frontend {VERSION} is not what was looked at")
        with tarfile.open(archive) as tar:
            read = {name: tar.extractfile(f"package/dist/govuk/{name}") for name in FILES}
            return {name: file.read() for name, file in read.items() if file}
