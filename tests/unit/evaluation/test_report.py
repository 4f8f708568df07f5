"""The page: complete, escaped, loads nothing, and without a word of the blind set."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from bot.evaluation import conversations, evaluate, form_answers, plots, questions
from bot.evaluation.changes import Swapped, swap_totals
from bot.evaluation.details import study
from bot.evaluation.metrics import Bin, CurvePoint
from bot.evaluation.report import SetReport, page
from bot.evaluation.sets import BLIND, DEVELOPMENT, FormAnswer, QuestionAnswer, Turn
from bot.evaluation.targets import CONVERSATION_FIGURES, FIGURES
from bot.evaluation.totals import measure
from bot.gateway.turns.outcomes import Outcome
from bot.report import html
from tests.unit.evaluation.judged import judged, reading

pytestmark = pytest.mark.slow

SECRET = "quokka <b>on</b> the lawn"
MESSAGES = [
    judged("emergency/held", "advice/law", text=f"missed {SECRET}", score=0.05),
    judged("emergency/held", "emergency/held", "emergency", text=f"caught {SECRET}", score=0.9),
    judged(
        "advice/law",
        "emergency/held",
        "emergency",
        text=f"alarm {SECRET}, he is outside",
        score=0.7,
        near_miss=True,
        evidence={"encoder": 0.61},
    ),
    judged("greet", "greet", text=f"right {SECRET}"),
]
TURN = Turn(text=f"turn {SECRET}", label="greet", danger="no")
HELD = [[conversations.Taken(TURN, Outcome.EMERGENCY, "greet")]]
TYPED = FormAnswer(question="way", text=f"answer {SECRET}", kind="answer")
ANSWERED = [
    form_answers.TakenAnswer(TYPED, Outcome.EMERGENCY, is_open=False, is_given=False, has_lead=True)
]
REPLY = QuestionAnswer(question="danger_over", text=f"reply {SECRET}", kind="no")
REPLIED = [questions.TakenReply(REPLY, Outcome.EMERGENCY, is_danger_open=True, is_form_open=False)]
SWAPPED = {"he_she": [Swapped(MESSAGES[3], f"swapped {SECRET}", reading("advice/men"))]}


def report_of(name, details):
    totals = {
        "model": "chat-1.tar.gz",
        "date": "2026-01-01",
        "thresholds": {"check": 0.1, "emergency": 0.3},
        **measure(MESSAGES),
        "conversations": conversations.measure(HELD),
        "form_answers": form_answers.measure(ANSWERED),
        "question_answers": questions.measure(REPLIED),
        "swaps": swap_totals(SWAPPED),
        "perturbations": {
            "typos": {
                "draws": 3,
                "recall": {"value": 0.5, "hits": 1, "of": 2, "low": 0.1, "high": 0.9},
                "recall_with_check": {"value": 0.5},
                "points": -0.3,
            }
        },
    }
    return SetReport(name, totals, details)


BLIND_REPORT = report_of(BLIND, None)
OPEN_REPORT = report_of(DEVELOPMENT, study(MESSAGES, SWAPPED, HELD, ANSWERED, REPLIED))


@pytest.fixture(scope="module")
def blind_page():
    return page([BLIND_REPORT])


@pytest.fixture(scope="module")
def open_page():
    return page([OPEN_REPORT])


@pytest.fixture(scope="module")
def whole_page():
    return page([BLIND_REPORT, OPEN_REPORT])


def test_totals_of_a_set_hold_no_message():
    assert "quokka" not in json.dumps(BLIND_REPORT.totals)


def test_the_page_of_the_blind_set_holds_no_message(blind_page):
    assert "quokka" not in blind_page


def test_the_page_of_an_open_set_lists_errors_escaped(open_page):
    for kind in ("missed", "alarm", "swapped", "turn"):
        assert f"{kind} quokka &lt;b&gt;on&lt;/b&gt; the lawn" in open_page
    assert "caught quokka" not in open_page, "nothing was wrong with it"
    assert "<b>on</b>" not in open_page
    assert "encoder +0.6" in open_page


@pytest.fixture
def written(tmp_path, monkeypatch):
    """The JSON file of each set, as text."""
    monkeypatch.setattr(evaluate, "REPORTS", tmp_path)
    monkeypatch.setattr(evaluate, "PAGE", tmp_path / "evaluation.html")
    evaluate.write([BLIND_REPORT, OPEN_REPORT])
    return {
        name: evaluate.totals_file(name).read_text(encoding="utf-8")
        for name in (BLIND, DEVELOPMENT)
    }


def test_the_json_of_an_open_set_holds_its_curve_and_its_errors_with_text(written):
    content = json.loads(written[DEVELOPMENT])
    assert content["threshold_curve"] == [
        {name: pytest.approx(value, abs=1e-6) for name, value in vars(point).items()}
        for point in OPEN_REPORT.details.curve
    ]
    missed, alarm = f"missed {SECRET}", f"alarm {SECRET}, he is outside"
    assert [one["text"] for one in content["misses"]] == [missed]
    assert [one["text"] for one in content["false_alarms"]] == [alarm]
    assert [one["text"] for one in content["errors"]] == [missed, alarm]
    assert content["errors"][0] == {
        "text": missed,
        "meant": "emergency/held",
        "answered": "advice/law",
        "tier": "none",
        "score": 0.05,
        "confidence": 0.5,
    }
    assert content["figures"] == OPEN_REPORT.totals["figures"]


def test_the_json_of_the_blind_set_holds_totals_and_no_message(written):
    assert json.loads(written[BLIND]).keys() == BLIND_REPORT.totals.keys()
    assert "quokka" not in written[BLIND]


def test_the_headline_has_every_figure_of_each_set(whole_page):
    for figure in (*FIGURES, *CONVERSATION_FIGURES):
        assert figure.title in whole_page
    assert whole_page.count("✗ missed") == sum(
        figure["met"] is False
        for one in (BLIND_REPORT, OPEN_REPORT)
        for figure in one.totals["figures"].values()
    )
    assert "Blind (4 messages)" in whole_page
    assert "Development (4 messages)" in whole_page


def test_each_score_has_its_diagram_and_each_topic_its_matrix_on_both_pages(blind_page, open_page):
    for shown, curves in ((blind_page, 0), (open_page, 1)):
        assert shown.count("<figure>") == len(BLIND_REPORT.totals["calibration"]) + curves
        assert "emergency: 2 messages, 1 right, 0 as another label of it, 1 elsewhere" in shown


def test_the_page_loads_nothing(whole_page):
    addresses = re.findall(r"(?:src|href|action|data|poster)=\"([^\"]*)\"", whole_page)
    assert addresses, "there are links inside the page"
    assert [one for one in addresses if not one.startswith("#")] == []
    assert not re.search(
        r"<(script|link|iframe|img|object|embed|base)\b|@import|url\((?!#)", whole_page
    )
    # Names of the file type of pictures, which nothing loads.
    elsewhere = set(re.findall(r"https?://[^\"'< ]+", whole_page))
    assert elsewhere <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


class Nesting(HTMLParser):
    """Fails when elements are not closed in order."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "path", "use", "rect"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in ("path", "use", "rect"):
            return
        assert self.open.pop() == tag


def test_elements_are_closed_in_order(whole_page):
    parser = Nesting()
    parser.feed(whole_page)
    assert parser.open == []


def test_the_curve_names_the_thresholds_and_is_the_same_each_time():
    points = [CurvePoint(0.1, 1, 0.5, 0.1), CurvePoint(0.5, 0.9, 0.1, 0)]
    drawn = plots.threshold_curve(points, {"check": 0.125, "emergency": 0.375})
    assert drawn.startswith("<svg")
    assert "check 0.125" in drawn
    assert "emergency 0.375" in drawn
    assert drawn == plots.threshold_curve(points, {"check": 0.125, "emergency": 0.375})
    assert drawn != plots.threshold_curve(points, {"check": 0.126, "emergency": 0.375})


def test_a_reliability_diagram_draws_its_bins():
    drawn = plots.reliability([Bin(5, 0.2, 0.1), Bin(5, 0.8, 0.9)], "said <x>", "true")
    assert "said &lt;x&gt;" in drawn
    assert drawn != plots.reliability([Bin(5, 0.2, 0.1)], "said <x>", "true")


@pytest.mark.parametrize("value", ["<script>", 'a"b', "x & y"])
def test_everything_put_in_is_escaped(value):
    made = html.table([value], [[value, value]]) + html.folded(value, value)
    assert value not in made
    assert value not in html.element("p", value, attributes={"title": value})
    assert value not in html.page(value, value).partition("<body>")[2]


def test_nothing_is_a_dash():
    assert html.escape(None) == "–"
