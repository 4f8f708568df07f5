"""The real GOV.UK Design System, fetched once from the npm registry and checked."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

VERSION = "6.6.0"
SHA512 = "xctkWrQvLnvQt7fyjQ3MGX9S0wz0x0RQuLxCeoXF+s8EjGICG81/DYQGKN5qgO+0KVT12UAaRwUsGY6fulRcRg=="
FILES = {"govuk-frontend.min.css": "text/css", "govuk-frontend.min.js": "text/javascript"}


def fetched(folder: Path) -> dict[str, bytes]:
    """The files that a page needs, by name; skips the test where there is no npm."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm fetches the GOV.UK Design System, and is not installed")
    command = [npm, "pack", "--silent", f"govuk-frontend@{VERSION}"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)  # noqa: S603
    (archive,) = folder.glob("govuk-frontend-*.tgz")
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    assert digest == SHA512, "not the files that were looked at"
    with tarfile.open(archive) as tar:
        read = {name: tar.extractfile(f"package/dist/govuk/{name}") for name in FILES}
        return {name: file.read() for name, file in read.items() if file}


def serve(page: Page, files: dict[str, bytes]) -> None:
    """Have the host page find them beside itself."""

    def answer(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        route.fulfill(body=files[name], content_type=FILES[name])

    page.route("**/govuk-frontend.min.*", answer)
