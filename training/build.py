"""`make encoder`: fine-tunes the encoder on the corpus and writes data/encoder/.

Takes half an hour of two cores; without an encoder to go on from, over an hour.
Afterwards: `make calibrate`, `make eval`, and commit.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
import warnings
import zipfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from torch import nn
from transformers.activations import ACT2FN

from bot.content.answers import answers, titles
from bot.content.register import whole_register
from bot.nlu.corpus import ROOT, Message, corpus, development_set
from bot.safety.normalise import normalise
from training.asks import Asks
from training.fuse import fuse
from training.model import (
    BATCH,
    ENCODER_RATE,
    EPOCHS,
    FIRST_EPOCHS,
    LAYERS,
    MAX_TOKENS,
    SEED,
    Network,
    fine_tune,
    in_16_bits,
)

FOLDER = ROOT / "data" / "encoder"
# all-MiniLM-L6-v2 (Apache-2.0), as published; the package only carries it.
WEIGHTS_PACKAGE = "all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_INPUTS, _OUTPUTS = ("ids", "own"), ("labels", "asked")


def main() -> None:
    """Build, measure on the development set, and write the card."""
    started = time.monotonic()
    log: list[str] = []

    def say(line: str) -> None:
        log.append(line)
        print(f"{time.monotonic() - started:6.0f} s  {line}", flush=True)

    messages = corpus()
    register = whole_register()
    asks = Asks(answers(register), titles(register))
    say(f"{len(messages)} messages, {len(asks)} questions")
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        weights = pretrained(Path(folder))
        finished = FOLDER if (FOLDER / "encoder.onnx").exists() else None
        start = digest(FOLDER / "encoder.onnx") if finished else None
        network, labels = fine_tune(messages, asks, weights, say, finished)
        export(network, Path(folder) / "full.onnx", FOLDER / "encoder.onnx")
        _write_tokenizer(weights)
    metrics = _measure(labels, development_set())
    say(f"development set: {metrics}")
    _write_card(labels, log, metrics, messages, start)


def pretrained(folder: Path) -> Path:
    """Unpack the pretrained weights and check that they are the published ones.

    Raises:
        SystemExit: their package is missing, or they are others.
    """
    package = find_spec(WEIGHTS_PACKAGE)
    if package is None or package.origin is None:
        raise SystemExit(f"package {WEIGHTS_PACKAGE} is missing: run this with `make encoder`")
    with zipfile.ZipFile(Path(package.origin).with_name("model.zip")) as archive:
        archive.extractall(folder)
    found = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if found != WEIGHTS_SHA256:
        raise SystemExit(f"the pretrained weights are not the published ones: SHA-256 {found}")
    return folder


def export(network: Network, full: Path, small: Path, *, of_labels: bool = True) -> None:
    """Write the network as ONNX, then with 8-bit weights: a quarter of the size.

    Args:
        network: as it was taught.
        full: where the file with 32-bit weights may stand meanwhile.
        small: the file.
        of_labels: whether it tells the labels and what is asked; else the mean vector of a message.
    """
    outputs = _OUTPUTS if of_labels else _OUTPUTS[1:]
    with warnings.catch_warnings():
        # The tracer warns of shapes it would fix; those that vary are named here.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Serving(network, of_labels),
            (torch.ones((2, 8), dtype=torch.long), torch.ones((2, 8))),
            str(full),
            input_names=_INPUTS,
            output_names=outputs,
            dynamic_axes={
                **{name: {0: "messages", 1: "tokens"} for name in _INPUTS},
                **{name: {0: "messages"} for name in outputs},
            },
            opset_version=17,
            dynamo=False,
        )
    quantize_dynamic(full, small, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    fuse(small, network.encoder.config.num_attention_heads)


class _Serving(nn.Module):
    """What serving needs of the network, for messages of one length, without padding.

    The labels, and the vector of what is asked; or the mean vector alone. A token of the message
    itself has a 1 in `own`.
    """

    def __init__(self, network: Network, of_labels: bool) -> None:
        super().__init__()
        self.network = network
        self._of_labels = of_labels
        for layer in network.encoder.encoder.layer:
            # The same function, written out: so onnxruntime joins it to one operation.
            layer.intermediate.intermediate_act_fn = ACT2FN["gelu_new"]

    def forward(self, ids: torch.Tensor, own: torch.Tensor) -> tuple[torch.Tensor, ...]:
        hidden = self.network.encoder(input_ids=ids, token_type_ids=torch.zeros_like(ids))
        weight = own.unsqueeze(-1)
        pooled = (hidden.last_hidden_state * weight).sum(1) / weight.sum(1)
        if not self._of_labels:
            return (pooled,)
        return self.network.labels(pooled), self.network.question(pooled)


def _write_tokenizer(weights: Path) -> None:
    tokenizer = Tokenizer.from_file(str(weights / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.save(str(FOLDER / "tokenizer.json"))


def _measure(labels: list[str], messages: list[Message]) -> dict[str, float]:
    """Accuracy and ranking quality of the written file, alone, on messages it never saw."""
    session = onnxruntime.InferenceSession(str(FOLDER / "encoder.onnx"))
    tokenizer = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
    right = 0
    scores: dict[bool, list[float]] = {True: [], False: []}
    emergency = [index for index, label in enumerate(labels) if _is_emergency(label)]
    for message in messages:
        ids = np.asarray([tokenizer.encode(normalise(message.text)).ids], dtype=np.int64)
        read = dict(zip(_INPUTS, (ids, np.ones_like(ids, dtype=np.float32)), strict=True))
        (found,) = session.run(_OUTPUTS[:1], read)
        shares = np.exp(found[0] - np.logaddexp.reduce(found[0]))
        right += labels[int(shares.argmax())] == message.label
        scores[_is_emergency(message.label)].append(float(shares[emergency].sum()))
    above = sum(one > other for one in scores[True] for other in scores[False])
    return {
        "label_accuracy": round(right / len(messages), 4),
        "danger_auc": round(above / (len(scores[True]) * len(scores[False])), 4),
    }


def digest(path: Path) -> str:
    """The hexadecimal SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def libraries() -> dict[str, str]:
    """The versions of what teaches an encoder."""
    return {name: version(name) for name in ("torch", "transformers", "onnxruntime")}


def _is_emergency(label: str) -> bool:
    return label.startswith("emergency/")


def _write_card(
    labels: list[str],
    log: list[str],
    metrics: dict[str, float],
    messages: list[Message],
    start: str | None,
) -> None:
    of_corpus = hashlib.sha256("\n".join(f"{m.label}\t{m.text}" for m in messages).encode())
    card = {
        "pretrained": {
            "name": "all-MiniLM-L6-v2",
            "sha256": WEIGHTS_SHA256,
            "licence": "Apache-2.0",
        },
        "goes_on_from": start,
        "corpus": {"messages": len(messages), "sha256": of_corpus.hexdigest()},
        "settings": {
            "layers": LAYERS,
            "epochs": EPOCHS if start else FIRST_EPOCHS,
            "batch": BATCH,
            "rate": ENCODER_RATE,
            "seed": SEED,
            "bits": 16 if in_16_bits() else 32,
        },
        "libraries": libraries(),
        "log": log,
        "development_set": metrics,
        "max_tokens": MAX_TOKENS,
        "labels": labels,
        "sha256": {name: digest(FOLDER / name) for name in ("encoder.onnx", "tokenizer.json")},
    }
    (FOLDER / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
