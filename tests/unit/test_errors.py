"""A log line tells the reason of a failure, and nothing that somebody typed."""

from __future__ import annotations

import asyncio
import socket
import ssl

import pytest

from bot.errors import OperatorError, reason_of


def raised(error):
    try:
        raise error
    except Exception as caught:
        return caught


def test_our_own_words_for_operators_stay():
    assert reason_of(raised(OperatorError("disk full: free some"))) == "disk full: free some"


def test_of_any_other_the_kind_and_the_place_are_told_and_not_the_text():
    said = reason_of(raised(ValueError("he is outside")))
    assert said.startswith(f"ValueError at {__file__}:") and "outside" not in said


def test_what_caused_it_is_named_too():
    try:
        try:
            raise KeyError("typed")
        except KeyError as error:
            raise RuntimeError("typed") from error
    except RuntimeError as error:
        assert reason_of(error).startswith("RuntimeError from KeyError at ")


def test_of_an_error_of_the_system_its_name_is_told_and_not_its_text():
    said = reason_of(raised(OSError(98, "he is outside: %r", "/home/zq")))
    assert said.startswith("OSError (EADDRINUSE: Address already in use) at ")
    assert "outside" not in said and "zq" not in said
    missing = reason_of(raised(FileNotFoundError(2, "zq", "zq")))
    assert missing.startswith("FileNotFoundError (ENOENT: No such file or directory) at ")


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_a_port_that_is_in_use_is_called_so(loop):
    module = pytest.importorskip(loop)
    running = module.new_event_loop()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError) as refused:  # noqa: PT011 - what it says is the point
            running.run_until_complete(running.create_server(asyncio.Protocol, "127.0.0.1", port))
    running.close()
    assert "EADDRINUSE: Address already in use" in reason_of(refused.value)


@pytest.mark.parametrize("error", [ssl.SSLError(1, "zq"), OSError("zq"), OSError(99_999, "zq")])
def test_numbers_that_the_system_does_not_know_are_not_named(error):
    said = reason_of(raised(error))
    assert said.startswith(f"{type(error).__name__} at ") and "zq" not in said
