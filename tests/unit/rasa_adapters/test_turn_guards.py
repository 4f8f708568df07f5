"""An action's answer is checked kind by kind; exactly what Rasa's own check lets pass, passes."""

from __future__ import annotations

import jsonschema
import pytest
from rasa.core.actions.action import RemoteAction
from rasa.shared.core import events
from rasa.shared.utils.common import all_subclasses

from bot.rasa_adapters import turn_guards

_ONE_OF_EACH = [
    event.as_dict()
    for event in (
        events.SlotSet("asked", None),
        events.UserUttered("x", {"name": "greet"}),
        events.BotUttered("x", {"buttons": []}),
        events.ActionExecuted("action_listen"),
        events.ActiveLoop("handover_form"),
        events.FollowupAction("action_answer"),
        events.AllSlotsReset(),
        events.Restarted(),
        events.SessionStarted(),
    )
]
ANSWERS = [
    {"events": [], "responses": []},
    {"events": _ONE_OF_EACH, "responses": [{"text": "x"}, {}]},
    *({"events": [event]} for event in _ONE_OF_EACH),
    *({"events": [{"event": one.type_name}]} for one in all_subclasses(events.Event)),
    {},
    {"other": 1},
    None,
    [],
    "rubbish",
    7,
    {"events": None},
    {"events": {}},
    {"events": [None]},
    {"events": ["slot"]},
    {"events": [[]]},
    {"events": [{}]},
    {"events": [{"event": None}]},
    {"events": [{"event": ["slot"]}]},
    {"events": [{"event": "no such event"}]},
    {"events": [{"event": "slot", "name": 3, "value": 1}]},
    {"events": [{"event": "slot", "value": 1}]},
    {"events": [{"event": "slot", "name": "asked", "value": 1, "timestamp": "now"}]},
    {"events": [{"event": "action", "name": {}}]},
    {"events": [{"event": "entities", "entities": [{"start": "a"}]}]},
    {"events": [*_ONE_OF_EACH, {"event": "slot"}]},
    {"responses": None},
    {"responses": ["x"]},
    {"events": [], "responses": {}},
]


# Named by their place: some hold the time of this process, and two have to agree on the names.
@pytest.mark.parametrize("answer", ANSWERS, ids=range(len(ANSWERS)))
def test_what_rasa_accepts_is_accepted_and_nothing_else(answer):
    assert passes(turn_guards._check, answer) == passes(_rasas_check, answer)


def test_both_kinds_of_answer_are_among_them():
    assert {passes(turn_guards._check, answer) for answer in ANSWERS} == {True, False}


def _rasas_check(answer):
    jsonschema.validate(answer, RemoteAction.action_response_format_spec())


def passes(check, answer):
    try:
        check(answer)
    except jsonschema.ValidationError:
        return False
    return True
