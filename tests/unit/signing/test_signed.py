"""Items are drafts until a force signs their text, and drafts again when the text changes."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.cli import main
from bot.content import register, signed
from bot.content.models import Fact, Force, Reply, Service
from bot.content.register import ContentError, get_register, load, name_of, whole_register
from bot.content.signed import Signature
from bot.gateway.turns import safe_reply
from bot.settings import ROOT, get_settings

# Fields that may change without a new reading: dates, how an item is found, notes for staff.
UNSEEN = {
    Fact: {"id", "reviewed", "review_by", "as_of", "confidence", "unverified", "note"},
    Service: {"id", "reviewed", "review_by", "also_called", "helpline", "free", "facts"},
    Force: {
        "id", "reviewed", "review_by", "source", "report_url_confirmed", "report_url_source",
        "places", "places_after_in", "also_called", "places_source",
    },
    Reply: {
        "id", "reviewed", "review_by", "topic", "for_whom", "often", "asks", "offers", "follow_ups",
        "points_at_services", "to_ring", "facts",
    },
}  # fmt: skip
ORDER = "replies:advice/order:england_wales"


def signature(item, status="signed_off", role="legal_services") -> Signature:
    day = dt.date(2026, 12, 1)
    text = signed.digest(item)
    return Signature(item=name_of(item), status=status, role=role, date=day, text=text)


def sign(*arguments: str) -> int:
    return main(["content", "sign", *arguments, "--force", "cheshire", "--role", "legal_services"])


@pytest.mark.parametrize("kind", signed.TEXT)
def test_of_each_field_it_is_known_if_people_see_it(kind):
    assert signed.TEXT[kind] | UNSEEN[kind] == kind.model_fields.keys()
    assert not signed.TEXT[kind] & UNSEEN[kind]


def test_everything_ships_as_a_draft():
    assert not list((ROOT / "data").glob("forces/*/signed.yml")), "only a force signs"
    counts = signed.counted(whole_register(), {})
    assert set(counts) == {"Fact", "Service", "Force", "Reply"}
    assert all(row["draft"] > 0 == row["reviewed"] + row["signed_off"] for row in counts.values())


def test_the_highest_status_of_the_present_text_counts(small):
    item = small.load().replies["advice/order", "england_wales"]
    signatures = signed.added({}, [signature(item, "reviewed", "advocate")])
    assert signed.status(item, signatures) == "reviewed"
    signatures = signed.added(signatures, [signature(item)])
    assert signed.status(item, signatures) == "signed_off"
    assert len(signatures[ORDER]) == 2
    signatures = signed.added(signatures, [signature(item, "reviewed")])
    assert signed.status(item, signatures) == "reviewed", "the same role thought better of it"


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("bubbles", {"en": ["It lasts for two years."]}, "draft"),
        ("simple", {"en": ["It lasts two years."]}, "draft"),
        ("button", {"en": "How long?"}, "draft"),
        ("services", [], "draft"),
        ("review_by", dt.date(2027, 3, 1), "signed_off"),
        ("offers", [], "signed_off"),
    ],
)
def test_a_changed_text_is_a_draft_again(small, field, value, status):
    before = small.load().replies["advice/order", "england_wales"]
    signatures = signed.added({}, [signature(before)])
    small.item("advice/order")[field] = value
    after = small.load().replies["advice/order", "england_wales"]
    assert signed.status(after, signatures) == status


def test_a_changed_number_is_to_be_read_at_the_service_alone(small):
    before = small.load()
    small.item("line")["phone"] = "0808 157 0123"
    after = small.load()
    changed = {
        name_of(new)
        for (_, old), (_, new) in zip(before.all_items(), after.all_items(), strict=True)
        if signed.digest(old) != signed.digest(new)
    }
    assert changed == {"services:line"}


def test_what_is_written_is_read_again(small):
    items = [item for _, item in small.load().all_items()]
    signatures = signed.added({}, [signature(item) for item in items])
    path = signed.write("cheshire", signatures)
    assert signed.read("cheshire") == signatures
    assert len(path.read_text().splitlines()) == len(items) + 2, "one line for each"
    assert signed.read("nobody") == {}
    signed.write("empty", {})
    assert signed.read("empty") == {}


@pytest.mark.parametrize(
    "text", ["signed: [1]", "signed", "signed: [{item: a}]", ": :", "[]", "signed: [{role: Jo}]"]
)
def test_a_broken_file_stops_the_start(text):
    path = signed.file_of("cheshire")
    path.parent.mkdir(parents=True)
    path.write_text(text)
    with pytest.raises(ContentError, match=r"signed\.yml"):
        signed.read("cheshire")


# What is shown.


@pytest.fixture
def strict(monkeypatch):
    """The process of a force that shows what is signed off, after it has signed one answer."""
    assert sign("advice/spo_what") == 0
    monkeypatch.setenv("CHAT_FORCE", "cheshire")
    monkeypatch.setenv("CHAT_LEAST_STATUS", "signed_off")
    get_settings.cache_clear()
    get_register.cache_clear()
    return get_register()


def test_below_the_status_something_else_is_said(strict):
    assert strict.reply("advice/spo_what").id == "advice/spo_what"
    assert strict.reply("advice/tracker").id == register.NOT_SIGNED_OFF
    assert strict.reply("law/following", "scotland").id == register.NOT_SIGNED_OFF
    said = " ".join(strict.reply("advice/tracker").bubbles["en"])
    assert "999" in said and "101" in said


@pytest.mark.parametrize("nation", ["england_wales", "scotland", "northern_ireland"])
def test_what_is_urgent_or_of_the_chat_itself_is_shown_whatever_its_status(strict, nation):
    urgent = ("emergency", "crisis", "danger/", "safe_reply", "not_now_line", "samaritans_line")
    itself = ("widget/", "page/", "help/", "handover/", "four/", "greet", "clarify", "nation/")
    held_back = {reply_id for reply_id, _ in strict.held_back}
    assert not [one for one in held_back if one.startswith((*urgent, *itself))]
    for reply_id in ("emergency", "emergency/cannot_speak", "crisis", "advice/silent_call"):
        assert strict.reply(reply_id, nation).id == reply_id


def test_the_gateway_s_own_replies_stay(strict):
    whole = safe_reply.for_failed_turn("he is outside my house now")
    get_register.cache_clear()
    assert whole == safe_reply.for_failed_turn("he is outside my house now")
    assert "999" in str(whole[0])


def test_no_button_leads_to_what_is_held_back(strict):
    from bot import render_context
    from bot.content import render

    where = render_context.current(None)
    shown = render.buttons(strict, strict.reply("advice/spo_what"), where)
    assert len(shown) < len(strict.reply("advice/spo_what").offers)
    assert sign("advice/*") == 0
    get_register.cache_clear()
    after = get_register()
    assert len(render.buttons(after, after.reply("advice/spo_what"), where)) > len(shown)


def test_by_default_everything_is_shown():
    get_register.cache_clear()
    assert not get_register().held_back
    assert not get_register().held_back


# Commands.


def test_sign_and_status(capsys):
    assert sign("advice/spo_*", "--status", "reviewed") == 0
    assert "reviewed by legal_services" in capsys.readouterr().out
    assert main(["content", "status", "--force", "cheshire"]) == 0
    (line,) = [one for one in capsys.readouterr().out.splitlines() if one.startswith("Reply:")]
    expected = sum(one.startswith("advice/spo_") for one, _ in load().replies)
    assert f", {expected} reviewed, 0 signed_off" in line


def test_status_names_what_changed_and_what_is_gone(capsys):
    item = load().replies["advice/spo_what", "england_wales"]
    old = signature(item).model_copy(update={"text": "0" * 16})
    gone = old.model_copy(update={"item": "replies:advice/gone:uk"})
    signed.write("cheshire", signed.added({}, [old, gone]))
    assert main(["content", "status", "--force", "cheshire"]) == 0
    shown = capsys.readouterr().out
    assert "changed since: replies:advice/spo_what:england_wales" in shown
    assert "no longer in the register: replies:advice/gone:uk" in shown


def test_one_file_can_be_signed_at_once(capsys):
    assert sign("*", "--file", "*/answers/court.yml") == 0
    files = load().files
    assert {files[item] for item in signed.read("cheshire")} == {"replies/answers/court.yml"}


def test_a_pattern_that_fits_nothing_signs_nothing(capsys):
    assert sign("advice/spo_what", "advice/no_such") == 2
    assert "advice/no_such" in capsys.readouterr().err
    assert signed.read("cheshire") == {}


def test_an_unknown_force_is_refused(capsys):
    wrong = ["content", "sign", "nsh", "--force", "nowhere", "--role", "advocate"]
    assert main(wrong) == 1
    assert "nowhere" in capsys.readouterr().err
