"""Tells how well answers are found in chats that were left out of the teaching (choices.py).

`python -m training.held_out FOLDER`, with the folder that `training.choices --held-out` wrote.

Each chat goes as with the running bot: the last answer is the one that it would have given, and
none is given twice. So a wrong answer spoils what follows, as it does for people.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bot.content.answers import answers, titles
from bot.content.register import whole_register
from bot.dialogue.state import MOST_TYPED_LATELY, came_before
from bot.nlu import choices
from bot.nlu.answer_index import AnswerIndex, Query
from bot.nlu.chosen_answers import Turn
from bot.nlu.encoder import FOLDER, Encoder, encoder
from bot.nlu.readings import Readings
from bot.nlu.turns import Chat, parted, title_of

if TYPE_CHECKING:
    from bot.nlu.answer_index import Floats
    from bot.nlu.chosen_answers import ChosenAnswers

# From each of these shares on the next line of the table begins.
_STEPS = (0.0, 0.2, 0.4, 0.5, 0.6, 0.8)
_SEVERAL = 3


class Found(NamedTuple):
    """What was found for a turn.

    Attributes:
        share: how likely the first answer is.
        is_first, is_of_three: whether the first, or one of the first three, is one that was chosen.
    """

    share: float
    is_first: bool
    is_of_three: bool


class _Finder(NamedTuple):
    """All that finds answers, as serving has it."""

    listed: AnswerIndex
    encoder: Encoder
    copy: Encoder
    chosen: ChosenAnswers

    def shares(
        self, text: str, before: str, lately: str, last: str, who: str, typed: Floats | None
    ) -> Floats:
        """The probability of each answer to a message; `typed` that by what came just before."""
        alone = self.encoder.encode(text, in_pieces=False).asked
        after = self.encoder.in_context(text, before).asked if before else None
        chosen = self.chosen.log_shares(Turn(self.copy.after(text, lately).asked, who))
        found = dict(self.listed.find(Query(text, alone, after, last), chosen, typed)[0])
        return np.array([found[one] for one in self.listed.ids], np.float32)


def main() -> None:
    """Say how often the answer found is one that was chosen, and the same by how likely it was.

    Raises:
        FileNotFoundError: the encoder that the copy was made of is missing.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="of the copy that was taught without those chats")
    copy = Encoder(parser.parse_args().folder, tokenizer=FOLDER)
    loaded, register = encoder(), whole_register()
    if loaded is None:
        raise FileNotFoundError(FOLDER)
    known, named = answers(register), titles(register)
    learnt, held_out = parted()
    chosen = choices.learnt(known, learnt, named, copy)
    finder = _Finder(AnswerIndex.build(known, named, loaded), loaded, copy, chosen)
    found = [one for chat in held_out for one in _found(chat, finder, named)]
    print(f"all: {_line(found)}")
    for least, most in zip(_STEPS, (*_STEPS[1:], 1.01), strict=True):
        print(f"from {least:.1f}: {_line([one for one in found if least <= one.share < most])}")


def _line(found: Sequence[Found]) -> str:
    count = len(found) or 1
    first = sum(one.is_first for one in found) / count
    of_three = sum(one.is_of_three for one in found) / count
    return f"{len(found)} turns, first {first:.3f}, one of three {of_three:.3f}"


def _found(chat: Chat, finder: _Finder, titles: Mapping[str, str]) -> Iterator[Found]:
    """Yields what is found for the turns of a chat that have an answer not given before."""
    who, earlier, before, last = "", "", "", ""
    given: set[str] = set()
    by_typed: Floats | None = None
    for turn in chat.turns:
        who = turn.facts.get("who", who)
        if turn.answers:
            text = Readings.of(turn.text).about_a_man
            title = title_of(last, titles)
            context = came_before(turn.open, title, before)
            lately = came_before(turn.open, title, f"{earlier} {before}", MOST_TYPED_LATELY)
            shares = finder.shares(text, context, lately, last, who, by_typed)
            by_typed = finder.shares(text, "", "", "", who, None)
            order = [finder.listed.ids[place] for place in (-shares).argsort()]
            new = [one for one in order if one not in given][:_SEVERAL]
            if wanted := {*turn.answers} - given:
                share = float(shares[finder.listed.ids.index(new[0])])
                yield Found(share, new[0] in wanted, bool(wanted & {*new}))
            last = new[0]
            given.add(last)
        earlier, before = before, turn.text


if __name__ == "__main__":
    main()
