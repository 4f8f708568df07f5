"""A log that cannot be written holds nobody up, and says what it lost."""

from __future__ import annotations

import io
import threading

from bot.serving import log_stream
from bot.serving.log_stream import LogStream

SECONDS = 120


class Stalled(io.StringIO):
    """A target that takes nothing until it is let go."""

    def __init__(self):
        super().__init__()
        self.is_free = threading.Event()

    def write(self, text):
        assert self.is_free.wait(SECONDS)
        return super().write(text)


def test_lines_that_were_lost_are_told(monkeypatch):
    monkeypatch.setattr(log_stream, "_MOST_WAITING", 2)
    target = Stalled()
    stream = LogStream(target)
    for number in range(20):
        stream.write(f"line {number}\n")
    target.is_free.set()
    stream.finish(SECONDS)
    stream.write("after\n")
    stream.finish(SECONDS)
    written = target.getvalue()
    kept = written.count("line ")
    assert 2 <= kept < 20
    assert f"{20 - kept} pieces of the log were lost here\n" in written
    assert written.endswith("after\n") and written.count("were lost") == 1
