"""What each contender of the comparison is asked, and which answers count."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest

from benchmarks import models
from benchmarks.bench import report
from benchmarks.bench.contenders import action_question, contenders
from benchmarks.bench.targets import PRODUCT, STOCK
from benchmarks.client import Reply
from bot.gateway.turns import safe_reply
from bot.serving.training import ensure_model, model_file

pytestmark = pytest.mark.slow


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
    assert {one.model for one in compared if one.is_product} == {model_file()}
    assert {one.model for one in compared if not one.is_product} == {Path("model.tar.gz")}
    asked = {one.name: one.action for one in compared}
    for store in ("sqlite", "postgresql"):
        assert asked[f"{PRODUCT}, {store}"] == action_question(PRODUCT)
        assert asked[f"{STOCK}, {store}"] == action_question(STOCK)


ROW = dict.fromkeys(report.FIGURES, 1.0)
MACHINE = {"date": "", "cores": 2, "processor": "", "python": "", "model": "",
           "load_average": 0.0}  # fmt: skip


def test_the_report_says_what_was_asked_of_stock_rasa(tmp_path):
    alone = {"product, sqlite": [ROW], "floor": [ROW]}
    for rounds, told in ((alone, False), (alone | {"stock, sqlite": [ROW]}, True)):
        report.write(tmp_path, rounds, [], MACHINE, {})
        page = (tmp_path / "benchmark.html").read_text(encoding="utf-8")
        assert ("any answer of the register" in page) is told
        assert ("any answer of the register" in report.as_text(rounds, [], {})) is told


def packed(model: Path, **epochs: int) -> Path:
    """A model file as Rasa packs it, with parts that were trained for so many epochs."""
    nodes = {name: {"uses": f"rasa.{name}", "config": {"epochs": n}} for name, n in epochs.items()}
    nodes["tokenizer"] = {"uses": "rasa.WhitespaceTokenizer", "config": {}}
    content = json.dumps({"train_schema": {"nodes": nodes}}).encode()
    member = tarfile.TarInfo("metadata.json")
    member.size = len(content)
    model.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(model, "w:gz") as archive:
        archive.addfile(member, io.BytesIO(content))
    return model


def test_a_model_says_what_it_was_trained_on_and_for_how_many_epochs(tmp_path, monkeypatch):
    present = packed(tmp_path / "stock-1.tar.gz", DIETClassifier=100, TEDPolicy=100)
    other = packed(tmp_path / "stock-2.tar.gz", DIETClassifier=1)
    monkeypatch.setattr(models, "stock_file", lambda: present)
    found = models.described(present)
    assert (found.file, found.is_of_present_inputs) == ("stock-1.tar.gz", True)
    assert found.digest == hashlib.sha256(present.read_bytes()).hexdigest()[:12]
    assert found.epochs == {"DIETClassifier": 100, "TEDPolicy": 100}
    assert not found.has_fewer_epochs
    earlier = models.described(other)
    assert not earlier.is_of_present_inputs
    assert earlier.has_fewer_epochs
    assert earlier.digest != found.digest


@pytest.mark.integration
def test_a_model_that_rasa_packed_can_be_read():
    found = models.described(ensure_model())
    assert found.is_of_present_inputs
    assert not found.epochs


@pytest.mark.parametrize(("present", "epochs"), [(True, 100), (False, 100), (True, 1), (False, 1)])
def test_the_report_says_plainly_what_stock_rasas_model_is(tmp_path, present, epochs):
    stock = models.Model("stock-1.tar.gz", "0123456789ab", present, {"DIETClassifier": epochs})
    measured = {
        "product, sqlite": models.Model("chat-1.tar.gz", "ba9876543210", True, {}),
        "stock, sqlite": stock,
        "stock, postgresql": stock,
    }
    rounds = {name: [ROW] for name in measured}
    report.write(tmp_path, rounds, [], MACHINE, measured)
    page = (tmp_path / "benchmark.html").read_text(encoding="utf-8")
    terminal = report.as_text(rounds, [], measured)
    for shown in (page, terminal):
        assert all(told in shown for told in ("stock-1.tar.gz", "0123456789ab", "chat-1.tar.gz"))
        assert ("was NOT trained on" in shown) is not present
        assert ("fewer epochs than the 100 of a new project" in shown) is (epochs < 100)
    content = json.loads((tmp_path / "benchmark.json").read_text(encoding="utf-8"))
    assert content["models"]["stock, sqlite"] == {
        "file": "stock-1.tar.gz",
        "digest": "0123456789ab",
        "is_of_present_inputs": present,
        "epochs": {"DIETClassifier": epochs},
    }
