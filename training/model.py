"""The network: a small pretrained sentence encoder with a head for labels and one for questions.

All are taught together. The second head gives a vector: what a message asks lies near other ways
of asking it. Two more heads, for danger and for crisis, only add to the loss: they teach the
encoder the distinctions that matter most. They are not exported.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn
from transformers import AutoModel, AutoTokenizer, PreTrainedTokenizerFast

from bot.nlu.corpus import Message
from bot.safety.normalise import normalise
from bot.safety.spelling import mend
from training import resume
from training.asks import Asked, Asks
from training.augment import Others, vary

MAX_TOKENS = 128
# The most tokens of what came before a message.
MOST_BEFORE = 48
# The lower layers of the six; each layer more is a sixth of the encoder's time.
LAYERS = 4
# Where it goes on from the finished encoder; from the pretrained weights on it takes five.
EPOCHS, FIRST_EPOCHS = 1, 5
BATCH = 32
SEED = 7
# Fixed, because sums come out a little different with another number.
THREADS = 2
ENCODER_RATE, HEADS_RATE = 2e-4, 2e-3
# Of both rates, so much where it goes on: what is known must not be forgotten.
GOING_ON = 0.5
LABEL_SMOOTHING = 0.05
# The length of the vector of what a message asks.
QUESTION_WIDTH = 256
# How many answers are told apart at a time, each by two ways of asking for it, beside every second
# batch of messages; how much that counts; and how sharply they are told apart.
PAIRS, ASKS_WEIGHT, _SHARPNESS = 64, 1.0, 20.0
# GELU by a hyperbolic tangent: serving takes a twentieth less time than with the exact one.
ACTIVATION = "gelu_pytorch_tanh"
# Danger weighs most: it is what a mistake costs a life for.
DANGER_WEIGHT = 2.0
_WARM_UP = 0.1
# What only helps to teach, and what is never read.
_NOT_EXPORTED = {
    f"{layer}.{kind}"
    for layer in ("danger", "crisis", "encoder.pooler.dense")
    for kind in ("weight", "bias")
}
# What an encoder that was taught before there were answers to find does not hold.
_MAY_BE_NEW = {"question.weight"}
# How often a message is read with its slips mended: serving reads each in both ways.
_MENDED = 0.5


class Network(nn.Module):
    """Mean of a message's token vectors, then a linear head each for labels, question, danger."""

    def __init__(self, weights: Path, labels: int) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(
            weights, hidden_act=ACTIVATION, num_hidden_layers=LAYERS
        )
        width = self.encoder.config.hidden_size
        self.dropout = nn.Dropout(0.1)
        self.labels = nn.Linear(width, labels)
        self.question = nn.Linear(width, QUESTION_WIDTH, bias=False)
        self.danger = nn.Linear(width, 1)
        self.crisis = nn.Linear(width, 1)

    def forward(
        self, ids: torch.Tensor, mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Scores of each message.

        Args:
            ids: token ids, batch x tokens.
            mask: 1 for a token, 0 for padding; the same shape.

        Returns:
            label scores (batch x labels), danger and crisis log-odds (batch).
        """
        pooled = self.dropout(self.pooled(ids, mask, mask))
        return (
            self.labels(pooled),
            self.danger(pooled).squeeze(-1),
            self.crisis(pooled).squeeze(-1),
        )

    def pooled(self, ids: torch.Tensor, mask: torch.Tensor, own: torch.Tensor) -> torch.Tensor:
        """The mean of the vectors of the message's own tokens (batch x width).

        Args:
            ids: token ids, batch x tokens: what came before, then the message.
            mask: 1 for a token, 0 for padding; the same shape.
            own: 1 for a token of the message itself; the same shape.
        """
        hidden = self.encoder(
            input_ids=ids, attention_mask=mask, token_type_ids=torch.zeros_like(ids)
        ).last_hidden_state
        weight = own.unsqueeze(-1).float()
        return (hidden * weight).sum(1) / weight.sum(1).clamp(min=1e-6)

    def asked(self, ids: torch.Tensor, mask: torch.Tensor, own: torch.Tensor) -> torch.Tensor:
        """What each message asks: vectors of length 1 (batch x QUESTION_WIDTH)."""
        found = self.question(self.dropout(self.pooled(ids, mask, own)))
        return nn.functional.normalize(found.float(), dim=-1)


def fine_tune(
    messages: Sequence[Message],
    asks: Asks,
    weights: Path,
    log: Callable[[str], None],
    finished: Path | None = None,
) -> tuple[Network, list[str]]:
    """Trains on the messages; returns the network and its labels in order. Repeatable.

    Args:
        messages: the corpus.
        asks: the questions that the answers list.
        weights: the folder of the pretrained weights.
        log: is told how it goes.
        finished: the folder of the encoder to go on from; None for the pretrained weights.
    """
    torch.set_num_threads(THREADS)
    torch.manual_seed(SEED)
    np.random.seed(SEED)
    draw = random.Random(SEED)  # noqa: S311 - no secret
    labels = sorted({message.label for message in messages})
    tokenizer = AutoTokenizer.from_pretrained(weights)
    network = Network(weights, len(labels)).train()
    if finished:
        found = network.load_state_dict(resume.weights(finished, labels), strict=False)
        if found.unexpected_keys or not set(found.missing_keys) <= _NOT_EXPORTED | _MAY_BE_NEW:
            raise ValueError(f"{finished} holds another network: {found}")
    others = Others(messages)
    epochs, rate = (EPOCHS, GOING_ON) if finished else (FIRST_EPOCHS, 1.0)
    optimizer, schedule = _optimizer(network, epochs * math.ceil(len(messages) / BATCH), rate)
    for epoch in range(1, epochs + 1):
        total, total_asks = 0.0, 0.0
        told = [_told(message, others, draw) for message in messages]
        for step, batch in enumerate(_batches([text for text, _ in told], draw)):
            tokens = tokenizer(
                [told[index][0] for index in batch],
                padding=True,
                truncation=True,
                max_length=MAX_TOKENS,
                return_tensors="pt",
            )
            with torch.autocast("cpu", torch.bfloat16, enabled=in_16_bits()):
                scores = network(tokens["input_ids"], tokens["attention_mask"])
            scores = tuple(one.float() for one in scores)
            truth = _truth([told[index][1] for index in batch], labels)
            loss = _loss(scores, *truth)
            total += loss.item() * len(batch)
            if step % 2:
                of_asks = _of_asks(network, asks, tokenizer, draw)
                loss = loss + ASKS_WEIGHT * of_asks
                total_asks += of_asks.item() * 2 * len(batch)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
        of_labels, of_questions = total / len(messages), total_asks / len(messages)
        log(f"epoch {epoch}: loss {of_labels:.4f} of labels, {of_questions:.4f} of questions")
    return network.eval(), labels


def in_16_bits() -> bool:
    """Whether it is taught in 16-bit arithmetic: half the time where the processor has it.

    That is with AMX, or with the AVX-512 instructions for it. On others it takes half as long
    again as 32-bit arithmetic.
    """
    return torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()


def _told(message: Message, others: Others, draw: random.Random) -> tuple[str, tuple[str, ...]]:
    """One telling of a message, and the labels of all that is told.

    Read as serving reads it: as typed, or with its slips mended.
    """
    text, labels = others.beside(
        vary(normalise(message.text), message.label, draw), message.label, draw
    )
    typed = normalise(text)
    return (mend(typed) if draw.random() < _MENDED else typed), labels


def _truth(
    told: Sequence[tuple[str, ...]], labels: Sequence[str]
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """What is true of some tellings: a share for each label, and whether danger, and crisis."""
    shares = torch.zeros(len(told), len(labels))
    for row, found in enumerate(told):
        for label in found:
            shares[row, labels.index(label)] += 1 / len(found)
    return shares, _any_of(told, "emergency/"), _any_of(told, "crisis/")


def _any_of(told: Sequence[tuple[str, ...]], kind: str) -> torch.Tensor:
    return torch.tensor([float(any(label.startswith(kind) for label in found)) for found in told])


def _loss(
    scores: tuple[torch.Tensor, torch.Tensor, torch.Tensor],
    shares: torch.Tensor,
    danger: torch.Tensor,
    crisis: torch.Tensor,
) -> torch.Tensor:
    binary = nn.functional.binary_cross_entropy_with_logits
    labels, danger_odds, crisis_odds = scores
    return (
        nn.functional.cross_entropy(labels, shares, label_smoothing=LABEL_SMOOTHING)
        + DANGER_WEIGHT * binary(danger_odds, danger)
        + binary(crisis_odds, crisis)
    )


def _of_asks(
    network: Network, asks: Asks, tokenizer: PreTrainedTokenizerFast, draw: random.Random
) -> torch.Tensor:
    """How well some questions are told apart, each by two ways of asking it."""
    pairs = asks.pairs(PAIRS, draw)
    with torch.autocast("cpu", torch.bfloat16, enabled=in_16_bits()):
        one, other = (
            network.asked(*in_context([pair[side] for pair in pairs], tokenizer)) for side in (0, 1)
        )
    return _loss_of_asks(one, other)


def in_context(
    asked: Sequence[Asked], tokenizer: PreTrainedTokenizerFast, most_before: int = MOST_BEFORE
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Token ids, which of them are none of padding, and which are of the message itself.

    What came before stands first, between the mark of a beginning and that of an end, as serving
    reads it (bot/nlu/encoder.py).
    """
    pad = tokenizer.pad_token_id
    rows, own = [], []
    for one in asked:
        first, *words, last = tokenizer(one.text, truncation=True, max_length=MAX_TOKENS)[
            "input_ids"
        ]
        before = tokenizer(one.before)["input_ids"][1:-1][-most_before:] if one.before else []
        before = [*before, last] if before else []
        row = [first, *before, *words, last]
        rows.append(row)
        # The marks are no words, but they are all that an empty message has.
        own.append([0] * (1 + len(before)) + [1] * (len(words) + 1) if before else [1] * len(row))
    longest = max(map(len, rows))
    ids = torch.tensor([row + [pad] * (longest - len(row)) for row in rows])
    owned = torch.tensor([row + [0] * (longest - len(row)) for row in own])
    mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
    return ids, mask, owned


def _loss_of_asks(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """How well each question finds the other way of asking it among those for other answers."""
    near = _SHARPNESS * one @ other.T
    truth = torch.arange(len(near))
    cross = nn.functional.cross_entropy
    return (cross(near, truth) + cross(near.T, truth)) / 2


def _optimizer(
    network: Network, steps: int, share: float
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    body = list(network.encoder.parameters())
    heads = [p for name, p in network.named_parameters() if not name.startswith("encoder.")]
    optimizer = torch.optim.AdamW(
        [
            {"params": body, "lr": ENCODER_RATE * share},
            {"params": heads, "lr": HEADS_RATE * share},
        ],
        weight_decay=0.01,
        fused=True,
    )

    def rate(step: int) -> float:
        return min(1.0, (step + 1) / (_WARM_UP * steps)) * max(0.02, 1 - step / steps)

    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, rate)


def _batches(texts: Sequence[str], draw: random.Random) -> list[list[int]]:
    """Indices in random batches of messages of about the same length: little padding."""
    order = list(range(len(texts)))
    draw.shuffle(order)
    order.sort(key=lambda index: len(texts[index]) // 12 + draw.random() * 2)
    batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
    draw.shuffle(batches)
    return batches
