"""The documentation says what the code does: settings, commands, fields, links."""

from __future__ import annotations

import ast
import datetime as dt
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from bot.audit import Action
from bot.cli import main
from bot.content import lint, render
from bot.content.hours import LONDON
from bot.content.models import Fact, Force, Hours, Reply, Service
from bot.content.register import get_register
from bot.counters.names import COUNTERS
from bot.gateway.http.routes import SWEEP_SECONDS
from bot.security_events import Event
from bot.settings import PREFIX, Settings, variable

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
DOCS = sorted((ROOT / "docs").rglob("*.md"))
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
PAGES = [*DOCS, README, CONTRIBUTING, ROOT / "CHANGELOG.md", ROOT / "SECURITY.md"]
GOVERNANCE = sorted((ROOT / "docs" / "governance").glob("*.md"))
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))

_FENCE = re.compile(r"^( *)```.*?^\1```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(
    r"""\]\(\s*<?([^)\s>]+)|^\[[^\]]+\]:\s*<?([^\s>]+)|\b(?:src|href)="([^"]+)""", re.MULTILINE
)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text_of(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def code_of(page: Path) -> list[str]:
    """What a page shows as code, without shell comments: `make sure` in prose is no command."""
    text = page.read_text(encoding="utf-8")
    fenced = [line for block in _FENCE.finditer(text) for line in block[0].splitlines()]
    spans = [match[1] for match in _SPAN.finditer(_FENCE.sub("", text))]
    return [re.sub(r"(^|\s)#.*", "", code) for code in [*fenced, *spans]]


def rows(text: str) -> dict[str, list[str]]:
    """Table rows by the names in their first cell; one row may hold several names."""
    found = {}
    for line in text.splitlines():
        if line.startswith("| `"):
            cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
            found |= dict.fromkeys(_SPAN.findall(cells[0]), cells)
    return found


def section(text: str, title: str) -> str:
    """The text between a heading and the next one."""
    return re.split(r"^#+ ", text.split(f" {title}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def test_settings_page_names_each_setting_and_no_other():
    variables = {variable(name) for name in Settings.model_fields}
    named_there = set(re.findall(rf"{PREFIX}[A-Z_]+", text_of("settings.md")))
    assert named_there == {name for name in variables if name.startswith(PREFIX)}
    assert variables <= set(rows(text_of("settings.md")))


def test_storage_page_says_how_often_a_process_sweeps():
    assert text_of("storage.md").count(f"every {SWEEP_SECONDS} seconds") == 2


@pytest.mark.parametrize("name", Settings.model_fields)
def test_settings_page_gives_default_and_limits(name):
    field = Settings.model_fields[name]
    _, default, meaning, allowed = rows(text_of("settings.md"))[variable(name)]
    named = "none" if field.default in ((), "", None) else f"`{field.default}`"
    assert default == ("random at each start" if field.default_factory else named)
    assert meaning
    for limit in field.metadata:
        for kind in ("ge", "gt", "le", "lt", "min_length", "max_length"):
            value = getattr(limit, kind, None)
            assert value is None or re.search(rf"\b{value:g}\b", allowed), f"{kind} {value}"


@pytest.mark.parametrize(
    ("title", "model"),
    [("Facts", Fact), ("Services", Service), ("Forces", Force), ("Replies", Reply)],
)
def test_content_page_names_each_field_of_an_item(title, model):
    common = rows(section(text_of("content.md"), "Fields of every item"))
    own = rows(section(text_of("content.md"), title))
    assert common.keys() | own.keys() == model.model_fields.keys()
    for name, cells in (common | own).items():
        assert cells[1] == ("yes" if model.model_fields[name].is_required() else "no"), name


def test_content_page_names_each_part_of_the_hours():
    services = section(text_of("content.md"), "Services")
    assert all(f"`{name}" in services for name in Hours.model_fields)


def test_counters_page_names_each_counter_and_value_and_no_other():
    table = rows(section(text_of("counters.md"), "What is counted"))
    assert set(table) == set(COUNTERS)
    for counter in set(COUNTERS) - {"outcome", "label"}:
        assert set(_SPAN.findall(table[counter][1])) == set(COUNTERS[counter])
    labels = set(re.findall(r"`([a-z_]+)[/`]", text_of("labels.md")))
    labels |= set(_SPAN.findall(table["label"][1]))
    assert set(COUNTERS["label"]) <= labels


def lint_rules() -> set[str]:
    """Keys of wording.yml, and what lint.py yields last but one: (field, rule, message)."""
    path = Path(lint.__file__)
    yielded = {
        node.value.elts[-2]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple)
    }
    wording = yaml.safe_load(path.with_name("wording.yml").read_text(encoding="utf-8"))
    return {node.value for node in yielded if isinstance(node, ast.Constant)} | set(wording)


def test_content_page_names_each_lint_rule_and_no_other():
    table = rows(section(text_of("content.md"), "What the lint checks"))
    assert set(table) == lint_rules()
    assert all(len(cells) == 3 and all(cells) for cells in table.values())


def test_each_requirement_of_the_widget_names_tests_that_exist():
    page = text_of("widget-requirements.md")
    sections = {"A": 13, "B": 12, "C": 12, "D": 23, "E": 8, "F": 8, "G": 7}
    ids = [f"{letter}{number + 1}" for letter, last in sections.items() for number in range(last)]
    table = re.findall(r"^\| ([A-G]\d+)(?: S)? \| [^|]+ \| ([^|]+) \|$", page, re.MULTILINE)
    assert [number for number, _ in table] == ids
    pointers = set(re.findall(r"`([\w/]+\.py)::(test_\w+)`", page))
    assert page.count("::test_") == page.count(".py::") and len(pointers) > 60
    for path, name in pointers:
        assert f"def {name}(" in (ROOT / "tests" / path).read_text(encoding="utf-8"), name
    without = {number for number, shown in table if "::" not in shown}
    assert without == {"D23", "E7"}, "these need people"


def test_each_decision_has_a_number_of_its_own():
    numbers = [path.name[:4] for path in DECISIONS]
    assert len(numbers) == len(set(numbers)), "two decisions share a number"
    assert len(numbers) >= 6


@pytest.mark.parametrize("decision", DECISIONS, ids=named)
def test_decision_has_its_three_parts(decision):
    headings = re.findall(r"^## (.+)$", decision.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == ["Context", "Decision", "Consequences"]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_relative_links_point_to_what_exists(page):
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    targets = ["".join(found) for found in _LINK.findall(text)]
    paths = [target.partition("#")[0] for target in targets if not re.match(r"[a-z]+:", target)]
    assert [path for path in paths if path and not (page.parent / path).exists()] == []


def make_targets_named(page: Path) -> set[str]:
    return {
        target
        for code in code_of(page)
        for target in re.findall(r"(?:^|[\s;&|(])make ([a-z][\w-]*)", code)
    }


@pytest.fixture(scope="module")
def make_help() -> set[str]:
    """The targets that the real `make help` lists."""
    if shutil.which("make") is None:
        pytest.skip("no make on this machine")
    command = ["make", "--no-print-directory", "help"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return set(re.findall(r"^ +make (\S+)", listed.stdout, re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_make_targets_on_a_page_exist(page):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][\w-]*):(?!=)", makefile, re.MULTILINE))
    assert make_targets_named(page) - targets == set()


def test_the_page_of_commands_names_each_make_target(make_help):
    assert make_help, "make help lists nothing"
    assert make_help - make_targets_named(ROOT / "docs" / "commands.md") == set()


def test_the_readme_is_short():
    assert len(README.read_text(encoding="utf-8").splitlines()) < 150


def test_the_page_of_libraries_names_each_dependency():
    before_tools = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("[tool.")[0]
    listed = set(re.findall(r'^  "([\w-]+)', before_tools, re.MULTILINE))
    assert len(listed) > 20
    named_there = set(re.findall(r"[\w-]+", text_of("decisions/0002-libraries.md")))
    assert listed - named_there == set()


def words_of_the_register() -> set[str]:
    """Each bubble that a person in England and Wales can be shown, and each button in brackets."""
    register = get_register()
    force = register.forces[render.DEFAULT_FORCE]
    tuesday = dt.datetime(2026, 11, 24, 14, tzinfo=LONDON)  # when the sample was taken
    where = render.Context(force, tuesday, details=render.EXAMPLE_DETAILS)
    words = set()
    for reply in register.replies.values():
        words |= set(render.bubbles(register, reply, where))
        words |= {f"[{title}]" for title in reply.button.values()}
    return words


def test_the_bot_says_what_the_readme_lets_it_say():
    sample = section(README.read_text(encoding="utf-8"), "What a conversation looks like")
    said = re.findall(r"^ +BOT: (.+)$", sample, re.MULTILINE)
    buttons = re.findall(r"\[[^\]]+\]", sample)
    assert len(said) > 5 and len(buttons) > 5
    assert {*said, *buttons} - words_of_the_register() == set()


def test_figures_among_the_limits_stand_on_the_pages_of_figures():
    limits = " ".join(section(README.read_text(encoding="utf-8"), "Limits").split())
    figures = re.findall(r"\d[\d.]* %(?: \(\d+/\d+\))?", limits)
    assert len(figures) > 3
    known = text_of("evaluation.md") + text_of("benchmarks.md")
    assert [figure for figure in figures if figure not in known] == []
    others = re.sub(r"\d[\d.]* %(?: \(\d+/\d+\))?", "", limits)
    assert not re.search(r"\d+ ?(?:/|of|in) ?\d", others), "as a share with its counts"


_FIGURE = re.compile(r"\d[\d.]* %(?: \(\d+/\d+\))?")


@pytest.mark.parametrize("page", GOVERNANCE, ids=named)
def test_figures_for_a_force_stand_in_the_evaluation(page):
    figures = _FIGURE.findall(page.read_text(encoding="utf-8"))
    known = text_of("evaluation.md")
    assert [figure for figure in figures if figure not in known] == []
    assert figures or page.stem not in ("equality", "evaluation")


def test_each_blank_of_a_force_is_filled_in_once():
    named_first = re.findall(r"^\| \*\*\[([^\]]+)\]", GOVERNANCE[0].read_text(), re.MULTILINE)
    assert named(GOVERNANCE[0]).endswith("README.md") and len(named_first) == 10
    # What is shorter than a sentence is a name; the others are blanks of their own.
    used = {
        blank
        for page in GOVERNANCE[1:]
        for blank in re.findall(r"\*\*\[([^\]]+)\]\*\*", page.read_text(encoding="utf-8"))
        if re.fullmatch(r"[A-Z][\w-]*(?: [\w-]+){0,3}", blank)
    }
    assert used and used <= {*named_first, "Go-live date", "next review"}


def test_no_page_holds_a_number_that_the_register_has():
    """A number that changes is changed once (short ones such as 101 are no service's own)."""
    numbers = [one.phone for one in get_register().services.values() if len(one.phone or "") > 4]
    pages = [*PAGES, *sorted((ROOT / "widget" / "demo").glob("*.html"))]
    assert len(numbers) > 20 and len(pages) > 30
    found = {named(page): one for page in pages for one in numbers if one in page.read_text()}
    assert found == {}


def bot_commands() -> list[str]:
    """Every `python -m bot ...` on the pages; dots stand for "and so on"."""
    found = {
        match[1].replace("...", "").strip()
        for page in PAGES
        for code in code_of(page)
        for match in re.finditer(r"python3? -m bot\b([^|;&<>()]*)", code)
    }
    return sorted(found)


def test_pages_show_bot_commands():
    assert "content check" in bot_commands()


@pytest.mark.parametrize("command", bot_commands())
def test_bot_command_on_a_page_is_accepted(command, capsys):
    words = command.split()
    with pytest.raises(SystemExit) as ended:
        main([*words, "--help"])
    shown = capsys.readouterr()
    assert ended.value.code == 0, shown.err
    # Help is given before an unknown option is refused, so look for each option in it.
    options = {word.partition("=")[0] for word in words if word.startswith("-")}
    assert options <= set(re.findall(r"--?[a-z][\w-]*", shown.out))


def test_deployment_page_names_each_line_of_the_audit_log_and_each_event_and_no_other():
    spoken = section(text_of("deployment.md"), "Who did what, and what may be an attack")
    words = {word for word in _SPAN.findall(spoken) if re.fullmatch(r"[a-z]+(_[a-z]+)*", word)}
    named = {each.value for each in (*Action, *Event)}
    assert named <= words
    assert words - named <= {"chat"}
