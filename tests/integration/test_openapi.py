"""docs/openapi.yaml is what the running gateway does: tried with made-up requests, good and bad."""

from __future__ import annotations

from pathlib import Path

import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from bot.gateway.http.body import EndIn, MessageIn
from bot.gateway.http.refused import NAMES
from bot.gateway.rasa_channel import ChatInput
from bot.gateway.turns.outcomes import Outcome
from tests.integration.scripted import ROOT, running, write_dist

pytestmark = pytest.mark.integration

FILE = ROOT / "docs" / "openapi.yaml"
DESCRIPTION = yaml.safe_load(FILE.read_text(encoding="utf-8"))


SEEDED = settings(
    max_examples=20, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
WITH_INPUT = ("/messages", "/check", "/end", "/assets/{name}")
SCHEMA = schemathesis.openapi.from_path(FILE)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("openapi")
    write_dist(folder / "dist")
    with running(folder) as started:
        yield started


@pytest.mark.parametrize("address", DESCRIPTION["paths"])
def test_the_server_does_what_is_described(server, address):
    (method,) = DESCRIPTION["paths"][address]
    operation = SCHEMA[address][method.upper()]
    tried = []

    def check(case):
        tried.append(case)
        case.call_and_validate(base_url=server.url.rstrip("/"))

    modes = [GenerationMode.POSITIVE]
    if address in WITH_INPUT:  # where there is nothing to get wrong, there is no wrong request
        modes.append(GenerationMode.NEGATIVE)
    for mode in modes:
        SEEDED(given(operation.as_strategy(generation_mode=mode))(check))()
    assert len(tried) >= (20 if address in WITH_INPUT else 1)


def test_it_names_every_address():
    routes = ChatInput().blueprint(None)._future_routes
    served = {(route.uri.replace("<name:str>", "{name}"), method.lower())
              for route in routes for method in route.methods}  # fmt: skip
    written = {(path, method) for path, item in DESCRIPTION["paths"].items() for method in item}
    assert {entry for entry in served if entry[1] not in ("options", "head")} == written


def test_it_names_every_outcome_and_every_error():
    schemas = DESCRIPTION["components"]["schemas"]
    refused = {Outcome.RATE_LIMITED, Outcome.INVALID, Outcome.ABANDONED}
    answered = {outcome.value for outcome in Outcome if outcome not in refused}
    assert set(schemas["Answer"]["properties"]["outcome"]["enum"]) == answered
    fields = {*MessageIn.model_fields, *EndIn.model_fields, "body"}
    assert set(schemas["Refusal"]["properties"]["field"]["enum"]) == fields
    assert set(schemas["Refusal"]["properties"]["error"]["enum"]) == {*NAMES.values(), "failed"}
