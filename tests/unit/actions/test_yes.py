"""Which short words answer a question."""

from __future__ import annotations

import pytest

from actions import yes


@pytest.mark.parametrize(
    "text", ["yes", "Yes.", "yesss", "yeah", "yep", "y", "yh", "aye", "it is", "that's right"]
)
def test_a_yes(text):
    assert yes.is_meant(text)


@pytest.mark.parametrize(
    "text",
    ["ok", "okay", "fine", "right", "sure", "mhm", "👍", "", "/affirm", "yes i will", "yes?"],
)
def test_no_yes(text):
    assert not yes.is_meant(text)


@pytest.mark.parametrize("text", ["not sure", "I'm not sure", "maybe", "dont know", "he might"])
def test_a_mere_doubt(text):
    assert yes.is_mere_doubt(text)


@pytest.mark.parametrize("text", ["", "i dont know where to start", "not sure its stalking", "no"])
def test_more_than_doubt_or_none(text):
    assert not yes.is_mere_doubt(text)


@pytest.mark.parametrize(
    "text",
    [
        "its NOT over!!!",
        "it isn't over",
        "I am not really safe",
        "he hasn't gone",
        "police are looking for him they havent found him",
        "they have not caught him",
        "he went quiet",
        "not yet",
        "he is still outside",
        "they arrested the wrong one, he's still ere",
        "gone but he'll be back",
        "He left. Then he came back with his brother.",
        "he ran off, could be anywhere now",
        "i think hes gone i havent checked",
        "yes sadly, it never really stopped",
        "police are on their way",
        "the police are coming",
        "he calmed down",
        "hes asleep now",
        "he has gone to his car",
        "he moved away from the door",
        "shes gone back in the kitchen",
        "im at home",
        "I am in my room now",
        "im safe for now",
        "safe at the moment",
        "hes gone to bed",
        "hes gone to the pub back later",
        "hes gone?",
        "im ok shes not",
        "the police have gone now and im on my own with him",
        "police are at the wrong door",
        "i dont need the police",
        "this is her husband everything is fine",
        "he made me tell the police im safe",
        "everything is fine officer",
    ],
)
def test_safety_denied(text):
    assert yes.denies_safety(text)


@pytest.mark.parametrize(
    "text",
    [
        "yes its over",
        "im safe now",
        "he has gone",
        "police found him, they got him in the car",
        "it's not happening any more",
        "he is not here, i am at my mums",
        "they said he won't come back tonight",
        "still shaking but safe",
        "i am back home and safe",
        "the little one is asleep next to me with a teddy",
        "he went home",
        "police have just driven off with him in the back",
        "",
    ],
)
def test_safety_not_denied(text):
    assert not yes.denies_safety(text)


@pytest.mark.parametrize(
    "text",
    [
        "yeah they arrested him",
        "yep sorted cheers",
        "Sorted, thank you.",
        "ye im fine",
        "danger over",
        "it is finished",
        "he's in custody",
        "shes been nicked",
        "all good, thanks",
        "false alarm",
    ],
)
def test_words_of_an_end(text):
    assert yes.says_ended(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "he's gone",
        "gone quiet",
        "not safe yet",
        "is it over?",
        "im fine but hes here",
        "they arrested the wrong one",
        "they arrested him and let him go",
        "he nicked my phone",
        "he was arrested last week",
        "waiting for him to be arrested",
        "ok now calling them",
        "all good calling now",
        "im safe behind the door",
        "im safe for now",
        "he is over by the bins",
        "its over for me",
        "my life is over",
        "its being dealt with",
        "he says everything is fine",
        "fine",
        "safe",
        "ok",
    ],
)
def test_no_words_of_an_end(text):
    assert not yes.says_ended(text)


@pytest.mark.parametrize(
    "text",
    [
        "police are here",
        "two officers just arrived",
        "he drove off ages ago",
        "flown off towards the road",
        "nah sorry its on the telly",
        "im inside the station now",
        "all over",
        "everything ok now here",
        "neighbour came and made her go",
        "my brothers picked me up and we are at his flat",
    ],
)
def test_words_that_tell_why_it_is_over(text):
    assert yes.tells_an_end(text)


@pytest.mark.parametrize(
    "text",
    ["he is with me", "hes here with me", "my husband is here", "its fine", "im with my kids", ""],
)
def test_a_place_or_a_person_tells_of_no_end(text):
    assert not yes.tells_an_end(text)


@pytest.mark.parametrize(
    "text", ["kids are safe at my mums", "my sister is safe", "at least the dog is safe"]
)
def test_somebody_else_is_safe(text):
    assert yes.is_of_others(text)


@pytest.mark.parametrize("text", ["im safe", "the kids and me are safe", "my brother came", "gone"])
def test_it_is_not_only_about_others(text):
    assert not yes.is_of_others(text)


@pytest.mark.parametrize(
    "text", ["i dont want to call", "no i cant ring them", "im scared to talk"]
)
def test_who_will_not_call_has_not_said_no(text):
    assert not yes.is_plain_no(text)


@pytest.mark.parametrize(
    "text",
    ["no", "Nope.", "not now", "no hes at work", "no it isnt", "no it was last week", "no thanks"],
)
def test_a_no_and_no_more(text):
    assert yes.is_plain_no(text)


@pytest.mark.parametrize(
    "text",
    ["", "no hes here", "no it is", "no just sat there", "not yet", "no he wait for me", "no now"],
)
def test_a_no_with_more(text):
    assert not yes.is_plain_no(text)


@pytest.mark.parametrize(
    "text", ["yes", "yes thank you", "it is over", "yes its over now", "ok yes"]
)
def test_a_bare_yes(text):
    assert yes.is_only_yes(text)


@pytest.mark.parametrize("text", ["", "yes im scared", "yes he is", "oh yes very", "yes for now"])
def test_a_yes_with_more(text):
    assert not yes.is_only_yes(text)


@pytest.mark.parametrize(
    "text",
    [
        "i meant last week", "wrong word lol", "sorry that was a mistake", "he's in prison",
        "no its not happening now", "it was years ago", "hes not here", "im only testing this",
    ],
)  # fmt: skip
def test_it_never_was(text):
    assert yes.says_never_was(text)


@pytest.mark.parametrize("text", ["", "he is outside", "not yet", "no mistake?", "he's back"])
def test_it_may_be(text):
    assert not yes.says_never_was(text)


@pytest.mark.parametrize(
    "text", ["yes", "Yes please.", "ok send it to them", "yeah thats right", "go on then", "sure"]
)
def test_a_yes_and_no_more(text):
    assert yes.is_unconditional(text)


@pytest.mark.parametrize(
    "text", ["", "yes wait", "yeah hang on", "yes not now", "yes later", "yes if its safe", "no"]
)
def test_a_yes_with_a_condition(text):
    assert not yes.is_unconditional(text)


@pytest.mark.parametrize(
    "text",
    ["yes but he hasnt left", "yes it never stopped", "yes calling them", "ok police are coming"],
)
def test_a_yes_that_says_something_else(text):
    assert yes.says_otherwise(text)


@pytest.mark.parametrize("text", ["yes", "yes its over", "yeah he left", "aye polis lifted him"])
def test_a_yes_that_says_it(text):
    assert not yes.says_otherwise(text)
