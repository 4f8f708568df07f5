"""Designs of the classifier compared on the same sets; totals only.

    make designs
    make designs DIET=FOLDER

All learn from data/nlu/. "N-grams" and "encoder" are the two models of the product, each alone;
"frozen encoder" is the pretrained encoder as published with logistic regression over the labels;
"product" is the whole pipeline with its thresholds. The others answer with their best label.
AUC tells how well a design's probability of danger ranks, and the last columns what 97 % recall
would cost.

DIET: Rasa's default pipeline needs TensorFlow, so it is run elsewhere. FOLDER holds what it
answered, `diet_development.jsonl` and `diet_blind.jsonl`, a JSON object a line:
{"i": place in the set, from 0, "intent": its answer, "confidence": 0 to 1, "danger": 0 to 1,
"nlu_ms": milliseconds}, as benchmarks/stock/predict.py writes it. The intent is a full label, or a
top level, which leaves label accuracy open.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from bot.content.labels import top_level
from bot.evaluation.judge import judge_all, open_judge
from bot.evaluation.sets import SETS, Example, read
from bot.nlu.corpus import corpus
from bot.nlu.encoder import Encoder
from bot.nlu.label_classifier import LabelClassifier
from bot.nlu.ngrams import NgramModel
from bot.nlu.predictions import top_level_probabilities
from bot.safety.normalise import normalise
from bot.serving.training import ensure_model
from bot.settings import ROOT

ENCODER_PYTHON = ROOT / ".venv-encoder" / "bin" / "python"
RECALL = 0.97


@dataclass(frozen=True)
class Answer:
    """What a design makes of a message.

    Attributes:
        top: the top level.
        label: the full label; None when the design does not say.
        danger: probability of danger now.
    """

    top: str
    label: str | None
    danger: float


def main(diet: Path | None) -> None:
    """Run every design on both sets and print a table."""
    sets = {name: read(path) for name, path in SETS.items()}
    tables = {
        "n-grams": _ngrams(sets),
        "frozen encoder": _frozen(sets),
        "fine-tuned encoder": _encoder(sets),
        "product": _product(sets),
    }
    if diet:
        tables["Rasa's default (DIET)"] = {
            name: _read_diet(diet / f"diet_{name}.jsonl", len(examples))
            for name, examples in sets.items()
        }
    columns = "emergencies  near misses  others  crises  top level  labels    AUC  near  others"
    print(f"{'':36}{columns}")
    for name, examples in sets.items():
        for design, answers in tables.items():
            print(f"{name:12} {design:22} {_row(examples, answers[name])}")


def _row(examples: Sequence[Example], answers: Sequence[Answer]) -> str:
    tops = np.array([top_level(one.label) for one in examples])
    found = np.array([one.top for one in answers])
    near = np.array([one.near_miss for one in examples])
    emergency = tops == "emergency"
    alarm = found == "emergency"
    shares = [
        alarm[emergency].mean(),
        alarm[near & ~emergency].mean(),
        alarm[~near & ~emergency].mean(),
        (found == "crisis")[tops == "crisis"].mean(),
        (found == tops).mean(),
    ]
    if answers[0].label is None:
        label = "-"
    else:
        right = [one.label == meant.label for one, meant in zip(answers, examples, strict=True)]
        label = f"{100 * np.mean(right):.1f}"
    cells = "".join(
        f"{100 * share:{width}.1f}" for share, width in zip(shares, (11, 13, 8, 8, 11), strict=True)
    )
    return f"{cells}{label:>8}{_ranking(answers, emergency, near)}"


def _ranking(answers: Sequence[Answer], emergency: np.ndarray, near: np.ndarray) -> str:
    scores = np.array([one.danger for one in answers])
    needed = int(np.ceil(RECALL * emergency.sum()))
    alarm = scores >= np.sort(scores[emergency])[::-1][needed - 1]
    costs = [alarm[group & ~emergency].mean() for group in (near, ~near)]
    return f"{roc_auc_score(emergency, scores):7.4f}{100 * costs[0]:6.1f}{100 * costs[1]:8.1f}"


Tables = dict[str, list[Answer]]
Sets = dict[str, list[Example]]


def _best(probabilities: dict[str, float]) -> Answer:
    label = max(probabilities, key=lambda name: probabilities[name])
    danger = top_level_probabilities(probabilities)["emergency"]
    return Answer(top_level(label), label, danger)


def _ngrams(sets: Sets) -> Tables:
    learned = corpus()
    model = NgramModel.fit(
        [one.text for one in learned],
        [one.label for one in learned],
        **LabelClassifier.get_default_config(),
    )
    return {
        name: [_best(model.probabilities(normalise(one.text))) for one in examples]
        for name, examples in sets.items()
    }


def _encoder(sets: Sets) -> Tables:
    encoder = Encoder()

    def answer(text: str) -> Answer:
        found = encoder.encode(normalise(text)).labels
        return _best({label: float(np.exp(value)) for label, value in found.items()})

    return {name: [answer(one.text) for one in examples] for name, examples in sets.items()}


def _frozen(sets: Sets) -> Tables:
    learned = corpus()
    texts = [one.text for one in learned]
    for examples in sets.values():
        texts += [one.text for one in examples]
    vectors = _vectors(texts)
    regression = LogisticRegression(C=10.0, max_iter=300)
    regression.fit(vectors[: len(learned)], [one.label for one in learned])
    tables, place = {}, len(learned)
    for name, examples in sets.items():
        shares = regression.predict_proba(vectors[place : place + len(examples)])
        place += len(examples)
        tables[name] = [
            _best(dict(zip(regression.classes_, row.tolist(), strict=True))) for row in shares
        ]
    return tables


def _vectors(texts: Sequence[str]) -> np.ndarray:
    if not ENCODER_PYTHON.exists():
        raise SystemExit("The encoder's environment is missing: run this as `make designs`")
    with tempfile.TemporaryDirectory() as folder:
        texts_file, vectors_file = Path(folder) / "texts.json", Path(folder) / "vectors.npy"
        texts_file.write_text(json.dumps(list(texts)), encoding="utf-8")
        subprocess.run(  # noqa: S603
            [ENCODER_PYTHON, "-m", "training.frozen", texts_file, vectors_file],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_WAIT_POLICY": "PASSIVE"},
            check=True,
        )
        return np.load(vectors_file)


def _product(sets: Sets) -> Tables:
    async def read_all() -> Tables:
        reader = await open_judge(ensure_model())
        tables = {}
        for name, examples in sets.items():
            judged = await judge_all(reader, examples)
            tables[name] = [
                Answer(one.reading.top_level, one.reading.label, one.reading.score)
                for one in judged
            ]
        return tables

    return asyncio.run(read_all())


def _read_diet(path: Path, messages: int) -> list[Answer]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if [row["i"] for row in rows] != list(range(messages)):
        raise SystemExit(f"{path} does not hold one prediction for each of {messages} messages")
    full = any("/" in row["intent"] for row in rows)
    return [
        Answer(top_level(row["intent"]), row["intent"] if full else None, row["danger"])
        for row in rows
    ]


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else None)
