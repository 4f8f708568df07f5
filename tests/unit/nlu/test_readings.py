"""The readings of a message: as typed, and mended."""

from __future__ import annotations

from rasa.shared.nlu.training_data.message import Message

from bot.nlu.readings import Readings, readings


def test_a_message_without_slips_has_one_reading():
    assert Readings.of("He's outside") == Readings(
        "he's outside", "he's outside", ("he's outside",)
    )


def test_a_slip_gives_a_second_reading_for_danger_and_labels_are_chosen_on_it():
    made = Readings.of("She is outsdie my huose")
    assert made.mended == "she is outside my house"
    assert made.about_a_man == "he is outside my house"
    assert made.neutral == ("he is outsdie my huose", "he is outside my house")


def test_a_long_message_is_judged_as_mended_only():
    calm = "i would like to ask about it. "
    assert len(Readings.of("He is outsdie. " + calm * 13).neutral) == 2
    made = Readings.of("He is outsdie. " + calm * 14)
    assert made.neutral == (f"he is outside. {calm * 14}".strip(),)


def test_who_somebody_is_counts_for_the_label_only():
    made = Readings.of("I'm gay. My boss follows her")
    assert made.mended == "i'm gay. my boss follows her"
    assert made.about_a_man == "i'm gay. my boss follows him"
    assert made.neutral == ("my ex follows him",)


def test_they_are_made_once_and_stay_out_of_the_answer():
    message = Message.build("hes outsdie")
    assert readings(message) is readings(message)
    assert message.as_dict(only_output_properties=True) == {"text": "hes outsdie"}


def test_a_message_without_text_has_an_empty_reading():
    assert readings(Message({})) == Readings("", "", ("",))
