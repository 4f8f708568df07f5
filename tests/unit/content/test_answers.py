"""The answers that can be found, as the register lists them."""

from __future__ import annotations

from bot.content import answers
from bot.content.register import get_register


def test_every_answer_lists_questions_and_has_a_title_and_a_topic():
    found = answers.answers(get_register())
    assert len(found) > 300
    for one in found:
        assert one.asks and one.title and one.topic
        assert len({one.id for one in found}) == len(found)


def test_about_one_answer_in_ten_is_never_taught():
    found = answers.answers(get_register())
    untaught = [one for one in found if not answers.is_taught(one.id)]
    assert 0.05 < len(untaught) / len(found) < 0.16
    assert len(untaught) >= 30
