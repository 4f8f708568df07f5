"""A force's own words stand in place of ours for its people, and for nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.cli import main
from bot.content import layers, lint, register, signed
from bot.content.answers import answers, titles
from bot.content.hours import now_in_london
from bot.content.register import ContentError, Register, load, read_ours
from bot.settings import Settings, get_settings
from bot.signing.document import document
from tests.unit.content.small_register import TODAY, fact, force, reply, service

ORDER = ("advice/order", "england_wales")
OWN = reply(
    "advice/order",
    "Our unit can tell you. In danger, call 999.",
    button={"en": "How long is ours?"},
    offers=["advice/help"],
    facts=["f-999"],
)
ASKS = {"asks": {"en": [f"how long is it {number}" for number in range(8)]}, "often": 5}


@pytest.fixture
def ours(small, tmp_path, monkeypatch):
    """A small register below `content`; the folder with the forces' words stands beside it."""
    get_settings()  # they look at the real register
    small.folder = tmp_path / "content"
    small.folder.mkdir()
    small.item("advice/order").update(ASKS, for_whom=["friend"])
    monkeypatch.setattr(register, "CONTENT_FOLDER", small.folder)
    monkeypatch.setattr(layers, "FORCES_FOLDER", tmp_path / "forces")
    small.write()
    return small


def write(folder: Path, kind: str, *items: dict) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{kind}.yml"
    path.write_text(yaml.safe_dump({kind: [*items]}, sort_keys=False), encoding="utf-8")
    return folder


def write_own(kind: str, *items: dict, of: str = "withpage") -> Path:
    return write(layers.FORCES_FOLDER / of, kind, *items)


def deployed(monkeypatch, folder: Path, of: str = "withpage") -> None:
    """As with CHAT_FORCE and CHAT_CONTENT."""
    monkeypatch.setattr(layers, "_deployed", lambda: (of, folder))


def said(merged: Register) -> str:
    return merged.replies[ORDER].bubbles["en"][0]


def test_the_force_own_words_are_for_its_people_alone(ours):
    write_own("replies", OWN)
    assert said(layers.of_force("withpage")).startswith("Our unit")
    assert said(layers.of_force("nopage")).startswith("An order lasts")
    assert said(load()).startswith("An order lasts")


def test_the_deployment_own_folder_stands_before_both(ours, tmp_path, monkeypatch):
    write_own("replies", OWN, reply("advice/desk", "Ring the bell."))
    latest = {**OWN, "bubbles": {"en": ["Newer words. In danger, call 999."]}}
    deployed(monkeypatch, write(tmp_path / "elsewhere", "replies", latest))
    merged = layers.of_force("withpage")
    assert said(merged).startswith("Newer") and merged.has_reply("advice/desk")
    assert said(layers.of_force("nopage")).startswith("An order lasts")
    assert merged.files["replies:advice/order:england_wales"] == f"{tmp_path}/elsewhere/replies.yml"
    assert layers.forces() == ["withpage"]


def test_of_a_nation_only_its_own_version_is_replaced(ours):
    write_own("replies", {**OWN, "nation": "scotland"})
    merged = layers.of_force("withpage")
    assert said(merged).startswith("An order lasts")
    scots = merged.replies["advice/order", "scotland"]
    assert scots.bubbles["en"][0].startswith("Our unit")
    assert scots.asks, "it is found, and can be held back, like the others"


def test_a_whole_item_is_replaced_but_how_it_is_found(ours):
    write_own("replies", OWN)
    before, after = load().replies[ORDER], layers.of_force("withpage").replies[ORDER]
    assert (after.asks, after.often, after.for_whom) == (before.asks, 5, ("friend",))
    assert before.simple and not after.simple and not after.services


def test_the_model_learns_the_same_whatever_a_force_says(ours):
    """So words need no training, and one model serves every force."""
    write_own("replies", OWN, {**OWN, "nation": "scotland"}, reply("advice/desk", "Ring."))
    merged = layers.of_force("withpage")
    assert merged.replies[ORDER].button["en"] == "How long is ours?"
    assert answers(merged) == answers(load())
    assert titles(merged) == titles(load())


@pytest.mark.parametrize(
    ("kind", "item", "message"),
    [
        ("replies", {**OWN, **ASKS}, "replies.yml: advice/order: asks, often: leave it out"),
        ("replies", {**OWN, "topic": "advice/help"}, "advice/order: topic: leave it out"),
        ("replies", {**reply("advice/desk", "Hm."), **ASKS}, "advice/desk: asks, often: leave"),
        ("replies", reply("widget/title", "Hello."), "widget/title: id: the chat's script"),
        (
            "services",
            service("texts", nation="uk", facts=["f-text"]),
            "texts: id: the chat's script",
        ),
        ("forces", force("nopage"), "nopage: forces: a force stands in data/content/"),
        ("replies", {**OWN, "facts": ["f-none"]}, "advice/order: facts: no item 'f-none'"),
    ],
)
def test_what_is_the_same_for_every_force_is_refused(ours, kind, item, message):
    ours.documents["replies"].append(reply("widget/title", "Text {texts.text_number}."))
    ours.write()
    write_own(kind, item)
    with pytest.raises(ContentError) as refused:
        layers.of_force("withpage")
    assert message in str(refused.value) and "/withpage/" in str(refused.value)


def test_words_for_a_force_that_nobody_knows(ours):
    write_own("replies", OWN, of="atlantis")
    with pytest.raises(ContentError, match="no force 'atlantis'"):
        layers.of_force("atlantis")


def test_a_service_of_the_force_fills_in_our_words(ours):
    write_own("facts", fact("f-line", "The line's number is {line.phone}.", nation="uk"))
    write_own("services", service("line", nation="uk", phone="0808 157 0123", facts=["f-line"]))
    merged = layers.of_force("withpage")
    assert lint.check_own(merged, TODAY) == []
    assert "0808 157 0123" in merged.facts["f-line"].statement
    assert {item.id for _, item in layers.touched(merged)} == {"line", "f-line", "advice/order"}


# The lint.


def test_the_lint_names_the_force_file_and_item(ours):
    write_own("replies", {**OWN, "bubbles": {"en": ["Calm down. It takes 12 days."]}})
    found = [str(one) for one in lint.check_own(layers.of_force("withpage"), TODAY)]
    assert len(found) == 2 and all("/withpage/replies.yml: advice/order: " in one for one in found)
    assert "minimising" in found[0] and "number" in found[1]


def test_an_answer_of_ours_is_checked_with_the_force_service(ours):
    long = service("line", name="Of " * 60, nation="uk", phone="0808 802 0300", facts=["f-line"])
    write_own("services", long)
    (found,) = lint.check_own(layers.of_force("withpage"), TODAY)
    assert (found.item, found.rule) == ("advice/order", "length")


def test_a_local_fact_is_for_its_force_alone(ours):
    local = {**OWN, "facts": ["f-999", "f-local"]}
    write_own("replies", local)
    write_own("replies", local, of="nopage")
    assert lint.check_own(layers.of_force("withpage"), TODAY) == []
    (found,) = lint.check_own(layers.of_force("nopage"), TODAY)
    assert found.message == "f-local holds for withpage only"


def test_nothing_rests_on_an_unverified_fact(ours):
    write_own("replies", {**OWN, "facts": ["f-999", "f-rumour"]})
    (found,) = lint.check_own(layers.of_force("withpage"), TODAY)
    assert found.rule == "unverified"


# The commands.


def test_check_checks_every_folder(ours, tmp_path, monkeypatch, capsys):
    write_own("replies", {**OWN, "bubbles": {"en": ["Calm down."]}})
    worse = {**OWN, "bubbles": {"en": ["Do not overreact."]}}
    deployed(monkeypatch, write(tmp_path / "elsewhere", "replies", worse), of="nopage")
    assert main(["content", "check"]) == 1
    shown = capsys.readouterr().out
    assert "/forces/withpage/replies.yml: advice/order: bubbles.en: minimising" in shown
    assert "/elsewhere/replies.yml: advice/order: bubbles.en: minimising" in shown
    assert "withpage: 1 items of its own\n" in shown and shown.endswith(" 2 findings\n")


def test_show_tells_the_words_and_the_file(ours, capsys):
    write_own("replies", OWN)
    assert main(["content", "show", "advice/order", "--force", "withpage"]) == 0
    shown = capsys.readouterr().out
    assert "/forces/withpage/replies.yml; reviewed" in shown and "Our unit" in shown
    main(["content", "show", "advice/order", "--force", "nopage"])
    assert "[replies.yml; reviewed" in capsys.readouterr().out


def test_diff_with_ours(ours, capsys):
    write_own("replies", {**OWN, "reviewed": "2026-11-23"}, reply("advice/desk", "Ring the bell."))
    write_own("services", service("line", nation="uk", phone="0808 802 0300", facts=["f-line"]))
    assert main(["content", "diff", "--force", "withpage"]) == 0
    shown = capsys.readouterr().out
    assert "changed: replies:advice/order:england_wales (replies.yml -> " in shown
    assert "  -  - An order lasts for" in shown and "  +  - Our unit can tell you" in shown
    assert "added: replies:advice/desk:england_wales (" in shown and "Ring the bell" in shown
    assert "services:line" not in shown and "how long is it 5" not in shown, "the same as ours"
    assert shown.endswith("\n2 items differ\n")


def test_diff_with_an_earlier_release(ours, tmp_path, capsys):
    release = tmp_path / "release" / "data" / "content"
    write(release, "facts", *ours.documents["facts"], fact("f-old", "It was so.", nation="uk"))
    for kind in ("services", "forces", "replies"):
        write(release, kind, *ours.documents[kind])
    ours.item("advice/help")["bubbles"]["en"] = ["You are not alone. Talk to somebody."]
    ours.write()
    assert main(["content", "diff", str(tmp_path / "release")]) == 0
    shown = capsys.readouterr().out
    assert "taken out: facts:f-old (facts.yml)\n  -statement: It was so." in shown
    assert "changed: replies:advice/help:uk (replies.yml)\n" in shown
    assert shown.endswith("\n2 items differ\n")

    # The force has an answer of its own in both.
    write(tmp_path / "release" / "data" / "forces" / "withpage", "replies", OWN)
    write_own("replies", {**OWN, "bubbles": {"en": ["Ask our unit. In danger, call 999."]}})
    main(["content", "diff", str(tmp_path / "release"), "--force", "withpage"])
    shown = capsys.readouterr().out
    assert "  -  - Our unit can" in shown and "  +  - Ask our unit" in shown
    assert shown.endswith("\n3 items differ\n")


# Signing off.


def sign() -> int:
    return main(
        ["content", "sign", "advice/*", "--force", "withpage", "--role", "advocate"]
    )  # fmt: skip


def test_the_force_own_words_are_signed_and_drafts_again_when_changed(ours, capsys):
    write_own("replies", OWN, reply("desk", "Ring the bell.", button={"en": "The desk"}))
    assert sign() == 0
    merged, signatures = layers.of_force("withpage"), signed.read("withpage")
    assert signed.status(merged.replies[ORDER], signatures) == "signed_off"
    assert signed.status(load().replies[ORDER], signatures) == "draft", "ours nobody has read"

    write_own("replies", {**OWN, "bubbles": {"en": ["New words. In danger, call 999."]}})
    changed = layers.of_force("withpage")
    assert signed.status(changed.replies[ORDER], signatures) == "draft"
    capsys.readouterr()
    main(["content", "status", "--force", "withpage"])
    assert "changed since: replies:advice/order:england_wales\n" in capsys.readouterr().out


def test_an_answer_that_only_the_force_has_is_held_back_too(ours):
    write_own("replies", reply("desk", "Ring the bell.", button={"en": "The desk"}))
    merged = layers.of_force("withpage")
    held_back = signed.shown(merged, {}, "signed_off").held_back
    assert ("desk", "england_wales") in held_back and ORDER in held_back


def test_readers_get_the_force_own_words_first(ours):
    write_own("replies", OWN)
    merged = layers.of_force("withpage")
    first, *_ = document(merged, merged.forces["withpage"], {}, now_in_london()).chapters
    assert [one.where for one in first.entries] == ["advice/order, for England and Wales"]


# The setting.


def test_the_setting_names_a_folder_with_words(tmp_path):
    with pytest.raises(ValueError, match="no content files"):
        Settings(content=tmp_path)
    folder = write(tmp_path / "own", "replies", OWN)
    assert Settings(content=folder).content == folder


def test_the_process_speaks_with_the_words_of_its_deployment(tmp_path, monkeypatch):
    """The real register, and the folder that CHAT_CONTENT names."""
    real = load().replies["support/near_me", "england_wales"]
    own = real.model_dump(mode="json", exclude=set(layers.FOUND_BY))
    own["bubbles"] = {"en": ["Words of the folder. If you're in danger, call 999."]}
    own["facts"] = [*real.facts, "emg-999-when"]
    write(tmp_path / "own" / "replies", "replies", own)
    monkeypatch.setenv("CHAT_CONTENT", str(tmp_path / "own"))
    for cached in (get_settings, register.get_register):
        cached.cache_clear()
    try:
        merged = register.get_register()
        assert merged.reply("support/near_me").bubbles["en"][0].startswith("Words of the folder")
        assert lint.check_own(merged) == []
    finally:
        monkeypatch.undo()
        for cached in (get_settings, register.get_register):
            cached.cache_clear()


def test_what_ships_breaks_no_rule():
    ours = read_ours()
    assert layers.forces(), "Bedfordshire's"
    for force_id in layers.forces():
        assert lint.check_own(layers.of_force(force_id, ours)) == []
