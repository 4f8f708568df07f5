"""The emergency policy on real trackers with the real domain."""

from __future__ import annotations

import contextvars

import pytest
import yaml
from rasa.core.policies.ensemble import DefaultPolicyPredictionEnsemble
from rasa.core.policies.policy import PolicyPrediction
from rasa.shared.core.constants import (
    ACTION_DEACTIVATE_LOOP_NAME,
    ACTION_DEFAULT_FALLBACK_NAME,
    ACTION_LISTEN_NAME,
)
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    Restarted,
    SlotSet,
    UserUtteranceReverted,
)

from bot.content.register import get_register
from bot.rasa_adapters.domain_replies import UTTER_CRISIS_HELP
from bot.rasa_adapters.emergency_policy import ANSWER, UTTER_CALL_999, EmergencyPolicy
from bot.safety import context, danger
from bot.safety.thresholds import thresholds
from bot.slots import (
    CRISIS,
    CRISIS_AFTER,
    CRISIS_SEEN,
    DANGER_SEEN,
    EMERGENCY_MODE,
    EMERGENCY_REPLY,
    HAPPENING_NOW,
    LAST_LEADS,
    LAST_REPLY,
    OPEN_QUESTION,
    SERVICES,
    TOPIC,
)
from tests.unit.rasa_parts import ROOT, conversation, user

FORM = "four_form"


def started(said="emergency"):
    """The slots that go with the emergency reply."""
    return [
        SlotSet(EMERGENCY_MODE, True),
        SlotSet(LAST_REPLY, said),
        SlotSet(LAST_LEADS, None),
        SlotSet(TOPIC, said),
        SlotSet(EMERGENCY_REPLY, said),
        SlotSet(DANGER_SEEN, True),
        SlotSet(OPEN_QUESTION, None),
    ]


OF_RASA = DefinePrevUserUtteredFeaturization(False)


@pytest.fixture
def policy(storage, resource, context):
    return EmergencyPolicy(EmergencyPolicy.get_default_config(), storage, resource, context)


@pytest.fixture
def predict(policy, domain):
    """(action, prediction) for a tracker; the action is None where the policy abstains."""

    def predicted(tracker):
        prediction = policy.predict_action_probabilities(tracker, domain)
        assert len(prediction.probabilities) == domain.num_actions
        if max(prediction.probabilities) == 0:
            return None, prediction
        assert sum(prediction.probabilities) == 1.0
        return domain.action_names_or_texts[prediction.probabilities.index(1.0)], prediction

    return predicted


def item_of(label):
    """The register item that is said for a label: its own, or that of its top level."""
    own = get_register().has_reply(label)
    return label if own else label.partition("/")[0]


def starting_emergency():
    """What the tracker holds after the emergency reply was said."""
    return [
        ActionExecuted(UTTER_CALL_999),
        *started(),
        BotUttered("the words"),
    ]


@pytest.mark.parametrize("label", ["emergency", "emergency/in_home", "emergency/for_someone"])
def test_danger_gets_the_emergency_reply_and_the_mode(predict, domain, label):
    action, prediction = predict(conversation(domain, user(label), OF_RASA))
    assert action == UTTER_CALL_999
    assert prediction.is_no_user_prediction is True
    assert prediction.optional_events == started(item_of(label))


@pytest.mark.parametrize("intent", ["emergency", "crisis"])
def test_danger_drops_what_was_given_for_a_hand_over(predict, domain, intent):
    given = [SlotSet("handover_way", "text 07700 900123"), SlotSet("handover_time", "any time")]
    turn = [*given, ActionExecuted(ACTION_LISTEN_NAME), user(intent), OF_RASA]
    _, prediction = predict(conversation(domain, *turn))
    assert prediction.optional_events[:2] == [
        SlotSet("handover_way", None),
        SlotSet("handover_time", None),
    ]


def test_then_the_bot_listens(predict, domain):
    action, prediction = predict(conversation(domain, user("emergency"), *starting_emergency()))
    assert action == ACTION_LISTEN_NAME
    assert prediction.is_no_user_prediction is True
    assert not prediction.optional_events


def test_in_a_form_the_reply_comes_first_then_the_form_is_left(predict, domain):
    start = [ActionExecuted(FORM), ActiveLoop(FORM), SlotSet("requested_slot", "four_fixated")]
    turn = [*start, ActionExecuted(ACTION_LISTEN_NAME), user("emergency"), OF_RASA]
    assert conversation(domain, *turn).active_loop_name == FORM

    action, prediction = predict(conversation(domain, *turn))
    assert action == UTTER_CALL_999
    assert prediction.is_no_user_prediction is True

    turn += starting_emergency()
    action, prediction = predict(conversation(domain, *turn))
    assert action == ACTION_DEACTIVATE_LOOP_NAME
    assert prediction.is_no_user_prediction is True

    turn += [ActionExecuted(ACTION_DEACTIVATE_LOOP_NAME), ActiveLoop(None)]
    assert predict(conversation(domain, *turn))[0] == ACTION_LISTEN_NAME


def test_a_form_that_stays_open_is_left_once_only(predict, domain):
    turn = [
        ActionExecuted(FORM),
        ActiveLoop(FORM),
        ActionExecuted(ACTION_LISTEN_NAME),
        user("emergency"),
        *starting_emergency(),
        ActionExecuted(ACTION_DEACTIVATE_LOOP_NAME),
    ]
    assert predict(conversation(domain, *turn))[0] == ACTION_LISTEN_NAME


def test_after_listening_it_abstains(predict, domain):
    turn = [user("emergency"), *starting_emergency(), ActionExecuted(ACTION_LISTEN_NAME)]
    assert predict(conversation(domain, *turn))[0] is None


def test_a_second_emergency_is_answered_again(predict, domain):
    turn = [
        user("emergency"),
        *starting_emergency(),
        ActionExecuted(ACTION_LISTEN_NAME),
        user("emergency"),
    ]
    assert predict(conversation(domain, *turn))[0] == UTTER_CALL_999


@pytest.mark.parametrize(
    "label",
    ["greet", "advice/tracker", "reporting/how", "deny", "safe_now", "nlu_fallback", "affirm"],
)
@pytest.mark.parametrize("mode", [None, True])
def test_anything_else_is_left_to_the_rules(predict, domain, label, mode):
    action, prediction = predict(conversation(domain, user(label), **{EMERGENCY_MODE: mode}))
    assert action is None
    assert prediction.is_no_user_prediction is False
    assert not prediction.optional_events


def test_before_the_first_message_it_abstains(predict, domain):
    assert predict(conversation(domain))[0] is None


def test_when_another_action_has_begun_it_abstains(predict, domain):
    turn = [user("emergency"), ActionExecuted("action_answer")]
    assert predict(conversation(domain, *turn))[0] is None


def after_a_fallback(*reverting):
    return [
        user("emergency"),
        *starting_emergency(),
        ActionExecuted(ACTION_LISTEN_NAME),
        user("nlu_fallback"),
        ActionExecuted(ACTION_DEFAULT_FALLBACK_NAME),
        *reverting,
    ]


def test_after_the_default_fallback_it_abstains(predict, domain):
    assert predict(conversation(domain, *after_a_fallback()))[0] is None


def test_an_old_emergency_is_not_answered_again_when_a_message_is_taken_back(predict, domain):
    tracker = conversation(domain, *after_a_fallback(UserUtteranceReverted()))
    assert tracker.latest_message.intent["name"] == "emergency", "the trap of taking back"
    action, prediction = predict(tracker)
    assert action == ACTION_LISTEN_NAME
    assert not prediction.optional_events, "emergency mode is not set again"


def test_a_restart_forgets_the_emergency(predict, domain):
    turn = [user("emergency"), Restarted()]
    assert predict(conversation(domain, *turn))[0] is None


def test_a_rejected_form_does_not_hide_the_emergency(predict, domain):
    turn = [
        ActionExecuted(FORM),
        ActiveLoop(FORM),
        ActionExecuted(ACTION_LISTEN_NAME),
        user("emergency"),
        ActionExecutionRejected(FORM),
    ]
    assert predict(conversation(domain, *turn))[0] == UTTER_CALL_999


# The check: "Is this happening now?"


def test_yes_to_the_check_is_an_emergency(predict, domain):
    said = user("affirm")
    said.text = "yes"
    action, prediction = predict(conversation(domain, said, **{OPEN_QUESTION: HAPPENING_NOW}))
    assert action == UTTER_CALL_999
    assert prediction.optional_events == started()


def test_after_yes_to_the_check_the_turn_ends_like_any_emergency(predict, domain):
    # The question is closed by the reply itself, and that must not change the course.
    tracker = conversation(
        domain, user("affirm"), *starting_emergency(), **{OPEN_QUESTION: HAPPENING_NOW}
    )
    assert tracker.get_slot(OPEN_QUESTION) is None
    assert predict(tracker)[0] == ACTION_LISTEN_NAME


@pytest.mark.parametrize(("text", "is_yes"), [("ok", False), ("okay thanks", False), ("yes", True)])
def test_ok_is_no_yes_to_the_check(predict, domain, text, is_yes):
    said = user("affirm")
    said.text = text
    action, _ = predict(conversation(domain, said, **{OPEN_QUESTION: HAPPENING_NOW}))
    assert (action == UTTER_CALL_999) is is_yes


@pytest.mark.parametrize(("tier", "is_yes"), [("none", False), ("check", True)])
def test_a_yes_that_goes_on_is_one_where_any_danger_is_seen(predict, domain, tier, is_yes):
    said = user("affirm")
    said.text = "yes i told him to stop twice"
    said.parse_data["danger"] = {"score": 0.05, "tier": tier}
    action, _ = predict(conversation(domain, said, **{OPEN_QUESTION: HAPPENING_NOW}))
    assert (action == UTTER_CALL_999) is is_yes


@pytest.mark.parametrize("asked", [None, "safe_now"])
def test_yes_to_anything_else_is_not(predict, domain, asked):
    assert predict(conversation(domain, user("affirm"), **{OPEN_QUESTION: asked}))[0] is None


@pytest.mark.parametrize("label", ["advice/confidentiality", "nlu_fallback", "safe_now"])
def test_now_is_a_yes_to_the_check_whatever_the_models_make_of_it(predict, domain, label):
    message = user(label)
    message.text = "as i type this"
    assert (
        predict(conversation(domain, message, **{OPEN_QUESTION: HAPPENING_NOW}))[0]
        == UTTER_CALL_999
    )
    assert predict(conversation(domain, message))[0] is None


@pytest.mark.parametrize(
    ("act", "sure", "asked", "is_yes"),
    [
        ("affirms", 0.9, HAPPENING_NOW, True),
        ("affirms", 0.5, HAPPENING_NOW, False),
        ("denies", 0.9, HAPPENING_NOW, False),
        ("affirms", 0.9, None, False),
    ],
)
def test_a_yes_in_other_words_is_one_where_it_is_surely_meant(
    predict, domain, act, sure, asked, is_yes
):
    message = user("advice/harassment")
    message.text = "why else would i be on here"
    message.parse_data["turn"] = {"answer": {"name": act, "confidence": sure}}
    action, _ = predict(conversation(domain, message, **{OPEN_QUESTION: asked}))
    assert (action == UTTER_CALL_999) is is_yes


def test_yes_last_week_is_a_no_to_the_check(predict, domain):
    message = user("affirm")
    message.text = "yes last week"
    assert predict(conversation(domain, message, **{OPEN_QUESTION: HAPPENING_NOW}))[0] is None


@pytest.mark.parametrize("label", ["deny", "not_sure"])
def test_no_to_the_check_is_left_to_the_rules(predict, domain, label):
    assert predict(conversation(domain, user(label), **{OPEN_QUESTION: HAPPENING_NOW}))[0] is None


# Crisis.


@pytest.mark.parametrize("label", ["crisis", "crisis/suicidal", "crisis/self_harm"])
def test_a_crisis_gets_its_reply_and_no_emergency_mode(predict, domain, label):
    action, prediction = predict(conversation(domain, user(label)))
    assert action == UTTER_CRISIS_HELP
    assert prediction.is_no_user_prediction is True
    assert prediction.optional_events == [
        SlotSet(CRISIS_SEEN, True),
        SlotSet(LAST_REPLY, item_of(label)),
        SlotSet(LAST_LEADS, None),
        SlotSet(TOPIC, item_of(label)),
        SlotSet(SERVICES, ["samaritans", "shout", "nhs_111", "childline"]),
        SlotSet(DANGER_SEEN, True),
        SlotSet(OPEN_QUESTION, CRISIS),
    ]


def emergency_with_crisis(tier):
    """An emergency in which the net sees a life at risk too, more or less."""
    message = user("emergency/held")
    message.parse_data["danger"] = {"score": 1.0, "tier": "emergency", "crisis": tier}
    return message


def course(predict, domain, message, **slots):
    """The policy's actions in one turn, until it listens, and the slots after it."""
    turn = [message, OF_RASA]
    actions = []
    while ACTION_LISTEN_NAME not in actions:
        action, prediction = predict(conversation(domain, *turn, **slots))
        turn += [ActionExecuted(action), *prediction.optional_events]
        actions.append(action)
    return actions, conversation(domain, *turn, **slots).current_slot_values()


# `crisis_after`: the crisis answer has been answered, and nothing else has been talked about.
@pytest.mark.parametrize("asked", [None, CRISIS, CRISIS_AFTER, HAPPENING_NOW])
@pytest.mark.parametrize("tier", ["none", "check", "crisis"])
def test_no_crisis_hides_an_emergency(predict, domain, asked, tier):
    actions, slots = course(predict, domain, emergency_with_crisis(tier), asked=asked)
    assert actions[0] == UTTER_CALL_999
    assert slots[EMERGENCY_MODE] is True


HERE, UNCLEAR = "he is outside my house", "left my shoes on the wall"


@pytest.mark.parametrize(
    ("asked", "tier", "text", "both"),
    [
        (None, "none", HERE, False),
        (None, "check", HERE, False),
        (None, "crisis", HERE, True),
        (CRISIS, "none", HERE, False),
        (CRISIS, "check", HERE, True),
        (CRISIS_AFTER, "check", HERE, True),
        # Danger that only the models see may be more of the crisis.
        (None, "none", UNCLEAR, False),
        (HAPPENING_NOW, "none", UNCLEAR, False),
        (CRISIS, "none", UNCLEAR, True),
        (CRISIS_AFTER, "none", UNCLEAR, True),
    ],
)
def test_where_both_are_seen_both_are_said(predict, domain, asked, tier, text, both):
    message = emergency_with_crisis(tier)
    message.text = text
    actions, slots = course(predict, domain, message, asked=asked)
    said = [UTTER_CALL_999, UTTER_CRISIS_HELP] if both else [UTTER_CALL_999]
    assert actions == [*said, ACTION_LISTEN_NAME]
    assert slots[EMERGENCY_REPLY] == "emergency"
    assert slots[LAST_REPLY] == (CRISIS if both else "emergency")
    assert slots[SERVICES] == (["samaritans", "shout", "nhs_111", "childline"] if both else None)
    open_before = asked if asked in (CRISIS, CRISIS_AFTER) else None
    assert slots[OPEN_QUESTION] == (CRISIS if both else open_before), "no emergency ends a crisis"


@pytest.mark.parametrize("text", [HERE, UNCLEAR])
def test_the_rules_look_once_at_a_message_however_often_the_policy_is_asked(
    predict, domain, text, monkeypatch
):
    looked_at, look = [], danger.is_danger_seen
    monkeypatch.setattr(danger, "is_danger_seen", lambda one: looked_at.append(one) or look(one))
    message = emergency_with_crisis("none")
    message.text = text
    contextvars.copy_context().run(
        lambda: (
            context.begin(context.InFlightTurn()),
            course(predict, domain, message, asked=CRISIS),
        )
    )
    assert looked_at == [text]


@pytest.mark.parametrize(
    ("text", "is_open", "both"),
    [
        ("bleeding a bit", True, True),
        ("said ill never see them again", True, True),
        ("i want to kill myself", True, False),
        ("bleeding a bit", None, False),
    ],
)
def test_what_only_looks_like_a_crisis_hides_no_open_emergency(
    predict, domain, text, is_open, both
):
    message = user("crisis/self_harm")
    message.text = text
    actions, slots = course(predict, domain, message, emergency_mode=is_open)
    said = [UTTER_CALL_999, UTTER_CRISIS_HELP] if both else [UTTER_CRISIS_HELP]
    assert actions == [*said, ACTION_LISTEN_NAME]
    assert slots.get(EMERGENCY_MODE) is is_open
    assert slots[OPEN_QUESTION] == CRISIS


@pytest.mark.parametrize(("tier", "both"), [("none", False), ("check", False), ("emergency", True)])
def test_danger_beside_a_likelier_crisis_is_said_first(predict, domain, tier, both):
    message = user("crisis/suicidal")
    message.parse_data["danger"] = {"tier": tier, "crisis": "crisis"}
    actions, slots = course(predict, domain, message)
    said = [UTTER_CALL_999, UTTER_CRISIS_HELP] if both else [UTTER_CRISIS_HELP]
    assert actions == [*said, ACTION_LISTEN_NAME]
    assert slots.get(EMERGENCY_MODE) is (True if both else None)


@pytest.mark.parametrize(
    ("is_open", "crisis", "share", "action"),
    [
        (True, "none", 0.6, ANSWER),
        # The 999 reply was not given yet; there is a crisis too; no answer is surely meant.
        (False, "none", 0.6, UTTER_CALL_999),
        (True, "crisis", 0.6, UTTER_CALL_999),
        (True, "none", 0.1, UTTER_CALL_999),
    ],
)
def test_more_of_an_open_danger_gets_its_own_answer(
    predict, domain, is_open, crisis, share, action
):
    message = user("emergency/here_now")
    message.parse_data["danger"] = {"tier": "emergency", "crisis": crisis}
    message.parse_data["answers"] = {
        "ranking": [{"id": "danger/stay_on_line", "confidence": share}],
    }
    opened = [SlotSet(EMERGENCY_MODE, True)] if is_open else []
    first, _ = predict(conversation(domain, *opened, message, OF_RASA))
    assert first == action


@pytest.mark.parametrize(
    ("told", "opened_by", "action"),
    [
        ("self", "emergency", UTTER_CALL_999),
        ("friend", "emergency", ANSWER),
        ("self", "emergency/for_someone", ANSWER),
    ],
)
def test_what_is_for_friends_is_said_to_nobody_who_is_in_danger(
    predict, domain, told, opened_by, action
):
    """ "What friend? Its me": to give the other's address may cost a life then."""
    message = user("emergency/here_now")
    message.parse_data["turn"] = {"who": {"name": told, "confidence": 0.9}}
    message.parse_data["answers"] = {
        "ranking": [{"id": "danger/for_someone_else", "confidence": 0.9}],
    }
    opened = [SlotSet(EMERGENCY_MODE, True), SlotSet(EMERGENCY_REPLY, opened_by)]
    assert predict(conversation(domain, *opened, message, OF_RASA))[0] == action


def test_what_opens_the_danger_gets_the_999_reply_alone(predict, domain):
    message = user("emergency/here_now")
    message.parse_data["answers"] = {
        "ranking": [{"id": "danger/open_door", "confidence": 0.9}],
    }
    tracker = conversation(domain, message, OF_RASA, *starting_emergency())
    assert predict(tracker)[0] == ACTION_LISTEN_NAME


def test_after_its_own_answer_the_bot_listens(predict, domain):
    message = user("emergency/here_now")
    message.parse_data["answers"] = {
        "ranking": [{"id": "danger/stay_on_line", "confidence": 0.9}],
    }
    said = [ActionExecuted(ANSWER), BotUttered("the words")]
    opened = SlotSet(EMERGENCY_MODE, True)
    action, _ = predict(conversation(domain, opened, message, OF_RASA, *said))
    assert action == ACTION_LISTEN_NAME


def test_what_is_remembered_is_what_is_said(predict, domain):
    """A message in another language, and who hides, get a 999 reply of their own."""
    foreign = user("emergency/in_home")
    foreign.text = "on jest pod drzwiami z nozem"
    for message, said in [
        (foreign, "emergency_any_language"),
        (user("emergency/cannot_speak"), "emergency/cannot_speak"),
        (user("emergency/followed_now"), "emergency/followed_now"),
    ]:
        _, slots = course(predict, domain, message)
        assert slots[EMERGENCY_REPLY] == slots[LAST_REPLY] == said


def test_numbers_that_are_not_for_where_the_person_is_are_not_remembered(predict, domain):
    """They are not said either."""
    crisis = get_register().reply("crisis")
    elsewhere = [one for one in crisis.services if get_register().services[one].nation != "uk"]
    assert elsewhere == ["nhs_111", "nhs_24", "lifeline", "breathing_space"]
    _, slots = course(predict, domain, user("crisis"), nation="scotland")
    assert slots[SERVICES] == ["samaritans", "shout", "nhs_24", "childline", "breathing_space"]


def test_danger_without_numbers_of_its_own_keeps_those_named_before(predict, domain):
    _, slots = course(predict, domain, user("emergency/held"), services=["samaritans"])
    assert slots[SERVICES] == ["samaritans"]


def test_after_both_the_form_is_left(predict, domain):
    start = [ActionExecuted(FORM), ActiveLoop(FORM), ActionExecuted(ACTION_LISTEN_NAME)]
    turn = [*start, emergency_with_crisis("crisis"), OF_RASA]
    for response in (UTTER_CALL_999, UTTER_CRISIS_HELP):
        assert predict(conversation(domain, *turn))[0] == response
        turn.append(ActionExecuted(response))
    assert predict(conversation(domain, *turn))[0] == ACTION_DEACTIVATE_LOOP_NAME


def test_a_crisis_leaves_a_form_too(predict, domain):
    turn = [
        ActionExecuted(FORM),
        ActiveLoop(FORM),
        ActionExecuted(ACTION_LISTEN_NAME),
        user("crisis"),
    ]
    assert predict(conversation(domain, *turn))[0] == UTTER_CRISIS_HELP
    turn.append(ActionExecuted(UTTER_CRISIS_HELP))
    assert predict(conversation(domain, *turn))[0] == ACTION_DEACTIVATE_LOOP_NAME
    turn += [ActionExecuted(ACTION_DEACTIVATE_LOOP_NAME), ActiveLoop(None)]
    assert predict(conversation(domain, *turn))[0] == ACTION_LISTEN_NAME


# Among the other policies.


def test_it_wins_over_an_active_form(policy, domain):
    tracker = conversation(domain, user("emergency"))
    ours = policy.predict_action_probabilities(tracker, domain)
    form = PolicyPrediction.for_action_name(domain, FORM, "RulePolicy", confidence=1.0)
    form.is_no_user_prediction, form.policy_priority = True, 6
    for predictions in ([ours, form], [form, ours]):
        won = DefaultPolicyPredictionEnsemble().combine_predictions(predictions, tracker, domain)
        assert won.policy_name == ours.policy_name
        assert won.max_confidence_index == domain.index_for_action(UTTER_CALL_999)
        assert SlotSet(EMERGENCY_MODE, True) in won.events


def test_the_configuration_puts_it_above_every_other_policy():
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    priorities = {entry["name"]: entry.get("priority", 6) for entry in config["policies"]}
    ours = priorities.pop("bot.rasa_adapters.emergency_policy.EmergencyPolicy")
    assert ours > max(priorities.values())


def test_in_a_domain_without_the_response_it_abstains(policy):
    other = Domain.from_yaml('version: "3.1"\nintents: [emergency]\n')
    prediction = policy.predict_action_probabilities(conversation(other, user("emergency")), other)
    assert max(prediction.probabilities) == 0
    assert prediction.is_no_user_prediction is False


def test_it_is_stored_and_loaded_as_every_policy(policy, domain, storage, resource, context):
    assert policy.train([], domain) == resource
    loaded = EmergencyPolicy.load(policy.config, storage, resource, context)
    tracker = conversation(domain, user("emergency"))
    expected = policy.predict_action_probabilities(tracker, domain)
    assert loaded.predict_action_probabilities(tracker, domain) == expected


def asked_for(slot, text, intent="emergency", form="handover_form"):
    """A message in a form, right after it asked for a slot."""
    said = user(intent)
    said.text = text
    start = [ActionExecuted(form), ActiveLoop(form), SlotSet("requested_slot", slot)]
    return [*start, ActionExecuted(ACTION_LISTEN_NAME), said, OF_RASA]


@pytest.mark.parametrize("intent", ["emergency", "crisis"])
@pytest.mark.parametrize("slot", ["handover_way", "handover_time"])
@pytest.mark.parametrize("text", ["tomorrow morning", "07700 900123", "tonight"])
def test_an_answer_to_the_hand_over_s_questions_is_left_to_the_form(
    predict, domain, slot, text, intent
):
    assert predict(conversation(domain, *asked_for(slot, text, intent)))[0] is None


@pytest.mark.parametrize("intent", ["emergency", "crisis"])
@pytest.mark.parametrize("text", ["I don't want to do this", "stop", "no more questions"])
@pytest.mark.parametrize(
    ("slot", "form"), [("four_fixated", "four_form"), ("handover_confirm", "handover_form")]
)
def test_plain_words_of_stopping_are_left_to_the_form(predict, domain, slot, form, text, intent):
    assert predict(conversation(domain, *asked_for(slot, text, intent, form)))[0] is None


@pytest.mark.parametrize(
    "text",
    [
        "I don't want to do this any more",
        "I've had enough",
        "i want to end it",
        "stop, he is outside",
        "stop i have a knife at my throat",
    ],
)
def test_words_that_may_mean_more_are_not(predict, domain, text):
    turn = asked_for("four_fixated", text, "crisis", "four_form")
    assert predict(conversation(domain, *turn))[0] == UTTER_CRISIS_HELP


def test_stop_beside_the_danger_question_may_be_meant_for_somebody_there(predict, domain):
    turn = asked_for("four_fixated", "stop", form="four_form")
    assert (
        predict(conversation(domain, *turn, **{OPEN_QUESTION: HAPPENING_NOW}))[0] == UTTER_CALL_999
    )


def test_stop_among_other_words_is_not_left_to_the_form(predict, domain):
    turn = asked_for("four_fixated", "no! stop! please!", form="four_form")
    assert predict(conversation(domain, *turn))[0] == UTTER_CALL_999


def test_outside_of_a_form_there_is_nothing_to_stop(predict, domain):
    message = user("crisis")
    message.text = "I don't want to do this"
    assert predict(conversation(domain, message))[0] == UTTER_CRISIS_HELP


def test_words_of_stopping_after_half_a_cry_for_help_interrupt(predict, domain):
    turn = asked_for("four_fixated", "stop", form="four_form")
    context.previous_text.set("he is at the door")
    try:
        assert predict(conversation(domain, *turn))[0] == UTTER_CALL_999
    finally:
        context.previous_text.set("")


def scored(turn, score, crisis_score=0.001):
    """The turn with what the models make of its message."""
    turn[4].parse_data["danger"] = {"score": score, "crisis_score": crisis_score}
    return turn


@pytest.mark.parametrize(
    ("slot", "text"),
    [
        ("handover_way", "07700 900123 ask for Dee in payroll"),
        ("handover_time", "wednesdays, swimming lessons 9 to 10"),
    ],
)
def test_an_answer_among_other_words_is_left_to_the_form_unless_the_models_are_surer(
    predict, domain, slot, text
):
    just = thresholds()
    for score, crisis_score in [(just.emergency, 0.001), (0.001, just.crisis)]:
        turn = scored(asked_for(slot, text), score, crisis_score)
        assert predict(conversation(domain, *turn))[0] is None
    turn = scored(asked_for(slot, text), 0.95)
    assert predict(conversation(domain, *turn))[0] == UTTER_CALL_999
    turn = scored(asked_for(slot, text, "crisis"), 0.01, 0.95)
    assert predict(conversation(domain, *turn))[0] == UTTER_CRISIS_HELP


@pytest.mark.parametrize("slot", ["handover_way", "handover_time", "handover_confirm"])
def test_a_yes_taken_back_is_left_to_the_form(predict, domain, slot):
    turn = scored(asked_for(slot, "sorry I've changed my mind"), thresholds().emergency)
    assert predict(conversation(domain, *turn))[0] is None


@pytest.mark.parametrize("slot", ["handover_way", "handover_time", "handover_confirm"])
@pytest.mark.parametrize("text", ["forget it the velux", "changed my mind, 07700 900123 the velux"])
def test_no_yes_taken_back_hides_danger_that_the_models_are_sure_of(predict, domain, slot, text):
    turn = scored(asked_for(slot, text), 0.95)
    assert predict(conversation(domain, *turn))[0] == UTTER_CALL_999


@pytest.mark.parametrize(
    "turn",
    [
        scored(asked_for("handover_way", "wednesdays, swimming lessons 9 to 10"), 0.5),
        scored(asked_for("handover_time", "changed my mind he is outside"), 0.9),
        asked_for("handover_time", "he is outside, after 6"),
        asked_for("handover_way", "07700 900123 he hit me"),
        asked_for("handover_time", "/emergency"),
        asked_for("handover_confirm", "tomorrow morning"),
        asked_for("four_fixated", "tomorrow morning", form="four_form"),
        [user("emergency")],
    ],
)
def test_everything_else_interrupts(predict, domain, turn):
    assert predict(conversation(domain, *turn))[0] == UTTER_CALL_999


def test_the_other_half_of_a_cry_for_help_interrupts(predict, domain):
    turn = asked_for("handover_time", "tonight")
    context.previous_text.set("he will break in")
    try:
        assert predict(conversation(domain, *turn))[0] == UTTER_CALL_999
    finally:
        context.previous_text.set("")
