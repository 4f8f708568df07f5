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


def test_some_messages_from_all_over_the_set_may_do():
    messages = [*MESSAGES, read("he texts me", "advice/law")]
    found = asyncio.run(
        swap_all(Words(), messages, {"louder": lambda text, seed: f"{text}! {seed}"}, most=2)
    )
    assert [one.text for one in found["louder"]] == ["he has a knife! 0", "nobody there! 2"]


TWO_EMERGENCIES = [*MESSAGES, read("knife! outside", "emergency/weapon")]


def perturbed(perturbation, messages=TWO_EMERGENCIES, most=None):
    return asyncio.run(perturb_all(Words(), messages, {"change": perturbation}, most))["change"]


def test_lost_recall_is_given_in_points():
    found = perturbed(lambda text, seed: (text.replace("knife", "k n i f e"),))
    assert (found["recall"]["hits"], found["recall"]["of"]) == (0, 2 * DRAWS)
    assert found["recall_with_check"]["hits"] == DRAWS
    assert found["points"] == -100
    assert found["draws"] == 2 * DRAWS


def test_each_message_is_drawn_with_seeds_of_its_own():
    assert sorted(seeds_of()) == list(range(2 * DRAWS))


def seeds_of(**how):
    seeds = []

    def note(text, seed):
        seeds.append(seed)
        return (text,)

    perturbed(note, **how)
    return seeds


def test_some_emergencies_from_all_over_the_set_may_do_with_draws_of_the_whole():
    messages = [read(f"knife {place}", "emergency/weapon") for place in range(10)]
    assert seeds_of(messages=messages, most=4) == [0, 2 + 10, 5 + 20, 7]
    assert len(seeds_of(messages=messages, most=99)) == 10


@pytest.mark.parametrize("parts", [("knife", "calm"), ("calm", "knife")])
def test_one_message_sent_as_two_is_noticed_by_either(parts):
    found = perturbed(lambda text, seed: parts)
    assert found["recall"]["value"] == 1
    assert found["points"] == 0


def test_a_draw_that_changed_nothing_does_not_count():
    found = perturbed(lambda text, seed: (text.replace("knife!", "calm"),))
    assert found["draws"] == 2 * DRAWS
    assert (found["recall"]["hits"], found["recall"]["of"]) == (0, DRAWS)
    assert found["recall_with_check"]["of"] == DRAWS
    assert found["points"] == -100


def test_lost_recall_is_that_of_the_messages_that_were_changed():
    missed = judged("emergency/weapon", "advice/law", "none", text="he is here")
    found = perturbed(
        lambda text, seed: (f"{text} now",) if "knife" in text else (text,),
        [*TWO_EMERGENCIES, missed],
    )
    assert found["points"] == 0


def test_where_no_draw_changed_anything_nothing_is_measured():
    found = perturbed(lambda text, seed: (text,))
    assert found["recall"]["of"] == 0
    assert found["points"] is None
