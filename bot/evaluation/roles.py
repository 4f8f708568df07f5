"""Learns how what single messages tell of who speaks adds up over a chat: bot/dialogue/roles.yml.

On the chats in data/turns/. What a turn classifier makes of a message that it has learnt from is
too sure, so each third of the chats is read by one that has learnt from the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import yaml
from sklearn.linear_model import LogisticRegression

from bot.dialogue.case import ROLES, ROLES_FILE, speaks_for
from bot.nlu.encoder import Encoder
from bot.nlu.turn_classifier import chats_of_who, of_speakers, reading
from bot.nlu.turn_model import TurnModel
from bot.nlu.turns import Chat, chats, role_of
from bot.slots import ROLE, WHO

_PARTS = 3
_HEADER = "# Written by `make calibrate` on data/turns/; bot/dialogue/case.py says what it means.\n"
Shares = Mapping[str, float]


def learn() -> None:
    """Learns the weights, and writes them."""
    whole = [*chats(), *chats_of_who()]
    by_turn = Counter(role_of(chat) for chat in whole for _ in chat.turns)
    often = {role: round(by_turn[role] / by_turn.total(), 3) for role in ROLES}
    rows, roles = [], []
    for chat, read in zip(whole, _read(whole), strict=True):
        sums = np.zeros(2 * len(ROLES))
        for told, like in read:
            sums = speaks_for(sums, told, like, often)
            rows.append(sums)
            roles.append(role_of(chat))
    model = LogisticRegression(max_iter=1000).fit(np.array(rows), roles)
    places = [list(model.classes_).index(role) for role in ROLES]
    found = {
        "often": often,
        "weights": [[round(float(one), 3) for one in model.coef_[place]] for place in places],
        "intercept": [round(float(model.intercept_[place]), 3) for place in places],
    }
    text = yaml.safe_dump(found, sort_keys=False, default_flow_style=None, width=100)
    ROLES_FILE.write_text(_HEADER + text, encoding="utf-8")


def _read(whole: Sequence[Chat]) -> list[list[tuple[Shares, Shares]]]:
    """What each message tells of who speaks, and whose messages it is like."""
    encoder = Encoder()
    readings = [[reading(turn, encoder) for turn in chat.turns] for chat in whole]
    found: list[list[tuple[Shares, Shares]]] = [[] for _ in whole]
    for part in range(_PARTS):
        others = [number for number in range(len(whole)) if number % _PARTS != part]
        model = TurnModel.fit(
            [one for number in others for one in readings[number]],
            of_speakers([whole[number] for number in others]),
        )
        for number in range(part, len(whole), _PARTS):
            predicted = map(model.predict, readings[number])
            found[number] = [(one[WHO], one[ROLE]) for one in predicted]
    return found
