"""`action_answer`: which register items are said for a label, in which order, and what is kept."""

from __future__ import annotations

import pytest
import yaml
from rasa_sdk.events import SlotSet

from actions import conversation
from actions.answer import CLOSING, SUPPORT_LINE, TYPED_CALLS, ActionAnswer
from actions.choice import SAME_ANSWER
from bot.content.hours import likely_open
from bot.content.register import CONTENT_FOLDER, get_register
from bot.content.render import nation_shown, payload_for
from bot.safety.thresholds import thresholds
from bot.slots import SAFE_NOW_OR_ELSE
from tests.unit.actions.conftest import (
    CLOSED,
    OPEN,
    an_answer,
    item,
    kept_lead,
    named,
    offers,
    pressed,
    run,
    short,
    tracker,
    words,
)

LIMITS = thresholds()
WITHOUT_SERVICES = an_answer(with_services=False)
WITH_SERVICES = an_answer("reporting/", with_services=True)
IN_DANGER = {"emergency_mode": True}
# "Is the danger over?" is open, after words that a "yes" may be to.
OR_ELSE = SAFE_NOW_OR_ELSE
# What small talk asks in passing, for the slot `asked`.
ASKS = {"greet": "screen", "goodbye": "traces"}
SMALL_TALK = ["greet", "thank", "goodbye", "bot_challenge", "insult", "out_of_scope", "affirm"]


def answered(where):
    return run(ActionAnswer(), where)


def kept(reply_id, where="england_wales", **others):
    """The slots after a reply, as `domain.yml` explains them."""
    said = item(reply_id, where)
    topic = {"topic": said.id} if said.follow_ups or said.services or said.asks else {}
    services = [f"service:{one}" for one in (*said.services, *others.pop("support", ()))]
    rest = [] if said.more else [f"more:{said.id}"]
    shown = [said.id, *services, *rest]
    found = {"near": None, "shown": shown} if said.asks else {}
    support = {"support_named": True} if said.id.startswith(("advice/", "reporting/")) else {}
    return {
        "asked": None,
        "last_reply": said.id,
        "last_leads": None,
        "not_understood": 0,
        **named(said, nation=where),
        **topic,
        **found,
        **support,
        **others,
    }


@pytest.mark.parametrize("label", SMALL_TALK)
def test_small_talk_is_answered_without_a_helpline_and_keeps_the_topic(label):
    result = answered(tracker(label, slots={"topic": "advice/spo_what"}))
    assert result.text == words(label)
    assert result.payloads == offers(label)
    assert result.slots == kept(label, asked=ASKS.get(label))


def test_the_answer_is_that_of_the_full_label():
    result = answered(tracker("reporting/evidence", slots={"support_named": True}))
    assert result.text == words("reporting/evidence")
    assert result.slots == kept("reporting/evidence")


def test_an_unknown_topic_is_answered_by_its_top_level():
    assert not get_register().has_reply("out_of_scope/no_such_topic")
    result = answered(tracker("out_of_scope/no_such_topic"))
    assert result.text == words("out_of_scope")
    assert result.slots == kept("out_of_scope")


# The helpline of the first answer.


def test_the_two_times_are_inside_and_outside_the_helplines_hours():
    hours = get_register().services[SUPPORT_LINE].hours
    assert likely_open(hours, OPEN) is True
    assert likely_open(hours, CLOSED) is False


def test_the_first_answer_names_a_helpline():
    result = answered(tracker(WITHOUT_SERVICES))
    assert result.text == words(WITHOUT_SERVICES, "first_support")
    assert result.slots == kept(WITHOUT_SERVICES, support=[SUPPORT_LINE], **named("first_support"))
    assert result.slots["support_named"] is True


def test_the_second_answer_does_not_name_it_again():
    result = answered(tracker(WITHOUT_SERVICES, slots={"support_named": True}))
    assert result.text == words(WITHOUT_SERVICES)


def test_an_answer_that_lists_services_needs_no_other_helpline():
    result = answered(tracker(WITH_SERVICES))
    assert result.text == words(WITH_SERVICES)
    assert result.slots["support_named"] is True


def test_out_of_hours_an_open_helpline_is_named(clock):
    clock.now = CLOSED
    result = answered(tracker(WITHOUT_SERVICES))
    assert result.text == words(WITHOUT_SERVICES, "first_support_closed", now=CLOSED)


def test_the_services_of_an_answer_are_listed_open_ones_first(clock):
    said = next(
        reply
        for reply in get_register().replies.values()
        if reply.nation == "england_wales" and {"nsh", "victim_support"} <= set(reply.services)
        if not reply.asks
    )
    hotline, always = (get_register().services[name].name for name in ("nsh", "victim_support"))
    clock.now = CLOSED
    lines = answered(tracker(said.id)).text.split("\n\n")[-1]
    assert lines.index(f"{always}:") < lines.index(f"{hotline}:")


# Possible danger.


def test_possible_danger_leads_with_the_check_and_asks():
    result = answered(tracker("advice/tracker", tier="check", slots={"support_named": True}))
    assert result.text == words("emergency_check", short("advice/tracker"))
    assert result.payloads == offers("emergency_check", "advice/tracker")
    assert result.slots == kept(
        "advice/tracker",
        asked="happening_now",
        danger_seen=True,
        last_leads=["emergency_check"],
    )


def test_in_possible_danger_lead_answer_and_question_fit_a_phone():
    """Whatever was asked; words as they are counted by the lint, the helplines included."""
    lead, most = item("emergency_check"), 100
    for reply in get_register().replies.values():
        if reply.id.startswith(("advice/", "reporting/")):
            slots = {"nation": nation_shown(reply)}
            text = answered(tracker(reply.id, tier="check", slots=slots)).text
            assert len(text.split()) <= most, reply.id
            assert text.endswith(lead.question["en"])


def test_in_possible_danger_no_helpline_is_added_and_the_next_answer_names_one():
    first = answered(tracker(WITHOUT_SERVICES, tier="check"))
    assert first.text == words("emergency_check", short(WITHOUT_SERVICES))
    assert "support_named" not in first.slots
    second = answered(tracker(WITHOUT_SERVICES, slots=first.slots, text="how do i do that"))
    assert second.text == words(WITHOUT_SERVICES, "first_support")


def test_the_first_buttons_answer_the_check():
    result = answered(tracker("advice/tracker", tier="check"))
    assert result.payloads[:2] == [payload_for("emergency"), payload_for("check_denied")]


@pytest.mark.parametrize("label", SMALL_TALK)
def test_in_possible_danger_small_talk_gets_the_check_alone(label):
    result = answered(tracker(label, tier="check", slots={"not_understood": 1}))
    assert result.text == words("emergency_check")
    assert result.slots == {
        "asked": "happening_now",
        "danger_seen": True,
        "not_understood": 0,
        **kept_lead("emergency_check"),
    }


def test_a_possible_crisis_leads_with_whom_to_talk_to():
    where = tracker("reporting/how", crisis="check", slots={"support_named": True})
    result = answered(where)
    assert result.text == words("crisis_check", "reporting/how")
    assert result.slots == kept(
        "reporting/how",
        danger_seen=True,
        asked="crisis",
        last_leads=["crisis_check"],
        **named("crisis_check", "reporting/how"),
    )


@pytest.mark.parametrize(
    ("slots", "lead", "answer", "question"),
    [
        ({}, "emergency_check", short("reporting/how"), "happening_now"),
        (IN_DANGER, "emergency_reminder", short("reporting/how"), OR_ELSE),
    ],
)
def test_a_possible_crisis_is_led_to_help_after_danger(slots, lead, answer, question):
    slots = {**slots, "support_named": True}
    result = answered(tracker("reporting/how", tier="check", crisis="check", slots=slots))
    assert result.text == words(lead, "crisis_check", answer)
    assert result.payloads == offers(lead, "crisis_check", "reporting/how")
    assert result.slots == kept(
        "reporting/how",
        asked=question,
        danger_seen=True,
        last_leads=[lead, "crisis_check"],
        **named("crisis_check", "reporting/how"),
    )


@pytest.mark.parametrize("label", SMALL_TALK)
def test_small_talk_in_danger_and_a_possible_crisis_gets_both_leads(label):
    result = answered(tracker(label, tier="check", crisis="check"))
    assert result.text == words("emergency_check", "crisis_check")


@pytest.mark.parametrize(
    ("label", "slots", "said", "asked"),
    [
        ("safe_now", IN_DANGER, "safe_now", "crisis"),
        ("affirm", {**IN_DANGER, "asked": "safe_now"}, "safe_now", "crisis"),
        ("deny", IN_DANGER, "emergency_denied", "crisis"),
        ("deny", {"asked": "happening_now"}, "check_denied", "crisis"),
        ("not_sure", {"asked": "happening_now"}, "check_unsure", "happening_now"),
    ],
)
def test_an_answer_about_danger_does_not_hide_a_possible_crisis(label, slots, said, asked):
    """ "Yes I'm safe. I just want it to end"."""
    turn = {"over": 0.9 if label == "affirm" else 0.0}
    where = tracker(label, slots=slots, crisis="check", text="yes im safe, end it", turn=turn)
    result = answered(where)
    assert result.text == words(said, "crisis_check")
    assert result.slots["asked"] == asked


@pytest.mark.parametrize(("tier", "text"), [("check", "no hes inside"), ("none", "i cant call")])
def test_a_no_that_tells_of_danger_leaves_the_check_open(tier, text):
    slots = {"asked": "happening_now"}
    guesses = {"deny": 0.95}
    result = answered(tracker("deny", slots=slots, tier=tier, text=text, guesses=guesses))
    assert result.text == words("check_unsure")
    assert result.slots["asked"] == "happening_now"


@pytest.mark.parametrize(
    "label",
    ["thank", "insult", "out_of_scope", "bot_challenge", "advice/tracker", "nation/scotland"],
)
def test_what_answers_nothing_leaves_the_check_open(label):
    assert answered(tracker(label, slots={"asked": "happening_now"})).slots["asked"] == (
        "happening_now"
    )


@pytest.mark.parametrize("label", ["greet", "goodbye"])
def test_what_asks_something_else_asks_the_open_check_again(label):
    result = answered(tracker(label, slots={"asked": "happening_now"}))
    assert result.text == words("emergency_check")
    assert result.slots["asked"] == "happening_now"


def test_a_hint_of_a_crisis_asks_the_open_check_again():
    slots = {"asked": "happening_now", "support_named": True}
    result = answered(tracker("advice/law", slots=slots, crisis="check"))
    assert result.text == words("emergency_check", "crisis_check", short("advice/law"))
    assert result.slots["asked"] == "happening_now"


def test_after_a_check_the_crisis_before_it_is_open_again():
    slots = {"asked": "happening_now", "crisis_seen": True}
    result = answered(tracker("deny", slots=slots))
    assert result.text == words("check_denied")
    assert result.slots["asked"] == "crisis_after"


@pytest.mark.parametrize("slots", [{}, {"asked": "screen"}, {"asked": "safe_now"}])
def test_an_open_question_is_closed_by_another_message(slots):
    assert answered(tracker("advice/tracker", slots=slots)).slots["asked"] is None


def test_a_reply_that_asks_opens_its_question_and_drops_no_other_slot():
    events = [SlotSet("asked", None), SlotSet("support_named", True)]
    assert conversation.asking("screen", events) == [
        SlotSet("support_named", True),
        SlotSet("asked", "screen"),
    ]


# Emergency mode.


def test_in_an_emergency_the_reminder_leads_where_danger_is_possible():
    slots = {**IN_DANGER, "support_named": True}
    result = answered(tracker("reporting/how", slots=slots, tier="check"))
    assert result.text == words("emergency_reminder", short("reporting/how"))
    assert result.payloads == offers("emergency_reminder", "reporting/how")
    assert result.slots == kept(
        "reporting/how", asked=OR_ELSE, danger_seen=True, last_leads=["emergency_reminder"]
    )


@pytest.mark.parametrize("label", ["insult", "out_of_scope", "affirm"])
def test_in_an_emergency_what_may_be_a_piece_of_it_gets_the_reminder_only(label):
    result = answered(tracker(label, slots=IN_DANGER))
    assert result.text == words("emergency_reminder")
    assert result.payloads == offers("emergency_reminder")
    asked = OR_ELSE if label == "out_of_scope" else "safe_now"
    assert result.slots == {"asked": asked, "danger_seen": True, "not_understood": 0}


@pytest.mark.parametrize(
    "where",
    [
        tracker("affirm", slots={**IN_DANGER, "asked": "safe_now"}, text="yes"),
        tracker("safe_now", slots=IN_DANGER),
        tracker("safe_now"),
        tracker("safe_now", slots={**IN_DANGER, "asked": "safe_now"}, tier="check"),
    ],
    ids=["yes to: are you safe now?", "said so", "said so without an emergency", "when asked"],
)
def test_being_safe_ends_the_emergency(where):
    result = answered(where)
    assert result.text == words("safe_now")
    assert result.slots == kept("safe_now", emergency_mode=False)


@pytest.mark.parametrize(
    ("tier", "confidence", "ends"),
    [
        ("none", 0.96, True),
        ("check", 0.96, False),
        ("none", LIMITS.safe, True),
        ("none", LIMITS.safe - 0.01, False),
    ],
)
def test_only_a_sure_yes_without_a_sign_of_danger_ends_an_emergency(tier, confidence, ends):
    """Not "yes, I can hear him though"."""
    slots = {**IN_DANGER, "asked": "safe_now"}
    guesses = {"affirm": confidence}
    where = tracker("affirm", slots=slots, tier=tier, guesses=guesses, text="yes")
    result = answered(where)
    assert result.text == words("safe_now" if ends else "emergency_reminder")
    assert (result.slots.get("emergency_mode") is False) is ends
    assert result.slots["asked"] == (None if ends else "safe_now")


def test_yes_without_that_question_does_not_end_the_emergency():
    result = answered(tracker("affirm", slots={**IN_DANGER, "asked": None}))
    assert "emergency_mode" not in result.slots
    assert result.text == words("emergency_reminder")


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("thank", "should i hide"),
        ("thank", "is he gone?"),
        ("out_of_scope/gibberish", "asdf"),
    ],
)
def test_a_yes_to_ones_own_question_ends_no_emergency(label, text):
    """ "Should I hide" - "Is the danger over?" - "yes"."""
    reminded = answered(tracker(label, slots=IN_DANGER, text=text))
    assert reminded.slots["asked"] == OR_ELSE
    for yes in ("yes", "yes please", "yes it is"):
        where = tracker("affirm", slots={**IN_DANGER, "asked": OR_ELSE}, text=yes)
        result = answered(where)
        assert result.text == words("emergency_yes")
        assert result.payloads == [payload_for("emergency"), payload_for("safe_now")]
        assert result.slots == kept("emergency_yes", asked="now_or_over")


def in_danger(*messages, **slots):
    """What is said to each of these in an emergency, and the slots in the end."""
    slots = {**IN_DANGER, "emergency_reply": "emergency/followed_now", **slots}
    said = []
    for label, text in messages:
        result = answered(tracker(label, slots=slots, text=text))
        slots |= result.slots
        said.append(result.text)
    return said, slots


ACKNOWLEDGEMENTS = [
    "ok", "OK.", "okay", "right ok", "ok then", "fine", "alright", "mhm", "k", "sure", "👍",
    "uh huh", "ok i will", "yes i will", "yes calling them", "yes ill ring now", "/affirm",
]  # fmt: skip


@pytest.mark.parametrize("word", ACKNOWLEDGEMENTS)
@pytest.mark.parametrize("asked", ["safe_now", OR_ELSE, "now_or_over", None])
def test_who_only_acknowledges_is_asked_again(word, asked):
    """ "Call 999 now. Is the danger over?" - "ok", which means "I will"."""
    said, slots = in_danger(*[("affirm", word)] * 3, asked=asked)
    assert said == [words("emergency_reminder")] * 3
    assert slots["emergency_mode"] is True
    said, slots = in_danger(("affirm", word), ("thank", "thanks"), ("affirm", word), asked=asked)
    assert slots["emergency_mode"] is True


@pytest.mark.parametrize("word", ["yes", "yeah", "yep", "YES", "yesss", "it is", "ok yes", "y"])
def test_a_yes_right_after_the_question_ends_the_emergency(word):
    said, slots = in_danger(("affirm", "ok"), ("affirm", word))
    assert said == [words("emergency_reminder"), words("safe_now")]
    assert slots["emergency_mode"] is False


@pytest.mark.parametrize("text", ["yes please", "yes help me", "yes but hes still there", "yes?"])
def test_a_yes_that_asks_for_something_or_goes_on_ends_nothing(text):
    _, slots = in_danger(("affirm", text), asked="safe_now")
    assert slots["emergency_mode"] is True


@pytest.mark.parametrize("first", [("deny", "no"), ("affirm", "yes")])
def test_no_mere_yes_after_now_or_over_ends_an_emergency(first):
    """ "Is it happening now, or is it over?" - "yes": 999 again, and no end later."""
    said, slots = in_danger(first, *[("affirm", "yes")] * 7, asked=OR_ELSE)
    assert said[0].endswith(item("emergency_yes").question["en"])
    assert said[1] == words("emergency/followed_now")
    assert said[2:4] == [words("emergency_reminder"), words("emergency_yes")]
    assert slots["emergency_mode"] is True


@pytest.mark.parametrize("asked", ["safe_now", OR_ELSE, "now_or_over", None])
def test_who_is_not_sure_if_the_danger_is_over_need_not_be(asked):
    result = answered(tracker("not_sure", slots={**IN_DANGER, "asked": asked}))
    assert result.text == words("emergency_unsure")
    assert set(result.payloads) == set(offers("emergency_reminder"))
    assert result.slots == kept("emergency_unsure")


@pytest.mark.parametrize("lead_id", ["emergency_reminder", "emergency_check"])
def test_what_a_lead_asks_stands_last(lead_id):
    """The eye meets the last sentence, so that is what a "yes" answers; 999 stays first."""
    slots = {"emergency_mode": lead_id == "emergency_reminder", "support_named": True}
    lead = item(lead_id)
    result = answered(tracker("reporting/how", slots=slots, tier="check"))
    bubbles = result.text.split("\n\n")
    assert "999" in bubbles[0] and "?" not in bubbles[0]
    assert bubbles[-1] == lead.question["en"]
    assert result.payloads[: len(lead.offers)] == offers(lead)


@pytest.mark.parametrize("asked", ["safe_now", OR_ELSE, None])
def test_no_in_an_emergency_says_999_and_asks_which(asked):
    result = answered(tracker("deny", slots={**IN_DANGER, "asked": asked}))
    assert result.text == words("emergency_denied")
    assert result.payloads == [payload_for("emergency"), payload_for("safe_now")]
    assert result.slots == kept("emergency_denied", asked="now_or_over")


@pytest.mark.parametrize(
    "where",
    [tracker("deny", slots={"asked": "happening_now"}), pressed("check_denied")],
    ids=["typed", "button"],
)
def test_no_to_the_check_is_accepted(where):
    result = answered(where)
    assert result.text == words("check_denied")
    assert result.slots == kept("check_denied")


def test_no_without_a_question_is_small_talk():
    assert answered(tracker("deny")).text == words("deny")


# Scotland and Northern Ireland.


@pytest.mark.parametrize("nation", ["scotland", "northern_ireland"])
@pytest.mark.parametrize("how", ["entity", "button"])
def test_another_nation_gets_its_own_route_and_is_kept(nation, how):
    if how == "entity":
        named = {"entities": {"nation": nation}, "text": "i live in glasgow", "place": "glasgow"}
        result = answered(tracker("advice/other_nation", **named))
    else:
        result = answered(pressed(f"nation/{nation}"))
    assert result.text == words(f"nation/{nation}", nation=nation)
    expected = kept(f"nation/{nation}", nation, nation=nation, support_named=True)
    assert result.slots == expected


def test_the_nation_can_be_corrected():
    where = tracker(
        "advice/other_nation",
        text="glasgow",
        place="glasgow",
        entities={"nation": "scotland"},
        slots={"nation": "northern_ireland", "topic": "nation/northern_ireland"},
    )
    result = answered(where)
    assert result.text == words("nation/scotland", nation="scotland")
    assert result.slots["nation"] == "scotland"


def test_without_a_place_the_nation_stays_open():
    result = answered(tracker("advice/other_nation", slots={"support_named": True}))
    assert result.text == words("advice/other_nation")
    assert "nation" not in result.slots


def test_a_place_named_in_passing_changes_nothing():
    result = answered(
        tracker("advice/tracker", entities={"nation": "scotland"}, slots={"support_named": True})
    )
    assert result.text == words("advice/tracker")
    assert "nation" not in result.slots


def test_what_holds_for_england_only_leads_to_the_nations_route():
    result = answered(tracker("advice/right_to_know", slots={"nation": "scotland"}))
    note, route = words("nation_unknown"), words("nation/scotland", nation="scotland")
    assert result.text == f"{note}\n\n{route}" and "999" in route
    assert "advice/right_to_know" not in str(result.slots)


def test_practical_advice_is_given_in_every_nation_with_a_note_and_services_that_are_there():
    slots = {"nation": "scotland", "support_named": True}
    result = answered(tracker("advice/personal_safety", slots=slots))
    advice = words("advice/personal_safety", nation="scotland")
    assert result.text == f"{words('nation_note')}\n\n{advice}"
    assert get_register().services["nsh"].phone in advice
    assert get_register().services["victim_support"].phone not in advice


def test_northern_ireland_has_an_answer_of_its_own():
    slots = {"nation": "northern_ireland", "support_named": True}
    result = answered(tracker("advice/spo_what", slots=slots))
    assert result.text == words("advice/spo_what", nation="northern_ireland")
    assert result.text != words("advice/spo_what")


def test_every_place_of_the_lookup_list_leads_to_a_nation():
    path = CONTENT_FOLDER.parent / "nlu" / "nations.yml"
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]

    def examples(entry):
        return {line.removeprefix("- ") for line in entry["examples"].splitlines()}

    places = set().union(*(examples(entry) for entry in entries if "lookup" in entry))
    meant = {place: e["synonym"] for e in entries if "synonym" in e for place in examples(e)}
    assert places
    for place in places:
        assert get_register().has_reply(f"nation/{meant[place]}"), place


# More of the same.


def more(text, label=WITHOUT_SERVICES, last=None, **others):
    slots = {"support_named": True, "last_reply": last or label}
    return tracker(label, guesses={label: 0.95}, text=text, slots=slots, **others)


@pytest.mark.parametrize("text", ["about two years now", "samsung", "every sat", "he has my keys"])
def test_more_of_the_same_is_not_answered_with_the_same_words(text):
    result = answered(more(text))
    assert result.text == words(SAME_ANSWER)
    assert result.payloads == offers(WITHOUT_SERVICES)
    assert "last_reply" not in result.slots, "so that it can be said again"


@pytest.mark.parametrize("text", ["in what, a notebook?", "how do i do that", "so can she"])
def test_a_question_gets_its_answer_even_twice(text):
    assert answered(more(text)).text == words(WITHOUT_SERVICES)


def test_another_topic_gets_its_answer():
    assert answered(more("about two years now", last="greet")).text == words(WITHOUT_SERVICES)


def test_a_button_gets_its_answer_every_time():
    again = pressed(WITHOUT_SERVICES, slots={"support_named": True, "last_reply": WITHOUT_SERVICES})
    assert answered(again).text == words(WITHOUT_SERVICES)


def test_more_of_the_same_that_may_be_danger_is_led_by_999():
    result = answered(more("he is by the gate", tier="check"))
    assert result.text == words("emergency_check", SAME_ANSWER)
    assert result.payloads == offers("emergency_check")


# Was it helpful?


@pytest.mark.parametrize("label", ["thank", "goodbye"])
@pytest.mark.parametrize("last", ["advice/tracker", "reporting/how", "nation/scotland"])
def test_after_an_answer_thanks_and_goodbye_ask_if_it_helped(label, last):
    result = answered(tracker(label, slots={"last_reply": last}))
    assert result.text == words(label, "helpful")
    assert result.payloads == offers(label, "helpful")
    assert result.payloads[-2:] == [payload_for("helpful/yes"), payload_for("helpful/no")]
    assert result.slots == kept(label, asked="helpful")


@pytest.mark.parametrize(
    "slots",
    [
        {},
        {"last_reply": "safe_now"},
        {"last_reply": "helpful/yes"},
        {"last_reply": "advice/tracker", "danger_seen": True},
        {"last_reply": "advice/tracker", "danger_seen": True, "emergency_mode": False},
        {"last_reply": "advice/tracker", "emergency_mode": True},
    ],
    ids=["nothing yet", "after danger", "asked before", "a crisis", "was in danger", "in danger"],
)
@pytest.mark.parametrize("label", ["thank", "goodbye"])
def test_nobody_who_was_in_danger_or_got_no_answer_is_asked(label, slots):
    result = answered(tracker(label, slots=slots))
    assert words("helpful") not in result.text
    assert payload_for("helpful/yes") not in result.payloads


@pytest.mark.parametrize("more", [{"tier": "check"}, {"crisis": "check"}])
def test_thanks_that_may_be_a_cry_for_help_ask_nothing_else(more):
    result = answered(tracker("thank", slots={"last_reply": "advice/tracker"}, **more))
    assert words("helpful") not in result.text


@pytest.mark.parametrize("label", SMALL_TALK)
def test_other_small_talk_does_not_ask(label):
    if label not in CLOSING:
        result = answered(tracker(label, slots={"last_reply": "advice/tracker"}))
        assert result.text == words(label)


@pytest.mark.parametrize("said", ["helpful/yes", "helpful/no"])
def test_the_answer_to_it_is_acknowledged(said):
    result = answered(pressed(said))
    assert result.text == words(said)
    assert result.slots == kept(said, **({"topic": said} if item(said).services else {}))


@pytest.mark.parametrize(
    ("label", "text", "said"),
    [("affirm", "yes it did", "helpful/yes"), ("deny", "no", "helpful/no")],
)
def test_typed_it_does_what_the_button_does(label, text, said):
    slots = answered(tracker("thank", slots={"last_reply": "advice/tracker"})).slots
    result = answered(tracker(label, slots=slots, text=text))
    assert result.text == words(said)
    assert result.slots == kept(said, **({"topic": said} if item(said).services else {}))


def test_ok_does_not_say_that_it_helped():
    assert answered(tracker("affirm", slots={"asked": "helpful"}, text="ok")).text == words(
        "affirm"
    )


@pytest.mark.parametrize("text", ["yes", "yes please", "ok"])
def test_a_yes_after_goodbye_tells_of_traces(text):
    slots = {**answered(tracker("goodbye")).slots, "support_named": True}
    assert answered(tracker("affirm", slots=slots, text=text)).text == words("advice/traces")


# "Could anyone else see this screen?"


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("affirm", "yes"),
        ("affirm", "yes he checks it"),
        ("not_sure", "not sure"),
        ("not_sure", "he might"),
    ],
)
def test_who_may_be_watched_is_not_urged_to_type(label, text):
    slots = answered(tracker("greet")).slots
    result = answered(tracker(label, slots=slots, text=text))
    assert result.text == words("screen_seen")
    assert result.payloads[:2] == [payload_for("advice/traces"), payload_for("delete_chat")]
    assert result.slots == kept("screen_seen")


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("deny", "no"),
        ("affirm", "ok"),
        ("affirm", "yes please"),
        ("not_sure", "i dont know where to start"),
    ],
)
def test_other_words_after_hello_go_on_as_ever(label, text):
    slots = answered(tracker("greet")).slots
    assert answered(tracker(label, slots=slots, text=text)).text == words(label)


def test_in_a_form_hello_leaves_only_the_forms_question_open():
    assert answered(tracker("greet", loop="four_form")).slots["asked"] is None


@pytest.mark.parametrize("others", [{"tier": "check"}, {"crisis": "check"}])
def test_in_possible_danger_hello_leaves_only_that_question_open(others):
    assert answered(tracker("greet", **others)).slots["asked"] in ("happening_now", "crisis")


@pytest.mark.parametrize("label", ["advice/helplines", "talk_to_person"])
def test_whom_to_talk_to_begins_with_those_for_the_topic(label):
    slots = {**named("advice/young_person"), "support_named": True}
    text = answered(tracker(label, slots=slots)).text
    services = get_register().services
    assert services["childline"].phone in text
    assert text.index(services["childline"].phone) < text.index(services["nsh"].phone)
    assert text.count(services["nsh"].phone) == 1


@pytest.mark.parametrize("label", ["advice/helplines", "talk_to_person"])
@pytest.mark.parametrize("other", ["iopc", "crimestoppers"])
def test_only_helplines_are_put_first_among_people_to_talk_to(label, other):
    slots = {"services": [other, "childline"], "support_named": True}
    text = answered(tracker(label, slots=slots)).text
    services = get_register().services
    assert services["childline"].phone in text
    assert services[other].name not in text


@pytest.mark.parametrize("label", ["advice/helplines", "talk_to_person"])
def test_after_a_crisis_those_for_it_come_first_among_people_to_talk_to(label):
    text = answered(tracker(label, slots={**named("crisis"), "support_named": True})).text
    services = get_register().services
    assert text.index(services["samaritans"].name) < text.index(services["nsh"].phone)


def test_who_wants_to_ring_reads_services_without_a_telephone_number_last():
    slots = {**named("advice/digital_safety"), "support_named": True}
    text = answered(tracker("talk_to_person", slots=slots)).text
    services = get_register().services
    assert text.index(services["paladin"].phone) < text.index(services["cyber_helpline"].name)
    assert services["refuge_tech"].name not in text


def test_in_an_emergency_no_helpline_is_added_to_an_answer():
    result = answered(tracker(WITHOUT_SERVICES, slots=IN_DANGER, tier="check"))
    assert result.text == words("emergency_reminder", short(WITHOUT_SERVICES))


def test_a_small_word_in_possible_danger_leaves_the_check_to_be_said_again():
    result = answered(tracker("thank", tier="check", slots={"last_reply": WITH_SERVICES}))
    assert result.slots["last_leads"] == ["emergency_check"]
    assert result.slots["last_reply"] is None


# After the answer to a crisis a short word is no change of subject.
@pytest.mark.parametrize("label", ["deny", "affirm", "not_sure", "safe_now"])
def test_a_word_after_a_crisis_keeps_people_to_talk_to_in_view(label):
    result = answered(tracker(label, slots=AFTER_CRISIS))
    assert result.text == words("crisis_after")
    assert result.slots["asked"] == "crisis_after"


OVER = "police have him, im at my mums"
AFTER_CRISIS = {"asked": "crisis", "danger_seen": True, "crisis_seen": True}


@pytest.mark.parametrize("label", ["deny", "affirm", "not_sure"])
def test_a_word_after_danger_and_a_crisis_gets_999_and_people_to_talk_to(label):
    slots = {**AFTER_CRISIS, **IN_DANGER}
    result = answered(tracker(label, slots=slots, guesses={label: 0.99}))
    assert result.text == words("emergency_reminder", "crisis_after")


@pytest.mark.parametrize(
    ("sure", "said"),
    [(0.99, ["safe_now"]), (0.7, ["emergency_reminder", "crisis_after"])],
)
def test_who_is_safe_is_believed_after_a_crisis_where_it_is_sure(sure, said):
    slots, turn = {**AFTER_CRISIS, **IN_DANGER}, {"over": sure - 0.05}
    where = tracker("safe_now", slots=slots, guesses={"safe_now": sure}, text=OVER, turn=turn)
    result = answered(where)
    assert result.text == words(*said)
    assert result.slots.get("emergency_mode", True) is (said[0] != "safe_now")


@pytest.mark.parametrize("label", ["thank", "greet", "insult"])
def test_thanks_and_the_like_do_not_close_a_crisis(label):
    slots, texts = AFTER_CRISIS, []
    for _ in range(3):
        result = answered(tracker(label, slots=slots, guesses={label: 0.99}))
        slots = {**slots, **result.slots}
        texts.append(result.text)
    assert texts == [words("crisis_after"), words("crisis_check"), words("crisis_check")]
    assert slots["asked"] == "crisis_after"


@pytest.mark.parametrize("label", ["bot_challenge", "capabilities", "talk_to_person"])
@pytest.mark.parametrize("asked", ["crisis", "crisis_after"])
def test_a_question_about_the_chat_is_answered_and_closes_no_crisis(asked, label):
    slots = {"asked": asked, "danger_seen": True, "support_named": True}
    result = answered(tracker(label, slots=slots, guesses={label: 0.99}))
    assert result.text == words("crisis_check", label)
    assert result.slots["asked"] == asked


@pytest.mark.parametrize("label", ["bot_challenge", "capabilities", "talk_to_person"])
def test_in_danger_a_question_about_the_chat_gets_what_leads_alone(label):
    assert answered(tracker(label, tier="check")).text == words("emergency_check")
    result = answered(tracker(label, tier="check", slots=IN_DANGER))
    assert result.text == words("emergency_reminder")


@pytest.mark.parametrize("asked", ["crisis", "crisis_after"])
def test_who_leaves_in_a_crisis_hears_whom_to_talk_to(asked):
    slots = {"asked": asked, "danger_seen": True}
    for _ in range(2):
        result = answered(tracker("goodbye", slots=slots, guesses={"goodbye": 0.99}))
        assert result.text == words("crisis_after/goodbye")
        assert "999" in result.text
        for service in ("samaritans", "shout"):
            assert get_register().services[service].name in result.text
        assert result.slots["asked"] == "crisis_after"
        slots = {**slots, **result.slots}


def test_who_leaves_in_danger_and_a_crisis_hears_999_first():
    slots = {**AFTER_CRISIS, "emergency_mode": True}
    result = answered(tracker("goodbye", slots=slots))
    assert result.text == words("emergency_reminder", short("crisis_after/goodbye"))


def test_who_leaves_after_a_hint_and_another_topic_gets_the_usual_goodbye():
    slots = {"asked": None, "danger_seen": True}
    assert answered(tracker("goodbye", slots=slots)).text == words("goodbye")


def test_who_leaves_after_a_crisis_and_another_topic_hears_whom_to_talk_to():
    slots = {"asked": None, "danger_seen": True, "crisis_seen": True}
    assert answered(tracker("goodbye", slots=slots)).text == words("crisis_after/goodbye")


@pytest.mark.parametrize("text", ["too late", "i dont want the police", "he wants me to"])
def test_a_few_words_after_a_crisis_are_about_it(text):
    guesses = {"reporting/past": 0.95}
    result = answered(tracker("reporting/past", slots=AFTER_CRISIS, guesses=guesses, text=text))
    assert result.text == words("crisis_after")


@pytest.mark.parametrize(
    ("label", "confidence"),
    [("advice/is_it_stalking", 0.9), ("advice/emotional_support", 0.9), ("advice/evidence", 0.3)],
)
def test_what_may_still_be_about_a_crisis_keeps_people_to_talk_to_in_view(label, confidence):
    """ "about 20", after "i took some pills"."""
    result = answered(tracker(label, slots=AFTER_CRISIS, guesses={label: confidence}))
    assert result.text == words("crisis_after")
    assert result.slots["asked"] == "crisis_after"


@pytest.mark.parametrize("confidence", [0.9, 0.3])
def test_whom_to_talk_to_takes_the_place_of_an_answer_once(confidence):
    label = "advice/is_it_stalking"
    slots = {**AFTER_CRISIS, "support_named": True}
    texts = []
    for _ in range(3):
        where = tracker(label, slots=slots, guesses={label: confidence}, text="it never ends")
        result = answered(where)
        slots |= result.slots
        texts.append(result.text)
    led = words("crisis_check", label)
    assert texts == [words("crisis_after"), led, words("crisis_check", SAME_ANSWER)]
    assert slots["asked"] == "crisis_after", "still open"


@pytest.mark.parametrize("label", ["deny", "affirm", "not_sure"])
def test_a_second_word_after_a_crisis_keeps_a_helpline_in_view(label):
    result = answered(tracker(label, slots={**AFTER_CRISIS, "asked": "crisis_after"}))
    assert result.text == words("crisis_check")
    assert result.slots["asked"] == "crisis_after"


def test_who_says_again_to_be_safe_after_a_crisis_hears_both():
    result = answered(tracker("safe_now", slots={**AFTER_CRISIS, "asked": "crisis_after"}))
    assert result.text == words("safe_now", "crisis_check")


def test_a_clear_new_topic_after_a_crisis_is_answered():
    where = tracker(
        "advice/evidence",
        slots={**AFTER_CRISIS, "support_named": True},
        guesses={"advice/evidence": 0.9},
        text="how do i keep proof of what he sends",
    )
    assert answered(where).text == words("advice/evidence")
    assert answered(where).slots["asked"] is None


def test_a_button_after_a_crisis_leads_where_it_says():
    where = pressed("advice/emotional_support", slots={**AFTER_CRISIS, "support_named": True})
    assert answered(where).text == words("advice/emotional_support")


def test_danger_comes_before_people_to_talk_to():
    slots = {**AFTER_CRISIS, "emergency_mode": True}
    result = answered(tracker("deny", slots=slots))
    assert result.text == words("emergency_reminder", "crisis_after")


@pytest.mark.parametrize("asked", [None, "safe_now", "now_or_over"])
@pytest.mark.parametrize("text", ["he is with me", "my son is here", "he has gone to his car"])
def test_a_place_or_a_person_ends_no_emergency(text, asked):
    slots = {**IN_DANGER, "asked": asked}
    result = answered(tracker("safe_now", slots=slots, guesses={"safe_now": 0.99}, text=text))
    assert result.text == words("emergency_reminder")
    assert "emergency_mode" not in result.slots


def test_the_button_ends_an_emergency():
    result = answered(pressed("safe_now", slots=IN_DANGER))
    assert result.slots["emergency_mode"] is False


@pytest.mark.parametrize("text", ["fine", "ok", "ok fine thanks", "right"])
def test_a_mere_ok_ends_no_emergency_whatever_the_models_make_of_it(text):
    slots = {**IN_DANGER, "asked": "safe_now"}
    result = answered(tracker("safe_now", slots=slots, text=text, guesses={"safe_now": 0.99}))
    assert result.text == words("emergency_reminder")
    assert "emergency_mode" not in result.slots


@pytest.mark.parametrize("asked", [None, "safe_now_or_else", "now_or_over"])
def test_they_are_so_only_after_the_question(asked):
    slots = {**IN_DANGER, "asked": asked}
    where = tracker("thank", slots=slots, text="sorted cheers", guesses={"thank": 0.9})
    assert "emergency_mode" not in answered(where).slots


@pytest.mark.parametrize(
    "text",
    [
        "yes it never stopped",
        "yes but he hasnt left",
        "yes police are on their way",
        "yes calling them, police are coming",
    ],
)
@pytest.mark.parametrize("asked", ["safe_now", "safe_now_or_else", "now_or_over"])
def test_a_yes_that_says_otherwise_ends_no_emergency(text, asked):
    where = tracker("affirm", slots={**IN_DANGER, "asked": asked}, text=text)
    assert answered(where).slots.get("emergency_mode") is not False


@pytest.mark.parametrize("asked", [None, "now_or_over"])
def test_words_that_deny_safety_end_no_emergency_where_the_net_sees_a_little_either(asked):
    slots, guesses = {**IN_DANGER, "asked": asked}, {"safe_now": 0.9}
    where = tracker(
        "safe_now", slots=slots, tier="check", guesses=guesses, text="its NOT over he came back"
    )
    assert "emergency_mode" not in answered(where).slots


def test_not_being_sure_whether_it_happens_now_leaves_the_question_open():
    result = answered(tracker("not_sure", slots={"asked": "happening_now"}))
    assert result.text == words("check_unsure")
    assert result.slots["asked"] == "happening_now"


@pytest.mark.parametrize(
    ("slots", "reply_id", "asked"),
    [(IN_DANGER, "emergency_reminder", "safe_now"), ({}, "emergency_check", "happening_now")],
)
def test_nobody_is_taken_for_safe_in_words_with_possible_danger(slots, reply_id, asked):
    guesses = {"safe_now": LIMITS.safe_despite_signs - 0.01}
    result = answered(tracker("safe_now", slots=slots, tier="check", guesses=guesses))
    assert result.text == words(reply_id)
    lead = kept_lead(reply_id) if reply_id == "emergency_check" else {}
    assert result.slots == {"asked": asked, "danger_seen": True, "not_understood": 0, **lead}


def test_what_the_nations_own_answer_answers_is_not_offered_again():
    guesses = {"advice/right_to_know": 0.9, "advice/law": 0.05}
    slots = {"nation": "scotland", "support_named": True}
    result = answered(tracker("advice/right_to_know", guesses=guesses, slots=slots))
    assert result.text.endswith(words("nation/scotland", nation="scotland"))


def test_who_is_deaf_is_told_once_that_no_number_needs_a_voice():
    known = get_register().replies.values()
    numbered = next(
        one.id
        for one in known
        if one.asks and not one.services and one.nation == "uk" and "phone}" in one.bubbles["en"][0]
    )

    def said(**slots):
        found = {"found": {numbered: 0.9}, "slots": {"support_named": True, **slots}}
        return answered(tracker("advice/helplines", guesses={"advice/helplines": 0.8}, **found))

    first = said(access="deaf")
    assert first.text == words(numbered, TYPED_CALLS)
    assert TYPED_CALLS in first.slots["shown"]
    assert said(access="deaf", shown=[TYPED_CALLS]).text == said().text == words(numbered)
