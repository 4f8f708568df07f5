"""`make choices`: teaches a copy of the encoder which answers readers chose in chats.

Writes data/chosen/, from which `bot.nlu.chosen_answers` reads a turn. Takes 20 minutes of two
cores. With `--held-out FOLDER` every sixth chat is left out and it is written to that folder: then
`python -m training.held_out FOLDER` tells how well answers are found on those chats.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import nn
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from bot.content.answers import Answer, answers, titles
from bot.content.register import whole_register
from bot.dialogue.acts import Open
from bot.dialogue.state import MOST_TYPED_LATELY, came_before
from bot.nlu.corpus import ROOT
from bot.nlu.turns import Chat, parted, title_of
from bot.safety.normalise import normalise
from bot.safety.people import about_a_man
from bot.safety.spelling import mend
from training import resume
from training.asks import Asked
from training.augment import with_slips
from training.build import FOLDER as ENCODER
from training.build import digest, export, libraries, pretrained
from training.model import BATCH, SEED, THREADS, Network, in_16_bits, in_context

FOLDER = ROOT / "data" / "chosen"
EPOCHS = 4
_ENCODER_RATE, _HEAD_RATE = 2e-4, 2e-3
_WARM_UP = 0.06
# How much the first, the second and the third of the answers chosen for a turn count.
_SHARES = (1.0, 0.5, 0.35)
# So many questions of each answer are learnt from in each pass, and so much each counts.
_QUESTIONS, _WEIGHT_OF_QUESTION = 6, 0.45
# How often nothing of what was typed before is known any more, and how often only the last of it;
# and how often there are slips.
_FORGOTTEN, _ONLY_THE_LAST, _SLIPS = 0.2, 0.35, 0.3
# The most tokens of what came before a message.
_MOST_BEFORE = 100
# How often the last answer was about something else, and how often it is not known: in these chats
# it always fits what was said, in the bot's it does not.
_WRONG_TITLE, _NO_TITLE = 0.25, 0.3


@dataclass(frozen=True)
class Told:
    """Something typed, and the answers (their places) chosen for it.

    Attributes:
        text: as typed.
        open: what waited for an answer.
        title: what the last answer was about; "" for nothing.
        typed: what was typed just before; "" for nothing.
        earlier: what was typed before that.
        answers: the places of the answers, the best first.
        weight: how much it counts.
    """

    text: str
    open: Open
    title: str
    typed: str
    answers: tuple[int, ...]
    weight: float = 1.0
    earlier: str = ""

    def asked(self) -> Asked:
        """As serving reads it: slips mended, women as men, after what came before."""
        text = about_a_man(mend(normalise(self.text)))
        typed = f"{self.earlier} {self.typed}"
        return Asked(text, came_before(self.open, self.title, typed, MOST_TYPED_LATELY))


def main() -> None:
    """Teach it, and write it with its card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--held-out", type=Path, metavar="FOLDER", help="only to measure")
    measured: Path | None = parser.parse_args().held_out
    started, log = time.monotonic(), []

    def say(line: str) -> None:
        log.append(line)
        print(f"{time.monotonic() - started:6.0f} s  {line}", flush=True)

    register = whole_register()
    known, named = answers(register), titles(register)
    learnt, held_out = parted()
    turns = list(_turns(learnt if measured else [*learnt, *held_out], known, named))
    say(f"{len(turns)} turns, {len(known)} answers")
    with tempfile.TemporaryDirectory() as folder:
        weights = pretrained(Path(folder))
        judged = list(_turns(held_out, known, named)) if measured else []
        network = _taught(turns, _questions(known, named), weights, say, judged)
        to = measured or FOLDER
        to.mkdir(exist_ok=True)
        export(network, Path(folder) / "full.onnx", to / "encoder.onnx", of_labels=False)
        _write_card(to, log, [one.id for one in known])


def _turns(
    whole: Sequence[Chat], known: Sequence[Answer], named: Mapping[str, str]
) -> Iterator[Told]:
    """The turns for which answers were chosen, each after what came before it."""
    place = {one.id: number for number, one in enumerate(known)}
    for chat in whole:
        earlier, typed = "", ""
        for turn in chat.turns:
            chosen = tuple(place[one] for one in turn.answers if one in place)
            if chosen:
                title = title_of(turn.topic, named)
                yield Told(turn.text, turn.open, title, typed, chosen, earlier=earlier)
            earlier, typed = typed, turn.text


def _questions(known: Sequence[Answer], named: Mapping[str, str]) -> list[list[Told]]:
    """The questions that each answer lists."""
    return [
        [
            Told(text, "", named.get(after or "", ""), "", (number,), _WEIGHT_OF_QUESTION)
            for text, after in answer.asks
        ]
        for number, answer in enumerate(known)
    ]


def _taught(
    turns: Sequence[Told],
    questions: Sequence[Sequence[Told]],
    weights: Path,
    log: Callable[[str], None],
    held_out: Sequence[Told],
) -> Network:
    """Goes on from the finished encoder; repeatable."""
    torch.set_num_threads(THREADS)
    torch.manual_seed(SEED)
    draw = random.Random(SEED)  # noqa: S311 - no secret
    labels = json.loads((ENCODER / "card.json").read_text(encoding="utf-8"))["labels"]
    tokenizer = AutoTokenizer.from_pretrained(weights)
    network = Network(weights, len(labels)).train()
    network.load_state_dict(resume.weights(ENCODER, labels), strict=False)
    head = nn.Linear(network.encoder.config.hidden_size, len(questions))
    nn.init.normal_(head.weight, std=0.02)
    nn.init.zeros_(head.bias)
    titles = sorted({one.title for one in turns})
    each = len(turns) + sum(min(_QUESTIONS, len(one)) for one in questions)
    optimizer, schedule = _optimizer(network, head, EPOCHS * math.ceil(each / BATCH))
    for epoch in range(1, EPOCHS + 1):
        told = [
            *turns,
            *(one for asks in questions for one in draw.sample(asks, min(_QUESTIONS, len(asks)))),
        ]
        total = 0.0
        for batch in _batches([_varied(one, titles, draw) for one in told], draw):
            loss = _loss(_scores(network, head, tokenizer, batch), batch)
            total += loss.item() * len(batch)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_([*network.parameters(), *head.parameters()], 1.0)
            optimizer.step()
            schedule.step()
        found = f", {_right(network, head, tokenizer, held_out):.4f} found" if held_out else ""
        log(f"epoch {epoch}: loss {total / len(told):.4f}{found}")
    return network.eval()


def _varied(one: Told, titles: Sequence[str], draw: random.Random) -> Told:
    """Another telling: what came before is forgotten, or the last answer was a wrong one."""
    text = with_slips(normalise(one.text), draw) if draw.random() < _SLIPS else one.text
    kept = draw.random()
    typed = "" if kept < _FORGOTTEN else one.typed
    earlier = "" if kept < _FORGOTTEN + _ONLY_THE_LAST else one.earlier
    chance, title = draw.random(), one.title
    if chance < _WRONG_TITLE:
        title = draw.choice(titles)
    elif chance < _WRONG_TITLE + _NO_TITLE:
        title = ""
    return replace(one, text=text, title=title, typed=typed, earlier=earlier)


def _scores(
    network: Network,
    head: nn.Linear,
    tokenizer: PreTrainedTokenizerFast,
    batch: Sequence[Told],
) -> torch.Tensor:
    read = in_context([one.asked() for one in batch], tokenizer, _MOST_BEFORE)
    with torch.autocast("cpu", torch.bfloat16, enabled=in_16_bits()):
        pooled = network.pooled(*read)
    scores: torch.Tensor = head(network.dropout(pooled.float()))
    return scores


def _loss(scores: torch.Tensor, batch: Sequence[Told]) -> torch.Tensor:
    truth, weights = torch.zeros_like(scores), torch.tensor([one.weight for one in batch])
    for row, one in enumerate(batch):
        for place, share in zip(one.answers, _SHARES, strict=False):
            truth[row, place] += share
    truth /= truth.sum(1, keepdim=True)
    losses = -(truth * torch.log_softmax(scores, -1)).sum(-1)
    return (losses * weights).sum() / weights.sum()


def _right(
    network: Network, head: nn.Linear, tokenizer: PreTrainedTokenizerFast, told: Sequence[Told]
) -> float:
    """How often the likeliest answer is one that was chosen."""
    network.eval()
    right = 0
    with torch.no_grad():
        for start in range(0, len(told), BATCH):
            batch = told[start : start + BATCH]
            best = _scores(network, head, tokenizer, batch).argmax(-1).tolist()
            right += sum(place in one.answers for place, one in zip(best, batch, strict=True))
    network.train()
    return right / len(told)


def _optimizer(
    network: Network, head: nn.Linear, steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    optimizer = torch.optim.AdamW(
        [
            {"params": list(network.encoder.parameters()), "lr": _ENCODER_RATE},
            {"params": list(head.parameters()), "lr": _HEAD_RATE},
        ],
        weight_decay=0.01,
    )

    def rate(step: int) -> float:
        return min(1.0, (step + 1) / (_WARM_UP * steps)) * max(0.02, 1 - step / steps)

    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, rate)


def _batches(told: list[Told], draw: random.Random) -> list[list[Told]]:
    """Random batches of about the same length: little padding."""
    draw.shuffle(told)
    told.sort(
        key=lambda one: (
            (len(one.text + one.title + one.typed + one.earlier)) // 40 + draw.random() * 2
        )
    )
    batches = [told[start : start + BATCH] for start in range(0, len(told), BATCH)]
    draw.shuffle(batches)
    return batches


def _write_card(folder: Path, log: Sequence[str], taught: Sequence[str]) -> None:
    encoder = json.loads((ENCODER / "card.json").read_text(encoding="utf-8"))
    card = {
        "goes_on_from": digest(ENCODER / "encoder.onnx"),
        "settings": {"epochs": EPOCHS, "batch": BATCH, "rate": _ENCODER_RATE, "seed": SEED},
        "libraries": libraries(),
        "log": list(log),
        "max_tokens": encoder["max_tokens"],
        "max_before": _MOST_BEFORE,
        "labels": [],
        "answers": list(taught),
        "sha256": {
            "encoder.onnx": digest(folder / "encoder.onnx"),
            "tokenizer.json": digest(ENCODER / "tokenizer.json"),
        },
    }
    text = json.dumps(card, indent=1, ensure_ascii=False) + "\n"
    (folder / "card.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
