"""Log lines of other programs keep their constants only; ours stay as they are."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from bot.rasa_adapters import quiet_logs

SECRET = "zebra-4711"


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.DEBUG)
    return lambda: caplog.text


def test_a_foreign_line_keeps_its_constant_part_only(lines):
    logger = logging.getLogger("rasa.core.somewhere")
    logger.debug(f"Received message {SECRET} now")
    logger.error("Slot %s was set", SECRET)
    logger.info(SECRET)
    logger.warning("nothing " + SECRET)
    assert SECRET not in lines()
    assert "Received message … now" in lines()
    assert "Slot … was set" in lines()


def test_an_error_is_named_without_its_text(lines):
    try:
        try:
            raise ValueError(SECRET)
        except ValueError as error:
            raise RuntimeError(SECRET) from error
    except RuntimeError:
        logging.getLogger("rasa.core.somewhere").exception("Turn failed")
        logging.getLogger("bot.somewhere").exception("turn failed")
    assert SECRET not in lines()
    assert lines().count("RuntimeError from ValueError at") == 2


def test_our_own_line_stays(lines):
    logging.getLogger("bot.storage").error("not read: %s", "ValueError")
    assert "not read: ValueError" in lines()


STRUCTLOG = f"""
import logging, sys
import structlog
if len(sys.argv) > 1:
    from rasa.utils.log_utils import configure_structlog
    configure_structlog(logging.DEBUG)
else:
    logging.basicConfig(level=logging.DEBUG)
logger = structlog.get_logger("rasa.core.x")
logger.error("processor.message.parse", text="{SECRET}")
logger.error("said {SECRET}")
try:
    raise ValueError("{SECRET}")
except ValueError:
    logger.exception("rest.failure", text="{SECRET}")
"""


@pytest.mark.parametrize("arguments", [[], ["rasa"]])
def test_structlog_keeps_the_event_and_the_type_of_the_error(arguments):
    command = [sys.executable, "-c", STRUCTLOG, *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    said = result.stdout + result.stderr
    assert SECRET not in said
    assert "processor.message.parse" in said
    assert "rest.failure (ValueError" in said


def test_a_warning_keeps_its_constant_part_only():
    code = f"""
from rasa.shared.utils.io import raise_warning
raise_warning("parsed " + {SECRET!r})
import warnings
warnings.warn({SECRET!r}.upper().lower())
"""
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert SECRET not in result.stdout + result.stderr
    assert result.stderr.count("UserWarning at") == 2


@pytest.mark.parametrize(
    ("words", "ours"),
    [
        ("python -m rasa data validate", True),
        ("python .venv/bin/rasa train --force", True),
        ("python -m rasa run --debug", False),
        ("python -m rasa shell", False),
        ("python -m bot serve models/train", False),
    ],
)
def test_only_commands_on_our_own_texts_keep_theirs(words, ours):
    assert quiet_logs._reads_our_texts_only(words.split()) is ours
