"""The same message of other people, as the encoder is shown it."""

from __future__ import annotations

import random

from bot.safety.people import neutralise_identity
from training.other_people import of_other_relation, of_other_sex, who


def test_the_other_sex_and_back():
    there = of_other_sex("he hit her and she left his house")
    assert there == "she hit him and he left her house"
    assert of_other_sex(there) == "he hit her and she left his house"


def test_another_relation_stays_a_relation():
    draw = random.Random(3)  # noqa: S311 - no secret
    changed = of_other_relation("my neighbour is here", draw)
    assert changed.startswith("my ")
    assert changed.endswith(" is here")
    assert neutralise_identity(changed) == "my ex is here"


def test_a_sentence_about_who_it_is_falls_away_again():
    draw = random.Random(3)  # noqa: S311 - no secret
    for _ in range(50):
        assert neutralise_identity(f"{who(draw)} he is at the door") == "he is at the door"
