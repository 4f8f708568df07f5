"""Vectors of the pretrained encoder as published, for benchmarks/designs.py to compare with.

Run in the encoder's environment: reads JSON, a list of texts, from the file named first, and writes
one vector for each to the second (NumPy): the mean of its token vectors, scaled to length 1.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from transformers import AutoModel, AutoTokenizer

from bot.safety.normalise import normalise
from training.build import pretrained
from training.model import BATCH, MAX_TOKENS, THREADS


def main(texts_file: str, vectors_file: str) -> None:
    """Read the texts, write their vectors in the same order."""
    torch.set_num_threads(THREADS)
    texts = [normalise(text) for text in json.loads(Path(texts_file).read_text(encoding="utf-8"))]
    with tempfile.TemporaryDirectory() as folder:
        weights = pretrained(Path(folder))
        tokenizer = AutoTokenizer.from_pretrained(weights)
        network = AutoModel.from_pretrained(weights).eval()
    # Of about the same length together: little padding.
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    vectors = np.zeros((len(texts), network.config.hidden_size), dtype=np.float32)
    for start in range(0, len(order), BATCH):
        batch = order[start : start + BATCH]
        tokens = tokenizer(
            [texts[place] for place in batch],
            padding=True,
            truncation=True,
            max_length=MAX_TOKENS,
            return_tensors="pt",
        )
        with torch.no_grad():
            hidden = network(**tokens).last_hidden_state
        weight = tokens["attention_mask"].unsqueeze(-1).float()
        mean = (hidden * weight).sum(1) / weight.sum(1)
        vectors[batch] = torch.nn.functional.normalize(mean, dim=1).numpy()
    np.save(vectors_file, vectors)


if __name__ == "__main__":
    main(*sys.argv[1:])
