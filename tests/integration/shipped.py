"""The configuration for production in a running nginx, and people who come to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from requests.adapters import HTTPAdapter

from local_servers.nginx import serving
from local_servers.ports import free_ports
from local_servers.shipped_nginx import NAME, fitted
from tests.integration.waiting import PATIENCE, wait_until


class _Named(HTTPAdapter):
    """Asks this machine for the name in the certificate."""

    def init_poolmanager(self, *args, **more):
        super().init_poolmanager(*args, server_hostname=NAME, assert_hostname=NAME, **more)


@dataclass
class Shipped:
    """A running nginx with the configuration for production."""

    secure: int
    plain: int
    certificate: Path

    def ask(self, method: str, path: str, **more) -> requests.Response:
        with requests.Session() as session:
            session.mount("https://", _Named())
            headers = {"Host": NAME} | more.pop("headers", {})
            url = f"https://127.0.0.1:{self.secure}/{path}"
            return session.request(
                method, url, headers=headers, verify=self.certificate, timeout=PATIENCE, **more
            )


@contextmanager
def running_as_shipped(folder: Path, gateway: int, changed: dict[str, str]) -> Iterator[Shipped]:
    """nginx with `deploy/nginx/` as it is, until the block ends.

    Args:
        folder: for its files; it must not exist.
        gateway: where the serving process listens.
        changed: what other words stand in the place of some of nginx.conf.
    """
    secure, plain = free_ports(2)
    config = fitted(folder, gateway, secure, plain)
    text = config.read_text()
    for found, here in changed.items():
        assert found in text, found
        text = text.replace(found, here)
    config.write_text(text)
    with serving(config, secure):
        shipped = Shipped(secure, plain, folder / "tls" / "CERTIFICATE.pem")
        wait_until(lambda: _is_up(shipped))
        yield shipped


def _is_up(shipped: Shipped) -> bool:
    try:
        return shipped.ask("GET", "chat/").status_code == 200
    except requests.ConnectionError:
        return False
