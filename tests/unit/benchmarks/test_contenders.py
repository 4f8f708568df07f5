"""What each contender of the comparison is asked, and which answers count."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import models
from benchmarks.bench import report
from benchmarks.bench.contenders import action_question, contenders
from benchmarks.bench.targets import PRODUCT, STOCK
from benchmarks.client import Reply
from bot.channel import safe_reply


def answer(reply_id: str) -> Reply:
    """A reply of the register as Rasa's own channel sends it: all bubbles in one text."""
    return Reply(0.1, ["\n\n".join(safe_reply.bubbles(reply_id))])


def test_the_product_must_give_the_right_answer():
    question = action_question(PRODUCT)
    assert question.is_answered_by(answer("advice/spo_what"))
    assert not question.is_answered_by(answer("advice/spo_duration"))


@pytest.mark.parametrize("given", ["advice/spo_what", "advice/spo_duration", "reporting/how"])
def test_of_stock_rasa_any_answer_that_the_action_gives_will_do(given):
    question = action_question(STOCK)
    assert question.text == action_question(PRODUCT).text
    assert question.is_answered_by(answer(given))


@pytest.mark.parametrize("given", ["clarify", "emergency", "safe_reply", "greet"])
def test_no_other_words_are_an_answer(given):
    assert not action_question(STOCK).is_answered_by(answer(given))
    assert not action_question(STOCK).is_answered_by(Reply(0.1, []))


def test_each_contender_has_its_own_question(postgres, tmp_path, monkeypatch):
    # Nothing is started or trained here; stock Rasa is not installed where tests run.
    for name in ("stock_model", "floor_model"):
        monkeypatch.setattr(models, name, lambda python: Path("model.tar.gz"))
    compared = contenders(postgres, tmp_path, Path("python"))
    asked = {one.name: one.action for one in compared}
    for store in ("sqlite", "postgresql"):
        assert asked[f"{PRODUCT}, {store}"] == action_question(PRODUCT)
        assert asked[f"{STOCK}, {store}"] == action_question(STOCK)


def test_the_report_says_what_was_asked_of_stock_rasa(tmp_path):
    row = dict.fromkeys(report.FIGURES, 1.0)
    alone = {"product, sqlite": [row], "floor": [row]}
    machine = {"date": "", "cores": 2, "processor": "", "python": "", "model": "",
               "load_average": 0.0}  # fmt: skip
    for rounds, told in ((alone, False), (alone | {"stock, sqlite": [row]}, True)):
        report.write(tmp_path, rounds, [], machine)
        page = (tmp_path / "benchmark.html").read_text(encoding="utf-8")
        assert ("any answer of the register" in page) is told
        assert ("any answer of the register" in report.as_text(rounds, [])) is told
