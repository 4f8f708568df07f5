"""What words tell of a danger that was told before."""

from __future__ import annotations

import pytest

from actions import ended
from bot.safety import control_phrases


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
        "he passed out",
        "am i safe",
        "am i safe here",
    ],
)
def test_safety_denied(text):
    assert ended.denies_safety(text)


@pytest.mark.parametrize(
    "text",
    [
        "yes its over",
        "im safe now",
        "he has gone",
        "police found him, they got him in the car",
        "it's not happening any more",
        "Is over, thanks God. Police take him",
        "yes!! still shaking but they got him",
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
    assert not ended.denies_safety(text)


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
    assert ended.says_ended(text)


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
    assert not ended.says_ended(text)


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
        "im wi the polis",
        "im in the back of a police van",
        "police just pulled up",
        "security kicked him out",
        "he left before they came",
        "hes buggered off",
        "porter came, he's been walked off",
        "the officers have been and taken him",
        "dads found her",
        "he's brought her back, shes ok",
        "my dad met me and im home and ok",
        "my sisters here and hes locked up",
    ],
)
def test_words_that_tell_why_it_is_over(text):
    assert ended.tells_an_end(text)


@pytest.mark.parametrize(
    "text",
    [
        "i came home and he was here", "i'm at work, kids are home with the sitter",
        "i am home with him and his mum", "my other boy is home with me",
        "he has done it before and the police brought him home", "im 200 miles away",
        "ive got on the train and sat by the guard", "police station is 10 miles away",
        "police have been out to me before", "the police took him away last time",
        "i've come into my parents room they are away", "im in a shop now with staff",
        "he found her", "hes pissed off",
    ],
)  # fmt: skip
def test_no_end_is_told(text):
    assert not ended.tells_an_end(text)


@pytest.mark.parametrize(
    ("text", "is_asked", "is_told"),
    [
        ("i am with my neighbour now", True, True),
        ("im round at my mams", True, True),
        ("we got to my sisters", True, True),
        ("im at my mums, he doesnt know where she lives", False, True),
        ("i am with my neighbour now", False, False),
        ("im with my kids", True, False),
        ("yes thanks the neighbour sat with us", True, True),
        ("yes thanks the neighbour sat with us", False, False),
        ("yes but my kids are with him", True, False),
        ("im at my brothers he hit me", True, False),
        ("i am home with him and his mum", True, False),
    ],
)
def test_where_somebody_is_answers_whether_it_is_over(text, is_asked, is_told):
    assert ended.tells_an_end(text, is_asked=is_asked) is is_told


@pytest.mark.parametrize(
    "text",
    [
        "he is with me",
        "hes here with me",
        "my husband is here",
        "its fine",
        "im with my kids",
        "",
        "my mum is coming over",
        "my brother came over",
    ],
)
def test_a_place_or_a_person_tells_of_no_end(text):
    assert not ended.tells_an_end(text)


@pytest.mark.parametrize(
    "text", ["kids are safe at my mums", "my sister is safe", "at least the dog is safe"]
)
def test_somebody_else_is_safe(text):
    assert ended.is_of_others(text)


@pytest.mark.parametrize("text", ["im safe", "the kids and me are safe", "my brother came", "gone"])
def test_it_is_not_only_about_others(text):
    assert not ended.is_of_others(text)


@pytest.mark.parametrize(
    "text",
    [
        "hes been released", "he's got out the police car", "police came and left",
        "the kids are with him", "kids are at his", "im ok now got the door locked",
        "he left the room", "hes gone for a smoke", "he left with my son", "i dont feel safe",
        "im no safe", "he aint left", "police have said 40 mins", "i need somewhere safe",
        "hes away tae get his brother", "hes stopped at my door", "im cuffed", "he caught me",
        "police have not come", "hes gone round to my mums", "i dont know where he is",
        "he went home for his knife",
        "they took him away but hes out again", "he got arrested but walked out again",
        "he was arrested but they bailed him",
        "staff have gone home", "got him on the phone now", "hopefully gone", "they let him go",
        "they arrested me", "police arrested the wrong brother", "they arrested my brother not him",
        "my mum got arrested", "police took my dad", "he was arrested but got out",
        "they took him to hospital and he walked out", "bouncers threw me out",
        "he took her away", "my sister left with him", "he took her with him and left",
        "hes calm now", "the train has stopped", "the police sent him in",
        "he followed me home safe",
        "hes over at the neighbours", "false alarm he is just upset",
        "officers here are his friends",
        "he is with police, he works for them", "hes at the police station hes an officer there",
        "police are with him in my house", "im safe but he has my son",
        "we are ok now he is cooking",
        "he has been arrested but his brother is here", "im safe he has my mum",
        "im safe but my daughter isnt", "he got arrested and his mates are outside",
        "paramedics are here he is in the house",
    ],
)  # fmt: skip
def test_safety_that_is_none_while_danger_is_open(text):
    assert ended.denies_end(text)
    assert not ended.denies_safety(text)


@pytest.mark.parametrize(
    "text",
    [
        "police are with him", "i got away", "hes at his mums", "my dad came im at his",
        "he let her go shes home", "she got out", "hes not here, probably at work",
        "yes thank you i am with my neighbour and the doors are locked", "im not with him any more",
        "police came and left with him in the car", "he let me go and i ran to a shop",
        "im with an officer", "he left before they came", "my sisters here and hes locked up",
        "im safe but shaken", "police came he ran off", "shes back with me", "he was arrested",
        "police have got him", "they took him away", "security took him off with them",
    ],
)  # fmt: skip
def test_safety_that_is_one(text):
    assert not ended.denies_end(text)


@pytest.mark.parametrize(
    "text",
    [
        "shes back with me", "got her back thank god", "police have found them", "they found her",
        "police are there now", "she is safe", "my son is home safe", "he is with me now",
        "they arrested him", "false alarm", "sorted thanks",
    ],
)  # fmt: skip
def test_somebody_else_is_out_of_danger(text):
    assert ended.tells_others_end(text)


@pytest.mark.parametrize(
    "text",
    ["he has gone", "he drove off", "he left", "they left", "i drove off after him",
     "it has stopped",
     "he took her away", "he drove off with her", "shes gone with him", "im safe", ""],
)  # fmt: skip
def test_that_the_other_has_gone_is_no_end_for_them(text):
    assert not ended.tells_others_end(text)


@pytest.mark.parametrize(
    "text", ["back", "back again", "hes back now", "here again", "returned", "omg outside again"]
)
def test_who_had_gone_is_there_again(text):
    assert ended.says_back(text)


@pytest.mark.parametrize("text", ["", "im back", "i am here", "back home", "back to normal"])
def test_who_writes_is_back(text):
    assert not ended.says_back(text)


def test_who_is_out_of_prison():
    assert ended.tells_of_release("he has been released from prison")
    assert not ended.tells_of_release("i am out of the house")


@pytest.mark.parametrize(
    ("judge", "phrase"),
    [
        (control_phrases.says_not_now, "not really "),
        (ended.says_ended, "its all "),
    ],
)
def test_no_text_takes_long(judge, phrase):
    """A hundred phrases that can each be read in two ways: without a limit this never ends."""
    assert not judge(100 * phrase + "x")
