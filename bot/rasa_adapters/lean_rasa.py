"""Stops Rasa from repeating, for each message, work that always has the same result."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from functools import lru_cache, partial
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any

from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import GraphNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.constants import PREVIOUS_ACTION, USER
from rasa.shared.core.events import Event
from rasa.shared.core.slots import Slot
from rasa.shared.nlu.constants import ACTION_NAME, INTENT

if TYPE_CHECKING:
    from rasa.core.agent import Agent

# A component's name, the component, and the names of its inputs in the order it takes them.
_Step = tuple[str, GraphNode, tuple[str, ...]]


def lean(agent: Agent) -> None:
    """Makes each message cheaper for a loaded agent; its answers stay the same."""
    processor = agent.processor
    if not isinstance(getattr(processor, "graph_runner", None), DaskGraphRunner):
        return  # there is no model, or not one of Rasa's
    processor.graph_runner = OrderedRunner.of(processor.graph_runner)
    # Rasa builds an empty domain each time to see whether ours is empty, and then only warns of
    # labels that are not in the domain. Tests check the labels against the domain.
    processor._check_for_unseen_features = _unchecked
    for node in processor.graph_runner._instantiated_nodes.values():
        if isinstance(node._component, RulePolicy):
            _index_rules(node._component)
    _lean_classes()
    # Everything loaded by now stays, so the garbage collector need not keep searching it.
    gc.collect()
    gc.freeze()


def _unchecked(parse_data: dict[str, Any]) -> None:
    pass


@lru_cache(maxsize=1)
def _lean_classes() -> None:
    """Makes Rasa's classes cheaper, once for the whole process."""
    # Rasa searches all event classes and their bases for each event that it reads.
    Event.resolve_by_type = staticmethod(lru_cache(maxsize=100)(Event.resolve_by_type))
    # Rasa copies all slots whenever it reads a conversation, by the slow way that fits any object.
    Slot.__copy__ = _slot_copied


def _slot_copied(slot: Slot) -> Slot:
    copied = object.__new__(type(slot))
    copied.__dict__.update(slot.__dict__)
    return copied


class IndexedRules(dict[str, str]):
    """Maps a rule policy's rules to actions, and finds the rules that may fit the current state.

    Rasa compares every rule with the state for each action that it predicts.
    """

    def __init__(self, rules: Mapping[str, str]) -> None:
        super().__init__(rules)
        self._by_last: dict[tuple[str | None, str | None], list[str]] = {}
        for rule in rules:
            states = RulePolicy._rule_key_to_state(rule)
            last = _wanted(states[-1]) if states else (None, None)
            self._by_last.setdefault(last, []).append(rule)

    def near(self, state: Mapping[str, Any]) -> dict[str, str]:
        """Returns the rules whose last state names no action or intent other than this state's."""
        action, intent = _named(state)
        keys = {(a, i) for a in (action, None) for i in (intent, None)}
        return {rule: self[rule] for key in keys for rule in self._by_last.get(key, ())}


def _named(state: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Returns the last action and the intent named by a state of a conversation or rule."""
    action = state.get(PREVIOUS_ACTION, {}).get(ACTION_NAME)
    return action or None, state.get(USER, {}).get(INTENT) or None


def _wanted(state: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Returns the action and the intent that the last state of a rule requires."""
    action, intent = _named(state)
    # A state without a previous action is the start of a conversation. It always fits.
    return (action, intent) if state.get(PREVIOUS_ACTION) else (None, None)


def _index_rules(policy: RulePolicy) -> None:
    """Indexes the rules of a trained policy; it chooses among them as before."""
    policy.lookup = {
        name: IndexedRules(part) if isinstance(part, dict) else part
        for name, part in policy.lookup.items()
    }
    policy._get_possible_keys = partial(_possible_keys, policy)


def _possible_keys(
    policy: RulePolicy, rules: dict[str, str], states: list[dict[str, Any]]
) -> set[str]:
    near = rules.near(states[-1]) if isinstance(rules, IndexedRules) and states else rules
    return RulePolicy._get_possible_keys(policy, near, states)


class OrderedRunner(DaskGraphRunner):
    """Runs the components one after the other, in an order that is worked out once.

    Rasa's own runner plans the graph again with Dask for each message and each predicted action,
    and writes all of it into log lines that nobody reads.
    """

    @classmethod
    def of(cls, runner: DaskGraphRunner) -> OrderedRunner:
        """Takes over the components that another runner has loaded."""
        ordered = cls.__new__(cls)
        ordered._graph_schema = runner._graph_schema
        ordered._instantiated_nodes = runner._instantiated_nodes
        ordered._execution_context = runner._execution_context
        ordered._plans = {}
        return ordered

    def without(self, kind: type) -> OrderedRunner:
        """Returns a runner that leaves out the components of a kind.

        The messages that one would get go on to the next as they are.
        """
        rest = OrderedRunner.of(self)
        rest._instantiated_nodes = {
            name: partial(_hand_on, name, self._graph_schema.nodes[name].needs["messages"])
            if self._graph_schema.nodes[name].uses is kind
            else node
            for name, node in self._instantiated_nodes.items()
        }
        return rest

    def run(
        self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
    ) -> dict[str, Any]:
        """Returns the outputs of the target components for these inputs."""
        wanted = tuple(targets or self._graph_schema.target_names)
        results = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, component, needs in self._plan(wanted):
            # If an input is missing, the component gets its name instead and complains.
            results[name] = component(*(results.get(need, need) for need in needs))
        return dict(results[name] for name in wanted)

    def _plan(self, targets: tuple[str, ...]) -> list[_Step]:
        if targets not in self._plans:
            nodes = self._graph_schema.minimal_graph_schema(list(targets)).nodes
            needs = {name: tuple(node.needs.values()) for name, node in nodes.items()}
            self._plans[targets] = [
                (name, self._instantiated_nodes[name], needs[name])
                for name in TopologicalSorter(needs).static_order()
                if name in needs  # the others are inputs
            ]
        return self._plans[targets]


def _hand_on(name: str, giver: str, *inputs: tuple[str, Any]) -> tuple[str, Any]:
    return name, dict(inputs)[giver]
