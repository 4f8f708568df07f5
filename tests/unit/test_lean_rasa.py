"""A lean agent runs the same components in an order that suits all, and fails as Rasa's does."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.engine.exceptions import GraphComponentException, GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage

from bot.lean_rasa import OrderedRunner


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
