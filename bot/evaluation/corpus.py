"""Describes the training messages: how many, how varied, how alike.

docs/evaluation.md defines each figure.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from spacy.lang.en.stop_words import STOP_WORDS

from bot.content.labels import top_level
from bot.evaluation.sets import BLIND, SETS, texts
from bot.evaluation.similarity import Similarity
from bot.nlu.corpus import Message, corpus
from bot.settings import ROOT

REPORT = ROOT / "reports" / "corpus.json"
# Above: a near duplicate.
NEAR = 0.9
_ALIKE = 0.8
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# Shorter messages have hardly any skeleton to tell apart.
_LEAST_WORDS = 4
_PERCENTILES = (5, 25, 50, 75, 95, 100)
# Shorter messages ("thank you") stand in any collection.
LONG_ENOUGH = 25


def opening(text: str) -> str:
    """The first two words, in small letters."""
    return " ".join(_WORD.findall(text.lower())[:2])


def skeleton(text: str) -> str | None:
    """The function words of a message in their order, and `*` for each run of other words.

    "he is sat outside my house" is "he is * my *". None for messages of fewer than four words.
    """
    words = [word.replace("’", "'") for word in _WORD.findall(text.lower())]
    if len(words) < _LEAST_WORDS:
        return None
    kept: list[str] = []
    for word in words:
        if _is_function_word(word):
            kept.append(word)
        elif not kept or kept[-1] != "*":
            kept.append("*")
    return " ".join(kept)


def _is_function_word(word: str) -> bool:
    """By spaCy's list; "he's" and "didn't" count as "he" and "did" do."""
    return word.partition("'")[0] in STOP_WORDS or word.endswith("n't")


def describe(messages: Sequence[Message], sets: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Everything the report says.

    Args:
        messages: the corpus.
        sets: texts of the evaluation sets, by name. Nothing in the result is, or is like, a text of
            the blind set.
    """
    texts = [one.text for one in messages]
    alike = Similarity(texts, **sets)
    labels = Counter(one.label for one in messages)
    tops = Counter(top_level(one.label) for one in messages)
    skeletons = [found for text in texts if (found := skeleton(text)) is not None]
    return {
        "messages": len(messages),
        "emergencies": tops["emergency"],
        "near_misses": sum(one.near_miss for one in messages),
        "by_top_level": dict(tops.most_common()),
        "by_label": dict(labels.most_common()),
        "distinct_openings": _distinct([opening(text) for text in texts]),
        "distinct_skeletons": _distinct(skeletons),
        "most_common_openings": dict(Counter(map(opening, texts)).most_common(10)),
        "words": _lengths(texts),
        "near_duplicates": _near_duplicates(messages, alike),
        "overlap": {name: _overlap(name, group, alike) for name, group in sets.items()},
    }


def _distinct(values: Sequence[str]) -> float | None:
    return round(len(set(values)) / len(values), 4) if values else None


def _lengths(texts: Sequence[str]) -> dict[str, float]:
    counts = [len(text.split()) for text in texts]
    spread = {f"p{at}": float(np.percentile(counts, at)) for at in _PERCENTILES}
    return {"mean": round(float(np.mean(counts)), 1), **spread}


def _near_duplicates(messages: Sequence[Message], alike: Similarity) -> dict[str, Any]:
    pairs = sorted(alike.pairs(NEAR), reverse=True)
    involved = {place for _, *both in pairs for place in both}
    return {
        "pairs": len(pairs),
        "share_of_messages": round(len(involved) / len(messages), 4),
        "list": [
            {
                "similarity": round(value, 3),
                "messages": [f"{messages[place].label}: {messages[place].text}" for place in both],
            }
            for value, *both in pairs
        ],
    }


def _overlap(name: str, group: Sequence[str], alike: Similarity) -> dict[str, Any]:
    nearest = alike.nearest(name, _ALIKE)
    longer = [place for place, text in enumerate(group) if len(text) > LONG_ENOUGH]
    found = {
        **_counts(name, range(len(group)), nearest, alike),
        "longer": _counts(name, longer, nearest, alike),
    }
    if name != BLIND:
        found["list"] = [text for at, text in enumerate(group) if nearest.get(at, 0.0) > NEAR]
    return found


def _counts(
    name: str, places: Sequence[int], nearest: Mapping[int, float], alike: Similarity
) -> dict[str, Any]:
    values = [nearest[place] for place in places if place in nearest]
    return {
        "messages": len(places),
        "largest": round(max(values) if values else alike.largest(name, places), 3),
        "above_0.9": sum(value > NEAR for value in values),
        "above_0.8": sum(value > _ALIKE for value in values),
    }


def write_report() -> dict[str, Any]:
    """Describe the corpus, write reports/corpus.json and return what stands in it."""
    found = describe(corpus(), {name: texts(name) for name in SETS})
    REPORT.parent.mkdir(exist_ok=True)
    text = json.dumps(found, indent=1, ensure_ascii=False)
    REPORT.write_text(text + "\n", encoding="utf-8")
    return found


def summary(found: Mapping[str, Any]) -> Iterator[str]:
    """The main figures as lines for the terminal."""
    labels, words, twins = found["by_label"], found["words"], found["near_duplicates"]
    spread = ", ".join(f"{name} {value:g}" for name, value in words.items() if name != "mean")
    for name, value in (
        ("Messages", found["messages"]),
        ("Emergencies", found["emergencies"]),
        ("Near misses", found["near_misses"]),
        ("Labels", f"{len(labels)}, the smallest with {min(labels.values())} messages"),
        ("Distinct openings", found["distinct_openings"]),
        ("Distinct skeletons", found["distinct_skeletons"]),
        ("Words", f"mean {words['mean']:g}, {spread}"),
        ("Near duplicates", f"{twins['pairs']} pairs, {twins['share_of_messages']} of messages"),
        *((f"Overlap, {name}", _overlap_line(row)) for name, row in found["overlap"].items()),
    ):
        yield f"{name:22} {value}"
    for top, count in found["by_top_level"].items():
        yield f"  {top:20} {count:5}"


def _overlap_line(row: Mapping[str, Any]) -> str:
    whole, longer = (
        f"nearest {part['largest']}, {part['above_0.9']} above 0.9, {part['above_0.8']} above 0.8"
        for part in (row, row["longer"])
    )
    return f"{whole}; over {LONG_ENOUGH} characters: {longer}"
