"""The index of answers, with the real encoder, on a handful of answers of its own."""

from __future__ import annotations

import numpy as np
import pytest

from bot.content.answers import Answer
from bot.dialogue.state import came_before
from bot.nlu.answer_index import AnswerIndex, Query
from bot.nlu.encoder import encoder
from bot.nlu.finding import finding
from bot.nlu.readings import Readings

ANSWERS = [
    Answer(
        "tech/tracker",
        "advice/tracker",
        "I found a tracker",
        (
            ("i found an airtag in my bag what do i do", None),
            ("theres a gps thing stuck under my car", None),
            ("my phone says an unknown airtag is moving with me", None),
            ("who do i give it to", "tech/tracker"),
        ),
    ),
    Answer(
        "court/screens",
        "advice/court",
        "Will I see them in court?",
        (
            ("do i have to face him in court", None),
            ("can i give evidence behind a screen", None),
            ("im scared of seeing her when i testify", None),
            ("and will he be in the room", "court/date"),
        ),
    ),
    Answer(
        "court/date",
        "advice/court",
        "When is the trial?",
        (
            ("how will i know the date of the trial", None),
            ("when does it go to court", None),
            ("who tells me when the hearing is", None),
            ("how long does that take", "court/screens"),
        ),
    ),
]


TITLES = {one.id: one.title for one in ANSWERS}


@pytest.fixture(scope="module")
def index():
    return AnswerIndex.build(ANSWERS, TITLES, encoder())


def query(text, last="", typed=""):
    read, told = Readings.of(text).about_a_man, came_before("", TITLES.get(last, ""), typed)
    return Query(
        read,
        encoder().encode(read).asked,
        encoder().in_context(read, told).asked if told else None,
        last,
    )


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("there was a tracker in my coat", "tech/tracker"),
        ("do i get a screen so he cant look at me", "court/screens"),
        ("what day is the hearing", "court/date"),
    ],
)
def test_the_answer_whose_questions_are_nearest_comes_first(index, text, answer):
    found, nearness = index.find(query(text))
    assert found[0][0] == answer
    assert nearness > finding().near


def test_the_shares_of_all_answers_add_up(index):
    found, _ = index.find(query("do i get a screen"))
    assert {one for one, _ in found} == {one.id for one in ANSWERS}
    assert sum(share for _, share in found) == pytest.approx(1, abs=1e-5)


def test_a_short_question_leans_on_the_answer_before(index):
    asked = "how long does that take"
    assert index.find(query(asked, last="court/screens"))[0][0][0] == "court/date"


def test_a_question_that_is_listed_is_as_near_as_can_be(index):
    _, listed = index.find(query("when does it go to court"))
    _, other = index.find(query("what day does the court have me"))
    _, nothing = index.find(query("where can i get a puppy"))
    assert listed > other > nothing


def test_a_question_is_found_by_its_very_words_whatever_readers_chose(index):
    # They chose another answer for nearly everything like it.
    chosen = np.log(np.array([0.97, 0.01, 0.02], np.float32))
    text = "when does it go to court"
    assert index.find(query(text), chosen)[0][0] == ("court/date", pytest.approx(0.9, abs=0.1))


def test_of_an_answer_of_which_no_choice_is_known_its_questions_tell(index):
    text, known = "what day is the hearing", np.log(np.array([0.97, 0.01, 0.02], np.float32))
    place = index.ids.index("court/date")
    later = np.where(np.arange(3) == place, np.nan, known)
    (by_choice,), (by_questions,) = (
        [share for one, share in index.find(query(text), chosen)[0] if one == "court/date"]
        for chosen in (known, later)
    )
    assert by_questions > by_choice


def test_the_words_of_a_question_that_follows_another_answer_count_there_only(index):
    asked = "who do i give it to"
    after, elsewhere = (
        dict(index.find(query(asked, last=last))[0])["tech/tracker"]
        for last in ("tech/tracker", "court/date")
    )
    assert after > elsewhere


def test_what_was_written_is_read_back(index, tmp_path):
    index.write(tmp_path)
    again = AnswerIndex.read(tmp_path)
    for text in ("there was a tracker in my coat", "when is it", ""):
        one, other = index.find(query(text)), again.find(query(text))
        assert [name for name, _ in one[0]] == [name for name, _ in other[0]]
        assert one[1] == pytest.approx(other[1], abs=0.1)


def test_a_damaged_file_is_refused(index, tmp_path):
    index.write(tmp_path)
    (tmp_path / "answers.json").write_text('["a"]', encoding="utf-8")
    with pytest.raises(ValueError, match="belong together"):
        AnswerIndex.read(tmp_path)
