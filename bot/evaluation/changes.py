"""What happens to the bot's reading when a message is changed: swaps and perturbations.

A swap (another sex, another relation) must change nothing. A perturbation (typing slips, capitals,
one message sent as two) may not hide an emergency.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.content.labels import top_level
from bot.evaluation.judge import Judge, Judged, Reading
from bot.evaluation.metrics import Share, share
from bot.evaluation.perturb import Perturbation
from bot.evaluation.swaps import Swap
from bot.evaluation.totals import got_emergency, is_emergency

# How often each message is perturbed: a slip may hit the word that counts, or any other.
DRAWS = 3
# What is about somebody. "yes" or nonsense has nobody in it to be swapped.
_ABOUT_SOMEBODY = ("emergency", "crisis", "reporting", "advice", "safe_now")


@dataclass(frozen=True)
class Swapped:
    """A message whose words were swapped, and what the bot made of both."""

    before: Judged
    text: str
    after: Reading

    @property
    def unchanged(self) -> bool:
        """Whether top level, label and danger tier are the same."""
        return self.same_tier and (self.before.reading.top_level, self.before.reading.label) == (
            self.after.top_level,
            self.after.label,
        )

    @property
    def same_tier(self) -> bool:
        """Whether the danger tier is the same."""
        return self.before.reading.tier == self.after.tier


async def swap_all(
    reader: Judge,
    judged: Sequence[Judged],
    swaps: Mapping[str, Swap],
    most: int | None = None,
) -> dict[str, list[Swapped]]:
    """Apply each swap to the messages that are about somebody and that it fits.

    The seed is the message's place in the set. Of the messages about somebody at most `most` are
    looked at, from all over the set; None for all.
    """
    about_somebody = [
        (seed, one)
        for seed, one in enumerate(judged)
        if top_level(one.example.label) in _ABOUT_SOMEBODY
    ]
    chosen = [about_somebody[place] for place in _spread(len(about_somebody), most)]
    found: dict[str, list[Swapped]] = {}
    for name, swap in swaps.items():
        found[name] = []
        for seed, one in chosen:
            text = swap(one.example.text, seed)
            if text is not None and text != one.example.text:
                found[name].append(Swapped(one, text, await reader.read(text)))
    return found


def swap_totals(found: Mapping[str, Sequence[Swapped]]) -> dict[str, dict[str, Any]]:
    """For each swap the share of messages that it left as they were."""
    return {
        name: {
            "unchanged": share(items, lambda one: one.unchanged).as_dict(),
            "same_tier": share(items, lambda one: one.same_tier).as_dict(),
        }
        for name, items in found.items()
    }


async def perturb_all(
    reader: Judge,
    judged: Sequence[Judged],
    perturbations: Mapping[str, Perturbation],
    most: int | None = None,
) -> dict[str, dict[str, Any]]:
    """Recall of the emergencies under each perturbation, in `DRAWS` draws of each.

    With `most` at most so many are looked at, from all over the set, in one draw of each: as many
    draws of fewer emergencies would tell less, for those of one message are alike. The seeds follow
    from the emergency's place among all, so a part of them is changed as in the whole. A
    perturbation that gives several parts (one message sent as two) counts as noticed when
    any part gets the emergency answer, as in a conversation. A draw that left the message as it was
    tells nothing of the perturbation and does not count.

    Returns:
        By name: `draws`, and of those that changed the message `recall`, `recall_with_check`, and
        `points`: percentage points of recall lost (below 0) or won against the same messages as
        they were.
    """
    emergencies = [one for one in judged if is_emergency(one)]
    drawn = [
        (place + draw * len(emergencies), emergencies[place])
        for number, place in enumerate(_spread(len(emergencies), most))
        for draw in (range(DRAWS) if most is None else [number % DRAWS])
    ]
    table = {}
    for name, perturbation in perturbations.items():
        changed, tiers = [], []
        for seed, one in drawn:
            parts = perturbation(one.example.text, seed)
            if parts == (one.example.text,):
                continue
            before = ("", *parts)
            changed.append(one)
            tiers.append(
                {(await reader.read(*pair)).tier for pair in zip(parts, before, strict=False)}
            )
        unperturbed = share(changed, got_emergency)
        table[name] = {"draws": len(drawn), **_perturbed(tiers, unperturbed)}
    return table


def _spread(number: int, most: int | None) -> list[int]:
    """At most `most` places of `number`, evenly from all over them; None for all."""
    if most is None or most >= number:
        return list(range(number))
    return [place * number // most for place in range(most)]


def _perturbed(tiers: Sequence[set[str]], unperturbed: Share) -> dict[str, Any]:
    recall = share(tiers, lambda found: "emergency" in found)
    lost = None
    if recall.value is not None and unperturbed.value is not None:
        lost = round(100 * (recall.value - unperturbed.value), 1)
    return {
        "recall": recall.as_dict(),
        "recall_with_check": share(tiers, lambda found: found != {"none"}).as_dict(),
        "points": lost,
    }
