"""Figures for those who operate the bot, in Prometheus' text format, on a port of their own.

They are of this process alone since it started, and of no force, language or label. Only this
machine can read them unless CHAT_METRICS_HOST says otherwise, and never through the gateway's port.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from prometheus_client import (
    CollectorRegistry,
    Gauge,
    Histogram,
    Info,
    disable_created_metrics,
    start_http_server,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.content import due
from bot.content.hours import now_in_london
from bot.content.register import get_register
from bot.counters.counting import buffer
from bot.counters.names import COUNTERS, REPLY_BUCKETS
from bot.errors import reason_of
from bot.safety import loading
from bot.settings import ROOT

logger = logging.getLogger(__name__)

# Counters that are shown: name, what it says, and the name of its label.
_SHOWN = {
    "outcome": ("chat_turns", "Finished turns by outcome", "outcome"),
    "error": ("chat_errors", "Failures beside turns", "kind"),
    "handover": ("chat_handovers", "Steps of hand-overs to people", "step"),
}

# Not the moment at which each figure came up: nobody needs it.
disable_created_metrics()
_registry = CollectorRegistry()
in_flight = Gauge("chat_turns_in_flight", "Messages being answered", registry=_registry)
reply_seconds = Histogram(
    "chat_reply_seconds", "Seconds until the answer", buckets=REPLY_BUCKETS, registry=_registry
)
_build = Info("chat_build", "What runs", registry=_registry)


class _Counts(Collector):
    """What was counted since the start. Every value of the closed list is there, also at 0."""

    def collect(self) -> Iterator[Metric]:
        for counter, (name, text, label) in _SHOWN.items():
            family = CounterMetricFamily(name, text, labels=[label])
            for value in COUNTERS[counter]:
                family.add_metric([value], buffer.totals[counter, value])
            yield family


class _Asked(Collector):
    """Some figures of one kind, by a label; asked for when somebody reads the metrics."""

    def __init__(
        self, name: str, text: str, label: str, read: Callable[[], Mapping[str, int]]
    ) -> None:
        self._name, self._text, self._label, self._read = name, text, label, read

    def describe(self) -> list[Metric]:
        """Nothing is read for it when it is added."""
        return [self._family()]

    def collect(self) -> Iterator[Metric]:
        family = self._family()
        try:
            found = self._read()
        except Exception as error:  # the other figures are wanted most when a database is down
            logger.error("%s not read: %s", self._name, reason_of(error))
            found = {}
        for value, figure in found.items():
            family.add_metric([value], figure)
        yield family

    def _family(self) -> GaugeMetricFamily:
        return GaugeMetricFamily(self._name, self._text, labels=[self._label])


def _parts() -> dict[str, int]:
    return {name.replace(" ", "_"): int(part.works) for name, part in loading.PARTS.items()}


def _content() -> dict[str, int]:
    register, today = get_register(), now_in_london().date()
    return {
        "overdue": len(due.overdue(register, today)),
        "held_back": len(register.held_back),
    }


_registry.register(_Counts())
_registry.register(_Asked("chat_net", "Whether a part of the net works", "part", _parts))
_registry.register(_Asked("chat_content", "Items of the register by state", "state", _content))


def watch_outbox(read: Callable[[], Mapping[str, int]]) -> None:
    """Show how many hand-overs wait.

    Args:
        read: gives their number by state; it is called in another thread.
    """
    _registry.register(_Asked("chat_outbox", "Hand-overs in the outbox by state", "state", read))


def serve(host: str, port: int, model: str) -> None:
    """Answer in a thread of its own; port 0 does nothing.

    Args:
        host: the address to listen on. Whoever reaches it sees when somebody asked for help.
        port: the port.
        model: the name of the model's file.
    """
    if not port:
        return
    _build.info({"version": _version(), "model": model})
    try:
        start_http_server(port, host, _registry)
    except OSError as error:
        # People get their answers all the same.
        logger.error(
            "no metrics on %s, port %d: %s. See CHAT_METRICS_HOST and CHAT_METRICS_PORT",
            host, port, error,
        )  # fmt: skip


@lru_cache(maxsize=1)
def _version() -> str:
    found = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    return found[1] if found else ""
