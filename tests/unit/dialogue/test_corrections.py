"""What a message asks for once what it denies is left out."""

from __future__ import annotations

import pytest

from bot.dialogue.corrections import meant


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (
            "no not spyware on my phone. the airtag. does the iphone show the number",
            "the airtag, does the iphone show the number",
        ),
        ("not phone calls. its his nickname for me", "its his nickname for me"),
        ("im not a teacher im her dad. the school wont do anything", "the school wont do anything"),
        ("you said that already. who else can i ask", "who else can i ask"),
        ("im not in danger but how do i report it", "how do i report it"),
    ],
)
def test_what_is_denied_is_left_out(text, left):
    assert meant(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no",
        "thats not what i asked",
        "its not fair",
        "im not sure if its stalking",
        "he is not allowed near me. what if he comes",
        "i dont want to go to court can i give evidence by video",
    ],
)
def test_a_message_that_asks_with_a_no_in_it_stays_as_it_is(text):
    assert meant(text) == text
