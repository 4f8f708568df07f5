"""A small mail server with TLS, and the authority that signs its certificate."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from local_servers.ports import free_port


def certificate(folder: Path) -> Path:
    """A key and a certificate for 127.0.0.1 that vouches for itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


class MailServer:
    """Speaks as much SMTP as Python's client needs.

    Attributes:
        certificate: the file that a client must trust.
        refuse: command -> the line that answers it from now on.
        messages: what was delivered.
        envelopes: sender and recipients of each.
        in_the_clear: commands that came before TLS.
        passwords: what clients signed in with.
        slowness: seconds before each answer.
        may_answer: while it is not set, there is no answer at all.
        drips: whether answers come one byte now and then.
        port: where it listens, also again after a stop.
    """

    def __init__(self, folder: Path) -> None:
        self.certificate = certificate(folder)
        self.refuse: dict[str, str] = {}
        self.messages: list[EmailMessage] = []
        self.envelopes: list[list[str]] = []
        self.in_the_clear: list[str] = []
        self.passwords: list[str] = []
        self.offers_tls = True
        self.slowness = 0.0
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.drips = False
        self.port = free_port()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        mail = self

        class Conversation(_Conversation):
            pass

        Conversation.mail, Conversation.context = mail, context
        self._handler = Conversation
        self.open()

    def open(self) -> None:
        """Begin to listen, or listen again."""
        self._server = _Server(("127.0.0.1", self.port), self._handler)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        """Listen no more: connections are refused."""
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


class _Conversation(socketserver.StreamRequestHandler):
    mail: MailServer
    context: ssl.SSLContext
    timeout = 120

    def handle(self) -> None:
        with contextlib.suppress(OSError, ssl.SSLError):  # the client went away
            self._converse()

    def _converse(self) -> None:
        is_secret, envelope = False, []
        self._say("220 mail.example")
        while line := self.rfile.readline().decode().strip():
            command = line.split()[0].upper()
            if not is_secret:
                self.mail.in_the_clear.append(command)
            if answer := self.mail.refuse.get(command):
                if answer == "hang up":
                    return None
                self._say(answer)
            elif command == "EHLO":
                ways = ["AUTH PLAIN"] if is_secret else ["STARTTLS"] * self.mail.offers_tls
                self._say("250-mail.example", *(f"250-{way}" for way in ways), "250 8BITMIME")
            elif command == "STARTTLS":
                self._say("220 go on")
                self.connection = self.context.wrap_socket(self.connection, server_side=True)
                self.rfile = self.connection.makefile("rb")
                self.wfile = self.connection.makefile("wb", buffering=0)
                is_secret = True
            elif command == "AUTH":
                self.mail.passwords.append(line.split()[-1])
                self._say("235 welcome")
            elif command == "DATA":
                self._say("354 go on")
                raw = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.mail.messages.append(message_from_bytes(raw, policy=policy.default))
                self.mail.envelopes.append(envelope)
                self._say("250 taken")
            elif command == "QUIT":
                return self._say("221 bye")
            else:
                envelope = [*envelope, line] if command in ("MAIL", "RCPT") else []
                self._say("250 fine")
        return None

    def _say(self, *lines: str) -> None:
        time.sleep(self.mail.slowness)
        self.mail.may_answer.wait()
        said = "".join(f"{line}\r\n" for line in lines).encode()
        if not self.mail.drips:
            self.wfile.write(said)
            return
        for byte in said:
            self.wfile.write(bytes([byte]))
            time.sleep(0.2)


@pytest.fixture
def mail_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A running one, whose certificate this process trusts."""
    server = MailServer(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    yield server
    server.close()
