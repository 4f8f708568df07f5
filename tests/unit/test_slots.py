"""Every slot that is read or set anywhere is a slot of the dialogue."""

from __future__ import annotations

import ast

import pytest
import yaml

from bot import slots
from bot.settings import ROOT

pytestmark = pytest.mark.slow

_CALLS = ("get_slot", "SlotSet")
# Rasa makes this one where there are forms.
_OF_RASA = {slots.REQUESTED_SLOT}


@pytest.fixture(scope="module")
def known():
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    return {*domain["slots"], *_OF_RASA}


def named_in_calls():
    """Each slot that stands as a text or as a constant of `bot.slots` in a call."""
    for path in [*(ROOT / "actions").glob("*.py"), *(ROOT / "bot").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            if getattr(node.func, "attr", getattr(node.func, "id", None)) not in _CALLS:
                continue
            slot = node.args[0]
            if isinstance(slot, ast.Constant):
                yield f"{path}:{node.lineno}", slot.value
            elif isinstance(slot, ast.Name) and hasattr(slots, slot.id):
                yield f"{path}:{node.lineno}", getattr(slots, slot.id)


def test_it_stands_in_the_domain(known):
    named = list(named_in_calls())
    assert len(named) > 50
    assert [one for one in named if one[1] not in known] == []
