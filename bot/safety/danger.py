"""Judges danger for the emergency net: one calibrated score, and the tier that follows from it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from bot.safety import fusion, grammar, rules
from bot.safety.normalise import normalise
from bot.safety.people import neutralise_identity
from bot.safety.spelling import mend
from bot.safety.thresholds import Thresholds, thresholds

Tier = Literal["none", "check", "emergency"]
CrisisTier = Literal["none", "check", "crisis"]
_TIERS: tuple[Tier, ...] = ("none", "check", "emergency")


@dataclass(frozen=True)
class ModelEvidence:
    """What the trained models say about a message, as log-odds; None if a model is missing.

    The models read the message with identities neutralised (bot/safety/people.py), so that danger
    does not depend on who is in it.
    """

    encoder: float | None = None
    ngrams: float | None = None


@dataclass(frozen=True)
class Danger:
    """The net's judgement of one message.

    Attributes:
        score: the calibrated probability that there is danger now.
        tier: `emergency` takes over the conversation; `check` gives 999 first and asks.
        evidence: the log-odds that went into the score, by name.
    """

    score: float
    tier: Tier
    evidence: dict[str, float]


@dataclass(frozen=True)
class Crisis:
    """The net's judgement of suicide or self-harm.

    Attributes:
        score: the calibrated probability that a life is at risk.
        tier: `crisis` gets the crisis reply; `check` says first whom to talk to.
        evidence: the log-odds that went into the score, by name.
    """

    score: float
    tier: CrisisTier
    evidence: dict[str, float]


NO_MODEL = ModelEvidence()


def assess(text: str, models: ModelEvidence = NO_MODEL) -> Danger:
    """Judges whether a message tells of danger now.

    If both models are present, the rules add nothing to the score. They are then a second opinion,
    used when the models see nothing.

    Args:
        text: what the person typed.
        models: what the models say; without any, the word and grammar rules decide alone.
    """
    limits = thresholds()
    evidence = {"encoder": models.encoder, "ngrams": models.ngrams}
    if None in evidence.values():
        evidence["rules"] = _by_rules(neutralise_identity(normalise(text)))
    score = fusion.probability(fusion.fusion().danger, evidence)
    if models == NO_MODEL:
        tier = _tier_by_rules(text, score)
    else:
        tier = _tier(score, limits)
        if tier == "none" and _is_second_opinion_another(neutralise_identity(normalise(text))):
            tier = "check"
    if "rules" in evidence and models != NO_MODEL:
        # One of the models is missing, so the rules also count by themselves.
        alone = fusion.probability(fusion.fusion().danger, {"rules": evidence["rules"]})
        tier = max(tier, _tier_by_rules(text, alone), key=_TIERS.index)
    if tier == "emergency" and rules.only_asks_for_help(text):
        tier = "check"
    return Danger(score, tier, _known(evidence))


def in_answer(score: float, crisis_score: float) -> tuple[Tier, CrisisTier]:
    """Returns the tiers of a message that answers the hand-over's question among other words.

    Use it only if the rules see nothing in the message. The scores are calibrated on messages in
    which danger is common. Here it is rare, but the models cannot know that, because they see
    single messages.

    Args:
        score: the usual score of danger.
        crisis_score: the usual score of suicide or self-harm.
    """
    limits = thresholds()
    score, crisis_score = (
        fusion.sigmoid(fusion.log_odds(one) + math.log(limits.answer_odds))
        for one in (score, crisis_score)
    )
    return _tier(score, limits), _crisis_tier(crisis_score, limits)


def _tier(score: float, limits: Thresholds) -> Tier:
    if score >= limits.emergency:
        return "emergency"
    return "check" if score >= limits.check else "none"


def _crisis_tier(score: float, limits: Thresholds) -> CrisisTier:
    if score >= limits.crisis:
        return "crisis"
    return "check" if score >= limits.crisis_check else "none"


def highest_score(models: ModelEvidence) -> float:
    """Returns the score that `assess` would give if the rules were as sure as they can be.

    Args:
        models: what the models say; at least one of them is missing.
    """
    evidence = {"encoder": models.encoder, "ngrams": models.ngrams, "rules": fusion.MOST_LOG_ODDS}
    return fusion.probability(fusion.fusion().danger, evidence)


def _tier_by_rules(text: str, score: float) -> Tier:
    limits = thresholds()
    if score >= limits.rules_emergency:
        return "emergency"
    read = neutralise_identity(normalise(text))
    is_near = rules.is_plain(read) or rules.may_be_near(read)
    return "check" if score >= limits.rules_check or is_near else "none"


def _is_second_opinion_another(read: str) -> bool:
    """Returns whether the rules see what the models do not.

    The grammar takes milliseconds, so it comes last.

    Args:
        read: the message with identities neutralised.
    """
    limits = thresholds()
    if rules.may_be_near(read):
        return True
    if _by_words(read) < limits.rules_words:
        return False
    danger = fusion.fusion().danger
    return fusion.probability(danger, {"rules": _by_rules(read)}) >= limits.rules_emergency


def is_either_seen(text: str, previous: str = "") -> bool:
    """Returns whether the net's rules see danger or a crisis in a message.

    Args:
        text: what was typed.
        previous: what was typed just before, which may hold the other half of a cry for help.
    """
    # Judge the message by itself too, as some words are danger only as a whole message. Judge it
    # with its slips mended as well.
    typed = normalise(text)
    mended = mend(typed)
    texts = [text]
    if mended != typed:
        texts.append(mended)
    if previous:
        texts.append(f"{previous} {text}")
    return any(is_danger_seen(one) or is_crisis_seen(one) for one in texts)


def is_danger_seen(text: str) -> bool:
    """Returns whether the rules alone see danger; when in doubt, they do."""
    return assess(text).tier != "none"


def is_crisis_seen(text: str) -> bool:
    """Returns whether the rules alone see that a life may be at risk."""
    return assess_crisis(text).tier != "none"


def may_be(text: str) -> bool:
    """Returns whether a message may tell of danger, by its words alone.

    This is for a message that is refused; when in doubt, its reply begins with 999. It takes two
    milliseconds for a message of the usual length and forty for the longest, less than half of what
    the grammar takes.
    """
    read = neutralise_identity(normalise(text))
    found = rules.find(read)
    if found.cues or rules.has_cue_beside(text, read) or rules.may_be_near(read):
        return True
    return _by_words(read, found) >= thresholds().rules_refused


def _by_words(read: str, found: rules.RuleFindings | None = None) -> float:
    """Returns the log-odds of danger by the rules without the grammar.

    Args:
        read: the message with identities neutralised.
        found: what the word rules saw in it, if that is known already.
    """
    cues = _cues(found or rules.find(read))
    words = dict.fromkeys(grammar.NAMES, 0.0) | grammar.word_features(read) | cues
    return fusion.fusion().rules.log_odds(words)


def _by_rules(read: str) -> float:
    return fusion.fusion().rules.log_odds(_features(read))


def assess_crisis(text: str, models: ModelEvidence = NO_MODEL) -> Crisis:
    """Judges whether a life is at risk from suicide or self-harm.

    Args:
        text: what the person typed.
        models: what the models say; without any, plain words decide alone.
    """
    limits = thresholds()
    evidence = {
        "encoder": models.encoder,
        "ngrams": models.ngrams,
        "words": 1.0 if rules.crisis_cue(text) else 0.0,
    }
    if models == NO_MODEL and rules.tells_harm_done(text):
        evidence["words"] = 1.0
    score = fusion.probability(fusion.fusion().crisis, evidence)
    if models == NO_MODEL:
        tier: CrisisTier = "crisis" if evidence["words"] else "none"
    else:
        tier = _crisis_tier(score, limits)
        if tier == "none" and evidence["words"]:
            tier = "check"
    return Crisis(score, tier, _known(evidence))


def rule_features(text: str) -> dict[str, float]:
    """Returns what the word rules and the grammar see in a message: small numbers by name."""
    return _features(neutralise_identity(normalise(text)))


def _features(read: str) -> dict[str, float]:
    return {**grammar.features(read), **_cues(rules.find(read))}


def _cues(found: rules.RuleFindings) -> dict[str, float]:
    return {"cues": float(found.cues), "not_now_signs": float(found.not_now)}


def _known(evidence: dict[str, float | None]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in evidence.items() if value is not None}
