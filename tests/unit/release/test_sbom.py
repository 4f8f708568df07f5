"""The bill of materials is valid CycloneDX, and names each pinned library with its digests."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError

from bot.settings import ROOT
from release import advisories, pins, sbom

# The schema as published (Apache-2.0), without its explanations.
SCHEMA = json.loads(Path(__file__).with_name("cyclonedx-1.6.schema.json").read_text())
MOMENT = "2026-11-30T12:00:00+00:00"


@pytest.fixture(scope="module")
def bill() -> dict:
    return sbom.present("1.2.3", MOMENT)


@pytest.fixture(scope="module")
def libraries(bill) -> dict:
    return {one["name"]: one for one in bill["components"] if one["type"] == "library"}


def test_it_follows_the_schema(bill):
    Draft7Validator(SCHEMA).validate(bill)
    broken = bill | {"specVersion": 1.6}
    with pytest.raises(ValidationError):
        Draft7Validator(SCHEMA).validate(broken)


def test_it_names_each_pinned_library_with_each_digest(libraries):
    text = pins.SERVING.read_text(encoding="utf-8")
    assert sum(len(one["hashes"]) for one in libraries.values()) == text.count("--hash=sha256:")
    assert len(libraries) == len([line for line in text.splitlines() if "==" in line])
    assert libraries["rasa"]["purl"] == f"pkg:pypi/rasa@{libraries['rasa']['version']}"


def test_it_tells_what_needs_what(bill, libraries):
    needs = {one["ref"]: one["dependsOn"] for one in bill["dependencies"]}
    rasa, yarl = libraries["rasa"]["bom-ref"], libraries["yarl"]["bom-ref"]
    assert rasa in needs[sbom.NAME] and yarl not in needs[sbom.NAME]
    assert yarl in needs[libraries["aiohttp"]["bom-ref"]]
    known = {one["bom-ref"] for one in bill["components"]} | {sbom.NAME}
    assert needs.keys() <= known
    needed = {one for each in needs.values() for one in each}
    assert needed == known - {sbom.NAME}, "nothing is there that nobody asked for"


def test_it_names_the_encoders_by_the_digests_of_their_files(bill):
    models = [one for one in bill["components"] if one["type"] == "machine-learning-model"]
    assert {one["name"] for one in models} == {"data/encoder", "data/chosen"}
    for one in models:
        file = next(part for part in one["components"] if part["name"].endswith(".onnx"))
        digest = hashlib.sha256((ROOT / one["name"] / file["name"]).read_bytes()).hexdigest()
        assert file["hashes"] == [{"alg": "SHA-256", "content": digest}]


def test_what_is_open_is_in_it_with_the_reason(bill):
    known = advisories.load().libraries
    open_numbers = {number for one in known.values() for entry in one.open for number in entry.ids}
    assert {one["id"] for one in bill["vulnerabilities"]} == open_numbers and open_numbers
    assert all(one["analysis"]["detail"] for one in bill["vulnerabilities"])


def test_the_same_sources_give_the_same_file(bill):
    assert sbom.present("1.2.3", MOMENT) == bill
    assert sbom.present("1.2.4", MOMENT)["serialNumber"] != bill["serialNumber"]


def test_a_requirement_without_a_version_or_a_digest_is_refused(tmp_path):
    file = tmp_path / "requirements.txt"
    for text in ("rasa>=3\n", "rasa==3.6.21\n    # via stalking-support\n"):
        file.write_text(text)
        with pytest.raises(ValueError, match="rasa"):
            pins.read(file)
