"""The label classifier, trained on three tiny labels and stored by Rasa's own model storage."""

from __future__ import annotations

import json

import numpy as np
import pytest
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.encoder import ENCODED, Encoded
from bot.nlu.label_classifier import LabelClassifier, fused
from bot.safety.fusion import LabelWeights

EXAMPLES = {
    "emergency/outside_now": ["he is outside now", "hes outside my house", "outside my door"],
    "advice/tracker": ["found a tracker on my car", "an airtag in my bag", "tracker in the car"],
    "greet": ["hello", "hello there", "hi hello"],
}
TEXTS = ["he is outside my house", "a tracker on the car", "hello", "something else", "", "🔪"]


def training_data():
    messages = [
        Message.build(text, intent=label) for label, texts in EXAMPLES.items() for text in texts
    ]
    # A message without an intent, as response texts are: not to learn from.
    return TrainingData([*messages, Message.build("only a text")])


@pytest.fixture
def config():
    return LabelClassifier.get_default_config()


@pytest.fixture
def untrained(config, storage, resource, context):
    return LabelClassifier.create(config, storage, resource, context)


@pytest.fixture
def trained(untrained, resource):
    assert untrained.train(training_data()) == resource
    return untrained


def parsed(classifier, text):
    (message,) = classifier.process([Message.build(text)])
    return message.as_dict(only_output_properties=True)


def probabilities(classifier, text):
    return {entry["name"]: entry["confidence"] for entry in parsed(classifier, text)["labels"]}


@pytest.mark.parametrize(("label", "texts"), EXAMPLES.items())
def test_it_learns_its_examples(trained, label, texts):
    for text in texts:
        message = parsed(trained, text)
        assert message["intent"]["name"] == label.partition("/")[0]
        assert message["labels"][0]["name"] == label


def test_what_it_reports(trained):
    message = parsed(trained, "he is outside")
    assert {"intent", "intent_ranking", "labels", "response_selector"} <= message.keys()
    ranking = [entry["confidence"] for entry in message["intent_ranking"]]
    assert ranking == sorted(ranking, reverse=True)
    assert sum(ranking) == pytest.approx(1.0)
    assert message["intent"] == message["intent_ranking"][0]
    selected = message["response_selector"]["emergency"]["response"]
    assert selected["intent_response_key"] == "emergency/outside_now"


@pytest.mark.parametrize("text", ["HE IS OUTSIDE", "he is out\u200bside", "he is  оutside"])
def test_spelling_tricks_change_nothing(trained, text):
    assert probabilities(trained, text) == pytest.approx(probabilities(trained, "he is outside"))


@pytest.mark.parametrize("text", TEXTS)
def test_a_loaded_classifier_says_the_same(trained, config, storage, resource, context, text):
    loaded = LabelClassifier.load(config, storage, resource, context)
    before, after = probabilities(trained, text), probabilities(loaded, text)
    assert len(before) == len(EXAMPLES)
    assert after == pytest.approx(before, abs=1e-5)
    assert sum(after.values()) == pytest.approx(1.0)


def test_two_labels_are_enough(untrained, config, storage, resource, context):
    messages = [m for m in training_data().training_examples if m.get("intent") != "greet"]
    untrained.train(TrainingData(messages))
    loaded = LabelClassifier.load(config, storage, resource, context)
    for text in TEXTS:
        assert probabilities(loaded, text) == pytest.approx(
            probabilities(untrained, text), abs=1e-5
        )


def test_an_untrained_classifier_refuses_to_predict(untrained):
    with pytest.raises(RasaException, match="not trained"):
        parsed(untrained, "hello")


def test_without_a_model_it_does_not_load(config, storage, resource, context):
    with pytest.raises(RasaException, match="make train"):
        LabelClassifier.load(config, storage, resource, context)


@pytest.fixture
def folder(trained, storage, resource):
    """The folder that the trained classifier was written to."""
    with storage.read_from(resource) as path:
        yield path


def test_only_text_and_arrays_are_stored(folder):
    files = sorted(path.name for path in folder.iterdir())
    assert files == ["arrays.npz", "vocabulary.json"]
    words, characters = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
    assert "outside" in words and characters
    with np.load(folder / "arrays.npz", allow_pickle=False) as arrays:
        assert all(arrays[name].dtype.kind in "Uf" for name in arrays.files)


@pytest.mark.parametrize("name", ["arrays.npz", "vocabulary.json"])
def test_a_missing_file_is_refused(folder, name, config, storage, resource, context):
    (folder / name).unlink()
    with pytest.raises(RasaException, match="make train"):
        LabelClassifier.load(config, storage, resource, context)


@pytest.mark.parametrize("name", ["arrays.npz", "vocabulary.json"])
def test_a_file_of_something_else_is_refused(folder, name, config, storage, resource, context):
    (folder / name).write_text("not what it should be", encoding="utf-8")
    with pytest.raises(RasaException, match="make train"):
        LabelClassifier.load(config, storage, resource, context)


def test_a_missing_array_is_refused(folder, config, storage, resource, context):
    np.savez(folder / "arrays.npz", labels=np.asarray(["greet"]))
    with pytest.raises(RasaException, match="make train"):
        LabelClassifier.load(config, storage, resource, context)


def test_a_damaged_archive_is_refused(folder, config, storage, resource, context):
    arrays = folder / "arrays.npz"
    arrays.write_bytes(arrays.read_bytes()[:-200])
    with pytest.raises(RasaException, match="make train"):
        LabelClassifier.load(config, storage, resource, context)


# Beside the encoder.


def test_the_encoder_can_change_the_label(trained):
    message = Message.build("hello")
    message.set(ENCODED, Encoded({"greet": -20.0, "advice/tracker": -0.01}))
    (read,) = trained.process([message])
    assert read.get("labels")[0]["name"] == "advice/tracker"
    assert sum(entry["confidence"] for entry in read.get("labels")) == pytest.approx(1.0)


def test_fused_probabilities_are_the_scaled_product():
    weights = LabelWeights(encoder=1.0, ngrams=1.0)
    encoded = Encoded({"a": float(np.log(0.8)), "b": float(np.log(0.2))})
    assert fused({"a": 0.5, "b": 0.5}, encoded, weights) == pytest.approx({"a": 0.8, "b": 0.2})
    assert fused({"a": 0.2, "b": 0.8}, encoded, weights) == pytest.approx({"a": 0.5, "b": 0.5})
    assert fused({"a": 0.3, "b": 0.7}, None, weights) == {"a": 0.3, "b": 0.7}


def test_a_label_that_the_encoder_was_not_taught_is_refused(untrained):
    messages = [*training_data().training_examples, Message.build("new", intent="advice/new_one")]
    with pytest.raises(RasaException, match="advice/new_one.*make encoder"):
        untrained.train(TrainingData(messages))


UNPICKLED = []


class Harmful:
    """Runs code when it is unpickled."""

    def __reduce__(self):
        return _harm, ()


def _harm():
    UNPICKLED.append("ran")


def test_a_pickle_in_the_model_is_refused_unread(folder, config, storage, resource, context):
    with np.load(folder / "arrays.npz") as arrays:
        contents = dict(arrays)
    contents["labels"] = np.asarray([Harmful()] * len(EXAMPLES), dtype=object)
    np.savez(folder / "arrays.npz", **contents)
    UNPICKLED.clear()
    with pytest.raises(RasaException, match="make train"):
        LabelClassifier.load(config, storage, resource, context)
    assert UNPICKLED == []
    with np.load(folder / "arrays.npz", allow_pickle=True) as arrays:
        arrays["labels"]
    assert UNPICKLED, "the file does run code where it is allowed to"
