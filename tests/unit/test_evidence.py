"""The privacy page, the safety case and the threat model claim only what a test shows."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("privacy.md", "safety-case.md", "threat-model.md")
# The last but one or last column that points to tests.
COLUMN = "shown by"

_POINTER = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def pointers(page):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    # Anything that looks as if it should be one, so that a misspelt pointer is not passed over.
    named = re.findall(r"`(tests/[^`]+)`", text)
    assert all(_POINTER.fullmatch(f"`{each}`") for each in named), named
    return sorted(set(_POINTER.findall(text)))


@lru_cache
def names_in(file):
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_points_to_tests(page):
    assert len(pointers(page)) > 15


@pytest.mark.parametrize(("file", "name"), sorted({p for page in PAGES for p in pointers(page)}))
def test_each_pointer_leads_to_a_test(file, name):
    assert (ROOT / file).is_file()
    assert name.startswith("test_")
    assert name in names_in(file)


def tables(page):
    """(head, rows) of each table of the page."""
    lines = (ROOT / "docs" / page).read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        if re.fullmatch(r"\|(-+\|)+", line):
            rows = []
            for row in lines[number + 1 :]:
                if not row.startswith("|"):
                    break
                rows.append(cells(row))
            yield cells(lines[number - 1]), rows


def cells(line):
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.parametrize("page", PAGES)
def test_each_claim_in_a_table_has_a_pointer(page):
    found = [table for table in tables(page) if COLUMN in table[0]]
    assert found
    for head, rows in found:
        place = head.index(COLUMN)
        for row in rows:
            assert len(row) == len(head), row
            assert _POINTER.search(row[place]), row[0]
