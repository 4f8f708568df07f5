"""The documentation as a site: where links lead, and that pages load nothing from elsewhere.

`make site` checks the same on the real site, which needs mkdocs.
"""

from __future__ import annotations

import logging

import pytest

from release import site


@pytest.mark.parametrize(
    ("page", "written", "shown"),
    [
        ("README.md", "[a](docs/content.md#facts)", "[a](content.md#facts)"),
        ("docs/security.md", "[a](../SECURITY.md)", "[a](SECURITY.md)"),
        ("docs/governance/limits.md", "[a](../../README.md#limits)", "[a](../README.md#limits)"),
        ("deploy/receiver/README.md", "[a](../../docs/handover.md)", "[a](../../handover.md)"),
        ("docs/commands.md", "[a](content.md), [b](#here)", "[a](content.md), [b](#here)"),
        ("README.md", "[MIT](LICENSE), [all](docs/decisions/)", "MIT, all"),
        ("docs/content.md", "[a](https://example.org/b.md)", "[a](https://example.org/b.md)"),
        (
            "README.md",
            '<img src="docs/images/page-chat-phone.png">',
            '<img src="images/page-chat-phone.png">',
        ),
        ("README.md", "```\n[a](docs/content.md)\n```", "```\n[a](docs/content.md)\n```"),
    ],
)
def test_links_lead_to_where_their_pages_lie_in_the_site(page, written, shown, caplog):
    assert site.relinked(written, page) == shown
    assert not caplog.records


def test_a_link_to_a_missing_file_is_warned_of(caplog):
    with caplog.at_level(logging.WARNING):
        assert site.relinked("[a](../bot/nowhere.py)", "docs/content.md") == "a"
    # Loggers of others never tell a value in this environment (bot/rasa_adapters).
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_the_pages_outside_docs_exist():
    assert all((site.ROOT / name).is_file() for name in site.OUTSIDE)


HERE = """<link href="own.css" rel="stylesheet"><script src="/own.js?v=1"></script>
<img src="data:image/png;base64,AA" alt=""><a href="https://example.org">a link</a>
<div style="background: url('own.png')"></div>"""


def built(folder, **files):
    for name, text in {"own.css": "", "own.js": "", **files}.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return list(site.problems(folder))


def test_a_site_that_loads_only_its_own_files_has_no_problem(tmp_path):
    assert built(tmp_path, index_html=HERE) == []


@pytest.mark.parametrize(
    "part",
    [
        '<script src="https://example.org/a.js"></script>',
        '<link rel="preconnect" href="//example.org/a">',
        '<img srcset="own.css 1x, https://example.org/a 2x">',
        '<p style="background: url(https://example.org/a)">',
        "<style>@import 'https://example.org/a';</style>",
    ],
)
def test_what_a_page_loads_from_elsewhere_is_a_problem(tmp_path, part):
    (found,) = built(tmp_path, index_html=HERE + part)
    assert found.startswith("index.html loads ") and "example.org/a" in found


def test_a_style_from_elsewhere_and_a_missing_picture_are_problems(tmp_path):
    style = "@font-face { src: url(https://example.org/font) }"
    found = built(tmp_path, index_html='<img src="none.png">', all_css=style)
    assert found == [
        "index.html loads none.png, which is not there",
        "all.css loads https://example.org/font from elsewhere",
    ]
