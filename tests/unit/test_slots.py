"""The slots that several parts read are slots of the dialogue."""

from __future__ import annotations

import pytest
import yaml

from bot import slots
from bot.settings import ROOT


@pytest.mark.parametrize(
    "name",
    [
        slots.EMERGENCY_MODE,
        slots.DANGER_SEEN,
        slots.LAST_REPLY,
        slots.LAST_LEADS,
        slots.EMERGENCY_REPLY,
        slots.TOPIC,
        slots.SERVICES,
        slots.ASKED,
    ],
)
def test_it_stands_in_the_domain(name):
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    assert name in domain["slots"]
