"""Parses messages with the trained model's whole pipeline, as the running bot does."""

from __future__ import annotations

import copy
import logging
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from bot.content.labels import DANGER, RESPONSE_SELECTOR, crisis_tier, danger_tier, full_label
from bot.evaluation.sets import Example
from bot.gateway.turns.sanitise import sanitised_text
from bot.safety import context

if TYPE_CHECKING:
    from rasa.core.agent import Agent

_BEFORE = (context.previous_text, context.recent_text)


class Reading(BaseModel):
    """What the bot makes of one message.

    Attributes:
        top_level: the intent, `nlu_fallback` when the message counts as not understood.
        label: the full label.
        confidence: of the intent, 0 to 1.
        label_confidence: of the full label, 0 to 1.
        tier: `none`, `check` or `emergency`.
        score: danger score, 0 to 1.
        crisis_tier: `none`, `check` or `crisis`.
        crisis_score: 0 to 1.
        evidence: the log-odds that the danger score was made of, by name.
    """

    model_config = ConfigDict(frozen=True)
    top_level: str
    label: str
    confidence: float
    label_confidence: float
    tier: str
    score: float
    crisis_tier: str
    crisis_score: float
    evidence: dict[str, float] = {}


class Judged(BaseModel):
    """An example, and what the bot made of it."""

    model_config = ConfigDict(frozen=True)
    example: Example
    reading: Reading


class Judge:
    """Reads messages with one model; a text that comes again is not parsed again."""

    def __init__(self, agent: Agent) -> None:
        """Use a loaded agent; `open_judge` loads one."""
        self._agent = agent
        self._known: dict[tuple[str, str], Reading] = {}

    async def read(self, text: str, previous: str = "") -> Reading:
        """What the bot makes of a message, given what the same person typed just before."""
        # By what is parsed, as the gateway hands it on: invisible characters are gone by then.
        sent = sanitised_text(text)[0] or "?"
        if (previous, sent) not in self._known:
            tokens = [(one, one.set(previous)) for one in _BEFORE]
            with warnings.catch_warnings():
                # Rasa's warnings quote messages.
                warnings.simplefilter("ignore")
                parsed = await self._agent.parse_message(sent)
            for one, token in tokens:
                one.reset(token)
            self._known[previous, sent] = reading_of(parsed)
        return self._known[previous, sent]


async def open_judge(model: Path) -> Judge:
    """Load a model."""
    # Imported here because it takes two seconds.
    from rasa.core.agent import load_agent  # noqa: PLC0415

    keep_quiet()
    return Judge(await load_agent(str(model)))


def without_answers(agent: Agent) -> Agent:
    """The same loaded agent, but it looks for no answers in the messages that it parses.

    A reading holds nothing of them, and to find them takes more than half of the time.
    """
    # Imported here because Rasa takes two seconds.
    from bot.nlu.answer_finder import AnswerFinder  # noqa: PLC0415
    from bot.rasa_adapters.lean_rasa import OrderedRunner  # noqa: PLC0415

    rest = copy.copy(agent)
    rest.processor = copy.copy(agent.processor)
    rest.processor.graph_runner = OrderedRunner.of(agent.processor.graph_runner).without(
        AnswerFinder
    )
    return rest


def keep_quiet() -> None:
    """Let Rasa print errors only: unconfigured, it would print every message."""
    # Imported here because it takes two seconds.
    from rasa.utils.log_utils import configure_structlog  # noqa: PLC0415

    configure_structlog(logging.ERROR)


async def judge_all(reader: Judge, examples: Iterable[Example]) -> list[Judged]:
    """Read each example with a model that is already loaded."""
    return [
        Judged(example=example, reading=await reader.read(example.text)) for example in examples
    ]


def reading_of(parsed: Mapping[str, Any]) -> Reading:
    """The parts of Rasa's parse data that are measured."""
    danger = parsed.get(DANGER) or {}
    return Reading(
        top_level=parsed["intent"]["name"],
        label=full_label(parsed) or "",
        confidence=parsed["intent"]["confidence"],
        label_confidence=_label_confidence(parsed),
        tier=danger_tier(parsed),
        score=danger.get("score", 0.0),
        crisis_tier=crisis_tier(parsed),
        crisis_score=danger.get("crisis_score", 0.0),
        evidence=danger.get("evidence") or {},
    )


def _label_confidence(parsed: Mapping[str, Any]) -> float:
    """How sure the bot is of the full label: of its top level, times the topic's share of it.

    Where the classifier decides, that is its probability of the label. Where the net overrules it,
    the top level's confidence is the net's score, and the classifier only tells which topic of it.
    """
    name, confidence = parsed["intent"]["name"], parsed["intent"]["confidence"]
    selected = (parsed.get(RESPONSE_SELECTOR) or {}).get(name)
    ranking = {one["name"]: one["confidence"] for one in parsed.get("intent_ranking") or []}
    if not selected or not ranking.get(name):
        return confidence
    return confidence * min(1.0, selected["response"]["confidence"] / ranking[name])
