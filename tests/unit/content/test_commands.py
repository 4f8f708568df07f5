"""`python -m bot content check` and `python -m bot content show ID`."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bot.cli import main
from bot.content import layers, register, render
from bot.content.hours import now_in_london
from bot.content.register import CONTENT_FOLDER
from bot.settings import get_settings
from tests.integration.words import number


@pytest.fixture
def small_content(small, monkeypatch):
    """Points the commands to the small register's folder, which each test writes."""
    get_settings()  # they look at the real register
    monkeypatch.setattr(register, "CONTENT_FOLDER", small.folder)
    monkeypatch.setattr(layers, "FORCES_FOLDER", small.folder.parent / "forces")
    return small


# check


@pytest.mark.slow
def test_check_of_the_real_content_from_the_command_line():
    done = subprocess.run(
        [sys.executable, "-m", "bot", "content", "check"],
        cwd=CONTENT_FOLDER.parents[1],
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "44 of Force" in done.stdout
    assert done.stdout.endswith(" 0 findings\n")


def test_check_counts_what_it_read(small_content, capsys):
    small_content.write()
    assert main(["content", "check"]) == 0
    assert capsys.readouterr().out == (
        "content: 17 items (9 of Fact, 2 of Force, 3 of Reply, 3 of Service), 0 findings\n"
    )


def test_check_prints_findings_and_exits_1(small_content, capsys):
    small_content.item("advice/help")["bubbles"]["en"] = ["Calm down."]
    small_content.item("line")["phone"] = "0808 802 0301"
    small_content.write()
    assert main(["content", "check"]) == 1
    first, second, summary = capsys.readouterr().out.splitlines()
    assert first.startswith("services.yml: line: phone: number: ")
    assert second == "replies.yml: advice/help: bubbles.en: minimising: says 'Calm down'"
    assert summary.endswith("2 findings")


def test_check_of_a_broken_register_says_where_and_exits_1(small_content, capsys):
    small_content.item("f-law").pop("statement")
    small_content.write()
    assert main(["content", "check"]) == 1
    output = capsys.readouterr()
    assert output.err == "python -m bot: facts.yml: f-law: statement: Field required\n"
    assert output.out == ""


def test_check_of_no_content_exits_1(small_content, capsys):
    assert main(["content", "check"]) == 1
    assert "no content files (*.yml) here" in capsys.readouterr().err


# show


def test_show_a_reply_as_a_person_sees_it(small_content, capsys):
    small_content.write()
    assert main(["content", "show", "advice/order", "--force", "withpage"]) == 0
    assert capsys.readouterr().out == (
        "[replies.yml; reviewed 2026-11-24, review by 2027-05-24]\n"
        "(england_wales)\n"
        "\n"
        "  An order lasts for at least two years. Report it at"
        " https://www.withpage.police.uk/report/.\n"
        "\n"
        "  You can call 0808 802 0300. In danger, call 999.\n"
        "\n"
        "  Name of line: 0808 802 0300\n"
        "  [Get help]\n"
        "\n"
        "  More simply:\n"
        "  It lasts two years or more.\n"
        "  Name of line: 0808 802 0300\n"
        "  source of f-law: A page that was read\n"
        "  source of f-999: A page that was read\n"
    )


def test_show_for_a_force_without_a_report_page(small_content, capsys):
    small_content.write()
    assert main(["content", "show", "advice/order", "--force", "nopage"]) == 0
    assert "Report it at https://www.police.uk/find." in capsys.readouterr().out


def test_show_a_real_reply_for_the_default_force(register, capsys):
    assert main(["content", "show", "reporting/online_form"]) == 0
    shown = capsys.readouterr().out
    item = register.reply("reporting/online_form")
    where = render.Context(register.forces["bedfordshire"], now_in_london())
    for line in "\n".join(render.bubbles(register, item, where)).splitlines():
        assert f"  {line}\n" in shown
    for button in render.buttons(register, item, where):
        assert f"  [{button.title}]\n" in shown
    for fact in item.facts:
        assert f"  source of {fact}: {register.facts[fact].source.title}\n" in shown
    assert str(register.services["find_my_force"].url) in shown and "More simply:" in shown


def test_show_every_nation_s_reply(capsys):
    assert main(["content", "show", "advice/spo_duration"]) == 0
    shown = capsys.readouterr().out
    assert "\n(england_wales)\n" in shown and "\n(northern_ireland)\n" in shown
    assert shown.index("(england_wales)") < shown.index("(northern_ireland)")


def test_a_reply_for_the_other_nations_is_shown_as_one_of_them_sees_it(capsys):
    assert main(["content", "show", "advice/ex_partner"]) == 0
    shown = capsys.readouterr().out
    assert "\n(uk)\n" in shown
    line = "  Scotland's Domestic Abuse and Forced Marriage Helpline"
    assert f"{line}: {number('scotland_domestic_abuse')}" in shown


def test_every_line_of_a_list_of_services_is_indented(capsys):
    assert main(["content", "show", "nation/scotland"]) == 0
    shown = capsys.readouterr().out
    assert shown.count("\n  Victim Support Scotland: ") == 2
    assert "\nVictim Support Scotland: " not in shown


def test_show_a_service(capsys):
    assert main(["content", "show", "nsh"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("[services.yml; reviewed ")
    assert "  name: National Stalking Helpline\n" in shown
    assert f"  phone: {number('nsh')}\n" in shown
    assert "weekdays 9.30am to 4pm" in shown
    assert "email" not in shown, "a field without a value is left out"


@pytest.mark.parametrize(("id", "line"), [("spo-duration", "statement: "), ("kent", "name: Kent")])
def test_show_a_fact_and_a_force(capsys, id, line):
    assert main(["content", "show", id]) == 0
    assert f"  {line}" in capsys.readouterr().out


def test_show_items_of_different_kinds_with_one_id(small_content, capsys):
    small_content.item("texts")["id"] = "nopage"
    small_content.write()
    assert main(["content", "show", "nopage", "--force", "nopage"]) == 0
    shown = capsys.readouterr().out
    assert "[services.yml;" in shown and "[forces.yml;" in shown


def test_show_an_unknown_id(capsys):
    assert main(["content", "show", "advice/unheard_of"]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err == "no item 'advice/unheard_of' in data/content/\n"


def test_show_for_an_unknown_force(capsys):
    assert main(["content", "show", "nsh", "--force", "atlantis"]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err == "no force 'atlantis'; see data/content/forces.yml\n"


@pytest.mark.parametrize("arguments", [["content"], ["content", "show"], ["content", "burn"]])
def test_wrong_usage_exits_2(capsys, arguments):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: " in capsys.readouterr().err
