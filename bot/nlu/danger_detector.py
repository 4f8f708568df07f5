"""Runs the emergency net as the last component of the pipeline. It alone decides `emergency`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from bot.content.labels import ANSWER, DANGER, LABELS, LONGEST_WHOLE, TURN
from bot.nlu.encoder import ENCODED_NEUTRAL, Encoded, encoder
from bot.nlu.label_classifier import NGRAM_TOP_LEVELS
from bot.nlu.predictions import report
from bot.nlu.readings import LONGEST_PIECE, readings
from bot.safety import clauses, context, danger, rules
from bot.safety.danger import Crisis, Danger, ModelEvidence
from bot.safety.fusion import fusion, log_odds
from bot.safety.normalise import normalise
from bot.safety.people import neutralise_identity
from bot.safety.thresholds import thresholds

EMERGENCY = "emergency"
CRISIS = "crisis"
# Both in words. A message of up to _SHORT words may be the second half of a cry for help. Its first
# half may be the last _END words typed before: "... texts only please", "my ex", "is here".
_SHORT, _END = 4, 3
_OFF_TOPIC = "out_of_scope/off_topic"
# Intents of a message that answers the bot.
PLAIN_ANSWERS = ("affirm", "deny", "safe_now")
_NOTHING = Danger(0.0, "none", {})
_GRAVITY = {"none": 0, "check": 1, EMERGENCY: 2, CRISIS: 2}

Judged = TypeVar("Judged", Danger, Crisis)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class DangerDetector(GraphComponent):
    """Overrules the intent if there is danger now or a life at risk; nothing overrules it."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DangerDetector:
        """Creates the component, and loads the grammar parser now, not with the first message."""
        clauses.PARSER.get()
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets `danger` on each message, and the intent if danger decides it."""
        for message in messages:
            self._decide(message)
        return messages

    def _decide(self, message: Message) -> None:
        text, limits = message.get(TEXT) or "", thresholds()
        judged = _gravest(danger.assess, message, EMERGENCY)
        if judged.tier != EMERGENCY and not _is_plain_answer(message):
            joined = _with_previous(text)
            # Only if it is sure: two whole messages read as one often sound a little strange.
            judged = joined if joined.score >= limits.pieces else judged
        crisis = _gravest(danger.assess_crisis, message, CRISIS)
        if crisis.tier == "none" and _is_like_a_crisis(message):
            crisis = replace(crisis, tier="check")
        crisis = _unless_denied(crisis, message)
        if _is_like_no_danger(message, judged) and not danger.is_danger_seen(text):
            judged = replace(judged, tier="check")
        if _is_off_topic(message):
            # A bin that was not emptied needs no question about safety. "I heard a noise outside"
            # does: danger is as likely as in any message, or the rules see it.
            is_rare = (
                judged.tier == "check"
                and judged.score < fusion().base_rates["danger"]
                and not danger.is_danger_seen(text)
            )
            judged = replace(judged, tier="none") if is_rare else judged
            crisis = replace(crisis, tier="none") if crisis.tier == "check" else crisis
        both = (judged.tier, crisis.tier) == (EMERGENCY, CRISIS)
        if both and judged.score < limits.first_of_both:
            # The reply to a crisis leads to 999 too.
            judged = replace(judged, tier="check")
        turn = context.current()
        turn.danger, turn.crisis = judged.tier, crisis.tier
        message.set(
            DANGER,
            {
                "score": judged.score,
                "tier": judged.tier,
                "evidence": judged.evidence,
                "crisis": crisis.tier,
                "crisis_score": crisis.score,
                "crisis_evidence": crisis.evidence,
            },
            add_to_output=True,
        )
        if judged.tier == EMERGENCY and not both:
            report(message, EMERGENCY, judged.score)
        elif crisis.tier == CRISIS:
            report(message, CRISIS, crisis.score)
        elif (message.get(INTENT) or {}).get(INTENT_NAME_KEY) in (EMERGENCY, CRISIS):
            _take_next_best(message)


def _is_like_no_danger(message: Message, judged: Danger) -> bool:
    """Returns whether the models are not sure of an emergency, and chats show none like it.

    "They've just rung, they've got him" has the words of danger. Then it is asked about, or one
    line with 999 comes first.
    """
    like = (message.get(TURN) or {}).get(DANGER, 1.0)
    limits = thresholds()
    # "Still waiting for them" is an answer to the bot, and like nothing by itself; in a long
    # account much calm may stand around danger.
    is_short = len((message.get(TEXT) or "").split()) <= LONGEST_WHOLE
    is_alone = is_short and not context.current().asked
    is_unsure = judged.tier == EMERGENCY and judged.score < limits.emergency_if_unlike and is_alone
    return bool(is_unsure and like < limits.like_danger)


def _is_like_a_crisis(message: Message) -> bool:
    """Returns whether chats show a life at risk in such words: "he's won. cant go on like this".

    What answers a question is like nothing by itself: "i cant do this any more" ends the questions.
    """
    read = message.get(TURN) or {}
    return ANSWER not in read and read.get(CRISIS, 0.0) >= thresholds().like_crisis


def _gravest(
    assess: Callable[[str, ModelEvidence], Judged], message: Message, top_level: str
) -> Judged:
    """Returns the graver judgement of the message as typed and as mended."""
    mended: tuple[str, ...] = readings(message).neutral[1:]
    evidence = _evidence(message, top_level, 1 + len(mended))
    texts = (message.get(TEXT) or "", *mended)
    judged = [assess(text, models) for text, models in zip(texts, evidence, strict=True)]
    return max(judged, key=lambda one: (_GRAVITY[one.tier], one.score))


def _unless_denied(crisis: Crisis, message: Message) -> Crisis:
    """Judges what a message says besides a plain denial such as "I'm not suicidal".

    If it says no more, a crisis becomes a hint.
    """
    text = message.get(TEXT) or ""
    rest = rules.without_denied_crisis(text)
    if crisis.tier == "none" or rest == text:
        return crisis
    if not rest:
        return replace(crisis, tier="check")
    return danger.assess_crisis(rest, _encoded(rest, CRISIS))


def _evidence(message: Message, top_level: str, number: int) -> list[ModelEvidence]:
    encoded: list[Encoded | None] = message.get(ENCODED_NEUTRAL) or [None] * number
    ngrams: list[dict[str, float]] = message.get(NGRAM_TOP_LEVELS) or [{}] * number
    return [
        ModelEvidence(
            encoder=one.log_odds(top_level) if one else None,
            ngrams=log_odds(other[top_level]) if top_level in other else None,
        )
        for one, other in zip(encoded, ngrams, strict=True)
    ]


def _is_plain_answer(message: Message) -> bool:
    """Returns True for a plain yes, no or "I am safe": it answers the bot and is no piece."""
    intent = message.get(INTENT) or {}
    sure = intent.get(PREDICTED_CONFIDENCE_KEY, 0.0) >= thresholds().plain_answer
    return sure and intent.get(INTENT_NAME_KEY) in PLAIN_ANSWERS


def _is_off_topic(message: Message) -> bool:
    """Returns True if the message surely has nothing to do with what the chat is for."""
    guesses = message.get(LABELS) or []
    return any(
        one["name"] == _OFF_TOPIC and one["confidence"] >= thresholds().off_topic for one in guesses
    )


def _with_previous(text: str) -> Danger:
    """Judges danger split over two short messages: "hes", then "here"."""
    previous = context.previous_text.get().split()
    words = len(text.split())
    before = [previous] if 0 < len(previous) <= LONGEST_PIECE >= words else []
    if words <= _SHORT and len(previous) > _END:
        before.append(previous[-_END:])
    judged = (_joined(f"{' '.join(one)} {text}") for one in before)
    return max(judged, key=lambda one: one.score, default=_NOTHING)


def _joined(text: str) -> Danger:
    """Judges two messages read as one; finds nothing if the result could not be sure."""
    read = neutralise_identity(normalise(text))
    models = _encoded(read, EMERGENCY)
    if danger.highest_score(models) < thresholds().pieces:
        return _NOTHING
    return danger.assess(read, models)


def _encoded(text: str, top_level: str) -> ModelEvidence:
    """What the encoder alone says of words that no component before has read."""
    loaded, read = encoder(), neutralise_identity(normalise(text))
    return ModelEvidence(encoder=loaded.encode(read).log_odds(top_level) if loaded else None)


def _take_next_best(message: Message) -> None:
    """Sets the next best intent when the classifier leaned to danger and the net does not agree.

    If the next best is too weak, the message counts as not understood. The check tier leads the
    reply either way.
    """
    others = {
        entry[INTENT_NAME_KEY]: entry[PREDICTED_CONFIDENCE_KEY]
        for entry in message.get(INTENT_RANKING_KEY) or []
        if entry[INTENT_NAME_KEY] not in (EMERGENCY, CRISIS)
    }
    best = max(others, key=lambda name: others[name], default=None)
    if best is None or others[best] < thresholds().least_next_best:
        report(message, DEFAULT_NLU_FALLBACK_INTENT_NAME, 1 - others.get(best or "", 0.0))
    else:
        report(message, best, others[best])
