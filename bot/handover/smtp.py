"""Delivery by e-mail, for a force that has nothing else: plain text, always over TLS."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
import threading
import time
from email.message import EmailMessage
from typing import Any

from bot.handover import words
from bot.handover.delivery import Attempt, Result
from bot.handover.note import Note
from bot.settings import Settings

SECONDS = 10.0
"""For each answer of the mail server."""

WHOLE = 40.0
"""For all of them together, or one that sends a byte now and then would hold up all others."""

_TLS_FROM_THE_START = 465


class _Bounded:
    """Cuts the connection off when an attempt has taken too long in all."""

    sock: socket.socket | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._timer = threading.Timer(WHOLE, self._cut_off)
        self._timer.daemon = True
        self._timer.start()
        try:
            super().__init__(*args, **kwargs)
        except BaseException:
            self.close()  # smtplib does not, where there was no connection
            raise

    def close(self) -> None:
        self._timer.cancel()
        super().close()  # type: ignore[misc]

    def _cut_off(self) -> None:
        with contextlib.suppress(OSError):
            if self.sock is not None:
                self.sock.shutdown(socket.SHUT_RDWR)


class _BoundedPlain(_Bounded, smtplib.SMTP):
    pass


class _BoundedTls(_Bounded, smtplib.SMTP_SSL):
    pass


class SmtpDelivery:
    """Sends the note to the force's mailbox."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def send(self, note: Note) -> Attempt:
        """Try once. What the mail server took may still get lost; nobody confirms it."""
        started = time.monotonic()
        attempt = self._try(self._message(note))
        if attempt.result is Result.FAILED and time.monotonic() - started >= WHOLE:
            return Attempt(Result.FAILED, "timeout")
        return attempt

    def _try(self, message: EmailMessage) -> Attempt:
        try:
            # What the server has taken is sent, whatever it says to the goodbye.
            with contextlib.closing(self._connect()) as server:
                if self._settings.smtp_user and self._settings.smtp_password:
                    server.login(self._settings.smtp_user, self._settings.smtp_password)
                server.send_message(message)
                with contextlib.suppress(smtplib.SMTPException, OSError):
                    server.quit()
        except smtplib.SMTPRecipientsRefused as error:
            codes = {code for code, _ in error.recipients.values()}
            return _answered(max(codes))
        except smtplib.SMTPResponseException as error:
            return _answered(error.smtp_code)
        except smtplib.SMTPNotSupportedError:
            return Attempt(Result.REFUSED, "no_starttls")
        except ssl.SSLCertVerificationError:
            return Attempt(Result.FAILED, "certificate")
        except TimeoutError:
            return Attempt(Result.FAILED, "timeout")
        except (smtplib.SMTPException, OSError) as error:
            return Attempt(Result.FAILED, type(error).__name__)
        return Attempt(Result.EMAILED)

    def _connect(self) -> smtplib.SMTP:
        host, port = str(self._settings.smtp_host), self._settings.smtp_port
        context = ssl.create_default_context()
        if port == _TLS_FROM_THE_START:
            return _BoundedTls(host, port, timeout=SECONDS, context=context)
        server = _BoundedPlain(host, port, timeout=SECONDS)
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
        return server

    def _message(self, note: Note) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._settings.smtp_from
        message["To"] = self._settings.handover_email
        # Nothing personal: subjects are shown in lists and on locked screens.
        subject, *lines = words.email(note)
        message["Subject"] = subject
        # The same in every attempt: a mail program can drop a repeat.
        message["Message-ID"] = f"<{note.id}@{str(self._settings.smtp_from).partition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content("\n\n".join(lines) + "\n")
        return message


def _answered(code: int) -> Attempt:
    """SMTP's own sense: 4xx may pass, 5xx does not."""
    return Attempt(Result.REFUSED if code >= 500 else Result.FAILED, f"smtp_{code}")
