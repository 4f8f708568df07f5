"""The encoder's own files, real and damaged."""

from __future__ import annotations

import json
import logging
import math
import shutil

import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.nlu import encoder as module
from bot.nlu.corpus import corpus
from bot.nlu.encoder import (
    CARD_FILE,
    ENCODED,
    ENCODED_NEUTRAL,
    FOLDER,
    MODEL_FILE,
    Encoder,
    EncoderComponent,
)
from bot.safety.normalise import normalise

MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def real():
    return Encoder()


def test_it_knows_every_label_of_the_corpus(real):
    assert real.labels == sorted({message.label for message in corpus()})


def test_label_probabilities_sum_to_one(real):
    encoded = real.encode("he is outside my house")
    assert sum(map(math.exp, encoded.labels.values())) == pytest.approx(1.0)


def test_the_same_message_always_gets_the_same_numbers(real):
    text = "same car again, four turns now"
    first = real.encode(text)
    assert all(real.encode(text) == first for _ in range(5))
    assert Encoder().encode(text) == first


def test_danger_and_calm_lie_apart(real):
    assert real.encode("he is in the house now").log_odds("emergency") > 1
    assert real.encode("what is a stalking protection order").log_odds("emergency") < -2


@pytest.mark.parametrize("words", [40, 120, 250])
def test_danger_after_a_long_account_is_seen(real, words):
    account = " ".join(
        ("he has texted me most days since march and i am tired of it. " * 30).split()[:words]
    )
    assert real.encode(account).log_odds("emergency") < -2
    assert real.encode(f"{account}. he is in the house now").log_odds("emergency") > 0


# Calm words before and after, as somebody tells everything at once.
BEFORE = (
    "i wanted to ask about my ex because it has been a long year and i am not sure where to "
    "begin. we met at a pottery class and moved in together the spring after, and when it "
    "ended i kept the flat and he went back to his mum. since then he has sent me cards and "
    "long emails about the old days, and he asks my friends how i am and which days i work. "
    "my sister says i should keep all of it in one folder, with the dates, so i have done "
    "that since june. i changed my email address and my phone number, and i told the people "
    "at work not to pass anything on. i have been to the citizens advice people as well and "
    "they gave me a leaflet to read."
)
AFTER = (
    "i would also like to know how long it takes until somebody reads what i have sent in, "
    "and whether i can add more to it later on when i find the other emails. is there a form "
    "for that, or do i have to send it all by post to you?"
)


@pytest.mark.parametrize(
    ("text", "top", "calm"),
    [
        ("he is at my back door now with a knife.", "emergency", 0),
        ("I have taken 40 paracetamol.", "crisis", -1),
    ],
)
def test_what_stands_in_the_middle_of_a_long_message_is_seen(real, text, top, calm):
    assert len(BEFORE.split()) >= 120 and len(AFTER.split()) >= 45
    without = real.encode(normalise(f"{BEFORE} {AFTER}")).log_odds(top)
    told = real.encode(normalise(f"{BEFORE} {text} {AFTER}")).log_odds(top)
    assert without < calm and told > 1
    assert told - without > 3


def test_each_token_of_a_long_message_is_in_a_piece():
    for length in range(95, 700):
        pieces = list(module._pieces([*range(length)]))
        read = {token for piece in pieces for token in piece}
        # The first hundred and more are read with the beginning.
        assert read >= {*range(100, length)}
        assert max(map(len, pieces)) <= 62
        assert pieces[-1] == [*range(length - 31, length)]


def test_a_long_message_has_no_more_than_so_many_pieces():
    """Two thousand Chinese characters are as many tokens."""
    for length in range(95, 2_100):
        pieces = list(module._pieces([*range(length)]))
        assert len(pieces) <= 13
        assert pieces[-1][-1] == length - 1


def test_a_message_that_is_not_long_is_read_once(real):
    encoded = real.encode("he is in the house now")
    assert encoded.pieces == ()
    assert encoded == real.encode("he is in the house now", in_pieces=False)


def test_the_labels_of_a_long_message_are_those_of_its_beginning(real):
    text = normalise(f"{BEFORE} he is at my back door now with a knife. {AFTER}")
    assert real.encode(text).labels == real.encode(normalise(BEFORE + " x" * 200)).labels
    assert real.encode(text).labels == real.encode(text, in_pieces=False).labels


@pytest.mark.parametrize("text", ["", " ", "\x00", "\ud800", "x" * 100_000, "he " * 50_000, "🔪"])
def test_any_text_is_read(real, text):
    assert math.isfinite(real.encode(normalise(text)).log_odds("emergency"))


def test_the_artefact_is_small():
    assert (FOLDER / MODEL_FILE).stat().st_size <= 25 * MEGABYTE


def test_the_card_tells_where_it_comes_from():
    card = json.loads((FOLDER / CARD_FILE).read_text(encoding="utf-8"))
    assert card["pretrained"]["sha256"]
    assert card["log"] and card["settings"] and card["libraries"]
    assert card["development_set"]["danger_auc"] > 0.98


@pytest.fixture
def copy(tmp_path):
    folder = tmp_path / "encoder"
    shutil.copytree(FOLDER, folder)
    return folder


@pytest.mark.parametrize("name", ["encoder.onnx", "tokenizer.json"])
def test_a_file_that_is_not_the_one_on_the_card_is_refused(copy, name):
    path = copy / name
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(ValueError, match=name):
        Encoder(copy)


@pytest.fixture
def no_encoder(monkeypatch, tmp_path):
    monkeypatch.setattr(module.Encoder.__init__, "__defaults__", (tmp_path / "none",))
    for name, value in (("_loaded", None), ("_has_failed", False), ("_next_try", -math.inf)):
        monkeypatch.setattr(module.PART, name, value)


def test_without_its_files_the_net_goes_on_and_says_so(
    no_encoder, caplog, storage, resource, context
):
    with caplog.at_level(logging.ERROR):
        component = EncoderComponent.create({}, storage, resource, context)
        (message,) = component.process([Message.build("he is outside")])
    assert message.get(ENCODED) is None
    assert len(caplog.records) == 1
    assert "No encoder; the net reads words and n-grams alone" in caplog.text


def test_it_leaves_its_reading_beside_the_message(storage, resource, context):
    component = EncoderComponent.create({}, storage, resource, context)
    (message,) = component.process([Message.build("he is outside")])
    assert message.get(ENCODED) == Encoder().encode("he is outside")
    assert message.get(ENCODED_NEUTRAL) == [message.get(ENCODED)]
    assert ENCODED not in message.as_dict(only_output_properties=True)


def test_danger_is_read_without_who_is_in_it(storage, resource, context):
    component = EncoderComponent.create({}, storage, resource, context)
    (message,) = component.process([Message.build("I'm gay. She is outside")])
    assert message.get(ENCODED) == Encoder().encode("i'm gay. he is outside")
    assert message.get(ENCODED_NEUTRAL) == [Encoder().encode("he is outside")]
