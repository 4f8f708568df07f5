"""docs/design-tokens.md says what the style sheet says."""

from __future__ import annotations

import re

from widget.build import FOLDER

SHEET = (FOLDER / "src" / "styles.js").read_text(encoding="utf-8")
PAGE = (FOLDER.parent / "docs" / "design-tokens.md").read_text(encoding="utf-8")
# What places the chat on the screen; no look.
PLACES = {"--vx", "--vy", "--below", "--seen", "--taken", "--taken-left", "--button-edge"}


def tokens(selector: str) -> dict[str, str]:
    (block,) = re.findall(
        rf"^{re.escape(selector)} \{{\n(.*?)\n\}}", SHEET, re.DOTALL | re.MULTILINE
    )
    return dict(re.findall(r"(--[a-z-]+): ([^;]+);", block))


def rows(title: str) -> dict[str, list[str]]:
    section = PAGE.split(f"## {title}\n")[1].split("\n## ")[0]
    found = re.findall(r"^\| `(--[a-z-]+)` \| (.*) \|$", section, re.MULTILINE)
    return {name: [cell.strip(" `") for cell in cells.split(" | ")] for name, cells in found}


def test_the_page_gives_each_colour_in_light_and_dark_and_no_other():
    light, dark = tokens(".frame"), tokens(".frame[data-dark]")
    colours = {name: value for name, value in light.items() if value.startswith("#")}
    assert {name: cells[:2] for name, cells in rows("Colours").items()} == {
        name: [value, dark.get(name, value)] for name, value in colours.items()
    }
    assert set(dark) - PLACES <= set(colours)


def test_the_page_gives_the_other_tokens():
    light = tokens(".frame")
    others = {name for name in light if not light[name].startswith("#")} - PLACES
    sizes = rows("Sizes")
    assert set(sizes) - {"--size"} == others
    assert all(sizes[name][0] == light[name] for name in others)
    assert f"var(--size, {sizes['--size'][0]})" in SHEET


def test_no_other_colour_is_set_but_for_the_exit_the_call_and_the_focus():
    rest = SHEET.split(".frame[data-dark]")[1].split("}", 1)[1]
    shown = set(re.findall(r"#[0-9a-f]{3,6}\b(?= *[;)])", rest))
    assert shown == {"#fff", "#1b2430", "#e8ebef", "#a3231b", "#ffd83d"}
