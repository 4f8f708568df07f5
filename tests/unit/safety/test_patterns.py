"""Files of regular expressions."""

from __future__ import annotations

import pytest

from bot.safety.patterns import compiled, each_compiled, read


@pytest.fixture
def write(tmp_path):
    def written(text):
        file = tmp_path / "some.yml"
        file.write_text(text, encoding="utf-8")
        return file

    return written


def test_a_group_is_one_expression_with_its_parts_filled_in(write):
    file = write("parts:\n  who: (?:he|she)\n  long: [a, b]\nout:\n  - <who> left\n  - <long>c\n")
    assert read(file) == {"who": "(?:he|she)", "long": "ab", "out": "(?:he|she) left|abc"}
    assert compiled(file)["out"].fullmatch("she left")


def test_a_file_needs_no_parts(write):
    assert read(write("out: ['a', 'b']\n")) == {"out": "a|b"}


def test_a_part_may_name_one_before_it(write):
    file = write("parts:\n  who: (?:he|she)\n  left: <who> left\nout: ['<left>']\n")
    assert read(file)["out"] == "(?:he|she) left"


def test_of_a_group_with_names_each_expression_counts(write):
    file = write("parts:\n  who: (?:he|she)\nout:\n  left: ['<who> ', left]\n  gone: gone\n")
    assert [one.pattern for one in each_compiled(file)["out"]] == ["(?:he|she) left", "gone"]


def test_a_part_that_is_not_there_is_an_error(write):
    with pytest.raises(KeyError, match="who"):
        read(write("out:\n  - <who> left\n"))


def test_every_file_may_name_the_words_that_say_yes_or_no(write):
    expressions = compiled(write("parts:\n  either: <yes>|<no>\nout: ['(?:<either>) thanks']\n"))
    assert set(expressions) == {"either", "out"}
    for said in ("yeah thanks", "nope thanks", "y thanks", "noooo thanks"):
        assert expressions["out"].fullmatch(said), said
    assert not expressions["out"].fullmatch("ok thanks")
