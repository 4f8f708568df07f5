"""A lean agent runs the same components, predicts by the same rules, and fails as Rasa's does."""

from __future__ import annotations

import copy
import json
from itertools import product
from typing import Any

import pytest
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.exceptions import GraphComponentException, GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.core.events import Event, SlotSet, UserUttered
from rasa.shared.core.slots import CategoricalSlot, FloatSlot

from bot.rasa_adapters import lean_rasa
from bot.rasa_adapters.lean_rasa import OrderedRunner


class Parts(GraphComponent):
    """Components of a graph that notes in which order they ran."""

    ran: list[str] = []

    @classmethod
    def create(cls, *args: Any, **kwargs: Any) -> Parts:
        return cls()

    def double(self, number: int) -> int:
        self.ran.append("double")
        return 2 * number

    def add(self, left: int, right: int) -> int:
        self.ran.append("add")
        return left + right

    def break_down(self, number: int) -> int:
        raise RuntimeError("out of order")


def node(function: str, **needs: str) -> SchemaNode:
    return SchemaNode(needs=needs, uses=Parts, constructor_name="create", fn=function, config={})


SCHEMA = GraphSchema(
    {
        # Named against the order in which they run.
        "a_sum": node("add", left="b_doubled", right="given"),
        "b_doubled": node("double", number="given"),
        "c_unneeded": node("break_down", number="given"),
    }
)


@pytest.fixture
def rasas(tmp_path):
    Parts.ran.clear()
    return DaskGraphRunner.create(SCHEMA, LocalModelStorage(tmp_path), ExecutionContext(SCHEMA))


@pytest.mark.parametrize("targets", [["a_sum"], ["b_doubled"], ["a_sum", "b_doubled"]])
def test_it_gives_what_rasas_runner_gives(rasas, targets):
    ordered = OrderedRunner.of(rasas)
    for number in (3, 4):  # the second time by the plan of the first
        inputs = {"given": number}
        assert ordered.run(inputs, targets) == rasas.run(inputs, targets)


def test_only_what_is_needed_runs_and_once(rasas):
    OrderedRunner.of(rasas).run({"given": 1}, ["a_sum"])
    assert Parts.ran == ["double", "add"]


@pytest.mark.parametrize(("inputs", "target"), [({"given": 1}, "c_unneeded"), ({}, "b_doubled")])
def test_it_fails_as_rasas_runner_fails(rasas, inputs, target):
    with pytest.raises((GraphComponentException, GraphRunError)) as rasas_own:
        rasas.run(inputs, [target])
    with pytest.raises(type(rasas_own.value), match=str(rasas_own.value)):
        OrderedRunner.of(rasas).run(inputs, [target])


LISTEN, ANSWER = ({"action_name": name} for name in ("action_listen", "action_answer"))
GREET, ADVICE = ({"intent": name} for name in ("greet", "advice"))
# Of rules and of conversations alike; the last is the start of a conversation.
STATES = [
    {"prev_action": LISTEN, "user": GREET},
    {"prev_action": LISTEN, "user": ADVICE},
    {"prev_action": ANSWER, "user": GREET},
    {"prev_action": LISTEN},
    {"prev_action": LISTEN, "active_loop": {"name": "form"}},
    {"prev_action": LISTEN, "user": GREET, "active_loop": {"name": "should_not_be_set"}},
    {"prev_action": LISTEN, "user": GREET, "slots": {"open": [1.0]}},
    {"prev_action": {"action_text": "hello"}, "user": GREET},
    {},
]
RULES = [json.dumps(states) for length in (1, 2) for states in product(STATES, repeat=length)]


def test_the_rules_that_fit_are_those_that_fit_for_rasa():
    policy = RulePolicy.__new__(RulePolicy)
    policy.lookup = {"rules": dict.fromkeys(RULES, "action_answer"), "rules_not_in_stories": []}
    all_rules = policy.lookup["rules"]
    lean_rasa._index_rules(policy)
    seen = 0
    for earlier, last in product(STATES, STATES):
        states = [{}, earlier, {**last, "slots": {"open": (1.0,)}}]
        fitting = RulePolicy._get_possible_keys(policy, all_rules, states)
        assert policy._get_possible_keys(policy.lookup["rules"], states) == fitting
        seen += len(fitting)
    assert seen
    near = policy.lookup["rules"].near(STATES[0])
    assert STATES[0] in [json.loads(rule)[-1] for rule in near] and len(near) < len(RULES)


def test_slots_and_events_are_read_as_by_rasa():
    lean_rasa._lean_classes()
    for slot in (CategoricalSlot("colour", [{}], ["red"]), FloatSlot("size", [{}], max_value=2.0)):
        copied = copy.copy(slot)
        assert type(copied) is type(slot) and copied.__dict__ == slot.__dict__
        copied.value = "red"
        assert slot.value is None
    for event in (SlotSet("colour", "red", timestamp=1.0), UserUttered("hello", timestamp=2.0)):
        assert Event.from_parameters(event.as_dict()) == event
    with pytest.raises(ValueError, match="nothing of the kind"):
        Event.resolve_by_type("nothing of the kind")
