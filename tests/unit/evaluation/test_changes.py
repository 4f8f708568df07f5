"""Swapped and perturbed messages are compared with the messages as they were."""

from __future__ import annotations

import asyncio

import pytest

from bot.evaluation.changes import DRAWS, perturb_all, swap_all, swap_totals
from tests.unit.evaluation.judged import judged, reading


class Words:
    """A reader that goes by words: "knife" is an emergency, "outside" a check."""

    async def read(self, text, previous=""):
        if "knife" in text:
            return reading("emergency/weapon", "emergency")
        if "outside" in text:
            return reading("advice/law", "check")
        return reading("advice/men" if "she" in text.split() else "advice/law")


def read(text, label):
    got = asyncio.run(Words().read(text))
    return judged(label, got.label, got.tier, text=text)


MESSAGES = [
    read("he has a knife", "emergency/weapon"),
    read("he phones me", "advice/law"),
    read("nobody there", "advice/law"),
]


def to_she(text, seed):
    return text.replace("he ", "she ", 1) if text.startswith("he ") else None


def swapped(swap):
    return asyncio.run(swap_all(Words(), MESSAGES, {"sex": swap}))


def test_a_swap_counts_only_the_messages_it_fits():
    totals = swap_totals(swapped(to_she))["sex"]
    assert (totals["unchanged"]["hits"], totals["unchanged"]["of"]) == (1, 2)
    assert (totals["same_tier"]["hits"], totals["same_tier"]["of"]) == (2, 2)


def test_a_swap_that_changes_the_tier_is_seen():
    (knife, _) = swapped(lambda text, seed: text.replace("knife", "spoon") + "!")["sex"][:2]
    assert not knife.same_tier
    assert not knife.unchanged


def test_a_swap_that_changes_no_text_is_not_counted():
    assert swapped(lambda text, seed: text) == {"sex": []}


def test_a_message_about_nobody_is_not_swapped():
    greeting = read("he llo", "greet")
    assert asyncio.run(swap_all(Words(), [greeting], {"sex": to_she})) == {"sex": []}


def test_the_seed_is_the_place_in_the_set():
    seeds = []
    swapped(lambda text, seed: seeds.append(seed))
    assert seeds == [0, 1, 2]


def test_one_in_so_many_messages_may_do():
    found = asyncio.run(
        swap_all(Words(), MESSAGES, {"louder": lambda text, seed: f"{text}! {seed}"}, every=2)
    )
    assert [one.text for one in found["louder"]] == ["he has a knife! 0", "nobody there! 2"]


def perturbed(perturbation):
    messages = [*MESSAGES, read("knife! outside", "emergency/weapon")]
    return asyncio.run(perturb_all(Words(), messages, {"change": perturbation}))["change"]


def test_lost_recall_is_given_in_points():
    found = perturbed(lambda text, seed: (text.replace("knife", "k n i f e"),))
    assert (found["recall"]["hits"], found["recall"]["of"]) == (0, 2 * DRAWS)
    assert found["recall_with_check"]["hits"] == DRAWS
    assert found["points"] == -100
    assert found["changed"] == 2 * DRAWS


def test_each_message_is_drawn_with_seeds_of_its_own():
    seeds = []

    def note(text, seed):
        seeds.append(seed)
        return (text,)

    perturbed(note)
    assert sorted(seeds) == list(range(2 * DRAWS))


@pytest.mark.parametrize("parts", [("knife", "calm"), ("calm", "knife")])
def test_one_message_sent_as_two_is_noticed_by_either(parts):
    found = perturbed(lambda text, seed: parts)
    assert found["recall"]["value"] == 1
    assert found["points"] == 0


def test_an_untouched_message_does_not_count_as_changed():
    assert perturbed(lambda text, seed: (text,))["changed"] == 0
