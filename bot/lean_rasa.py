"""Takes away what Rasa does anew for each message though it is always the same."""

from __future__ import annotations

import gc
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any

from rasa.engine.graph import GraphNode
from rasa.engine.runner.dask import DaskGraphRunner

if TYPE_CHECKING:
    from rasa.core.agent import Agent

# The names of a component and of those whose output it needs, in the order it takes them.
_Step = tuple[str, GraphNode, tuple[str, ...]]


def lean(agent: Agent) -> None:
    """Make a loaded agent cheaper for each message; its answers stay the same."""
    processor = agent.processor
    if not isinstance(getattr(processor, "graph_runner", None), DaskGraphRunner):
        return  # no model, or none of Rasa's
    processor.graph_runner = OrderedRunner.of(processor.graph_runner)
    # It builds an empty domain each time to see whether ours is empty, and then only warns of
    # labels that are not in the domain. Tests hold the labels to the domain.
    processor._check_for_unseen_features = _unchecked
    # What is loaded now stays, so the garbage collector need not look through it again and again.
    gc.collect()
    gc.freeze()


def _unchecked(parse_data: dict[str, Any]) -> None:
    pass


class OrderedRunner(DaskGraphRunner):
    """Runs the components one after the other, in an order that is worked out once.

    Rasa's own plans the graph anew with Dask, for each message and for each action that is
    predicted, and puts the whole of it into log lines that nobody reads.
    """

    @classmethod
    def of(cls, runner: DaskGraphRunner) -> OrderedRunner:
        """Take over the components that another runner has loaded."""
        ordered = cls.__new__(cls)
        ordered._graph_schema = runner._graph_schema
        ordered._instantiated_nodes = runner._instantiated_nodes
        ordered._execution_context = runner._execution_context
        ordered._plans = {}
        return ordered

    def run(
        self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
    ) -> dict[str, Any]:
        """What the target components give for these inputs."""
        wanted = tuple(targets or self._graph_schema.target_names)
        results = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, component, needs in self._plan(wanted):
            # Of one that is missing the component gets the name, and says so.
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
