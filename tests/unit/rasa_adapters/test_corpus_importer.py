"""The corpus as Rasa gets it from here is the one that Rasa's own importer reads."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message

from bot.rasa_adapters.corpus_importer import CorpusImporter, Example
from bot.settings import ROOT

_FIRST = """
version: "3.1"
nlu:
- intent: emergency/outside_now
  examples: |
    - he is outside
    - he is outside
    - he is outside [leeds](place)
- synonym: england
  examples: |
    - leeds
"""
_SECOND = """
version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
- intent: emergency/outside_now
  examples: |
    - he is outside
    - hello
- lookup: place
  examples: |
    - leeds
"""


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    for name, text in (("a.yml", _FIRST), ("b.yml", _SECOND)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return [str(tmp_path)]


def test_it_reads_what_rasas_own_importer_reads(files):
    ours, rasas = (
        kind(training_data_paths=files).get_nlu_data()
        for kind in (CorpusImporter, RasaFileImporter)
    )
    assert [one.data for one in ours.training_examples] == [
        one.data for one in rasas.training_examples
    ]
    assert len(ours.training_examples) == 4
    assert ours.fingerprint() == rasas.fingerprint()
    assert {type(one) for one in ours.training_examples} == {Example}


def test_it_reads_the_files_once(files):
    importer = CorpusImporter(training_data_paths=files)
    assert importer.get_nlu_data() is importer.get_nlu_data()


def test_rasa_uses_it_by_the_configuration(files):
    importer = TrainingDataImporter.load_from_config(
        str(ROOT / "config.yml"), training_data_paths=files
    )
    examples = importer.get_nlu_data().intent_examples
    assert [one.get("text") for one in examples] == [
        "he is outside", "he is outside leeds", "hello", "hello",
    ]  # fmt: skip
    assert {type(one) for one in examples} == {Example}


def test_an_example_equals_the_message_it_was_and_no_other():
    message = Message.build("he is outside", "emergency/outside_now")
    example = Example.of(message)
    assert example == message
    assert example.fingerprint() == message.fingerprint()
    assert len({example, Example.of(message)}) == 1
    assert example != Example.of(Message.build("he is outside", "emergency/followed_now"))
    assert example != "he is outside"


def test_a_copy_shares_nothing_that_can_change():
    example = Example.of(Message(data={"text": "leeds", "entities": [{"value": "leeds"}]}))
    copied = copy.deepcopy(example)
    assert copied == example
    copied.get("entities")[0]["value"] = "england"
    copied.set("intent", "inform", add_to_output=True)
    assert example.get("entities") == [{"value": "leeds"}]
    assert example.get("intent") is None
    assert "intent" not in example.output_properties
