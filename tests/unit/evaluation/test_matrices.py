"""What was meant and what was understood, counted in small tables."""

from __future__ import annotations

import re

from bot.evaluation import matrices

CONFUSION = {
    "advice/law": {"advice/law": 7, "advice/men": 2, "greet": 1, "reporting/past": 1},
    "advice/men": {"advice/men": 4},
    "advice/tracker": {"advice/tracker": 3},
    "advice/work": {"advice/work": 2, "advice/leave": 1},
    "greet": {"greet": 5, "thank": 1},
}


def cells(markup):
    """The text of each row of the first table."""
    rows = re.findall(r"<tr>(.*?)</tr>", markup.partition("</table>")[0])
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]


def test_a_top_level_has_a_row_and_a_column_for_each_label_that_was_mixed_up():
    assert cells(matrices.of_labels(CONFUSION)) == [
        ["", "elsewhere", "law", "leave", "men", "work", "all"],
        ["law", "2", "7", "·", "2", "·", "11"],
        ["men", "·", "·", "·", "4", "·", "4"],
        ["work", "·", "·", "1", "·", "2", "3"],
    ]


def test_what_was_never_mixed_up_is_named_below():
    assert "Never mixed up: tracker." in matrices.of_labels(CONFUSION)


def test_its_title_sums_the_table_up():
    found = re.findall(r"<summary>(.*?)</summary>", matrices.of_labels(CONFUSION))
    assert found == ["advice: 21 messages, 16 right, 3 as another label of it, 2 elsewhere"]


def test_top_levels_stand_in_one_table_the_most_frequent_first():
    confusion = {"greet": {"greet": 1}, "advice": {"advice": 2, "nlu_fallback": 1}}
    assert cells(matrices.of_top_levels(confusion)) == [
        ["", "advice", "greet", "nlu_fallback", "all"],
        ["advice", "2", "·", "1", "3"],
        ["greet", "·", "1", "·", "1"],
    ]
