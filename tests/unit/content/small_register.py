"""A register of a few items on disk, faultless until a test breaks one thing in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.content import lint
from bot.content.register import Register, load

TODAY = dt.date(2026, 11, 24)
REVIEW = {"reviewed": TODAY, "review_by": dt.date(2027, 5, 24)}

Found = tuple[str, str, str]  # item, field, rule


def fact(id: str, statement: str, **fields: Any) -> dict[str, Any]:
    source = {"title": "A page that was read", "url": "https://example.org/page"}
    common = {"nation": "england_wales", "as_of": "2026", "confidence": "high", "source": source}
    return {"id": id, "statement": statement, **common, **REVIEW, **fields}


def service(id: str, **fields: Any) -> dict[str, Any]:
    return {"id": id, "name": f"Name of {id}", "for_whom": "anyone", **REVIEW, **fields}


def force(id: str, **fields: Any) -> dict[str, Any]:
    common = {"nation": "england", "non_emergency_phone": "101", "source": "A list of forces"}
    home = f"https://www.{id}.police.uk/"
    return {
        "id": id,
        "name": f"{id.title()} Police",
        "home_url": home,
        **common,
        **REVIEW,
        **fields,
    }


def reply(id: str, *bubbles: str, **fields: Any) -> dict[str, Any]:
    return {"id": id, "nation": "england_wales", "bubbles": {"en": [*bubbles]}, **REVIEW, **fields}


def documents() -> dict[str, list[dict[str, Any]]]:
    return {
        "facts": [
            fact(
                "f-999",
                "In an emergency call 999 and press 55, or 18000 by textphone.",
                nation="uk",
            ),
            fact("f-line", "The line's number is 0808 802 0300.", nation="uk"),
            fact("f-text", "Text 85258 at any hour.", nation="uk"),
            fact("f-law", "An order lasts at least two years; an interim one 28 days."),
            fact("f-form", "The form is FL401.", nation="uk"),
            fact("f-uncited", "The fee is £1,000 and the wait seven weeks."),
            fact("f-scots", "Scotland has its own courts.", nation="scotland"),
            fact("f-local", "The front desk opens daily.", force="withpage"),
            fact("f-rumour", "Some say it is so.", unverified=True),
        ],
        "services": [
            service("line", nation="uk", phone="0808 802 0300", facts=["f-line"]),
            service("texts", nation="uk", text_number="85258", facts=["f-text"]),
            service(
                "find_my_force",
                nation="england_wales",
                url="https://www.police.uk/find",
                facts=["f-999"],
            ),
        ],
        "forces": [
            force(
                "withpage",
                report_url="https://www.withpage.police.uk/report/",
                report_url_confirmed="page_read",
                report_url_source="The force's page",
            ),
            force("nopage"),
        ],
        "replies": [
            reply(
                "advice/order",
                "An order lasts for at least two years. Report it at {force.report_url}.",
                "You can call {line.phone}. In danger, call 999.",
                simple={"en": ["It lasts two years or more."]},
                button={"en": "How long is it?"},
                offers=["advice/help"],
                follow_ups={"more": "advice/help"},
                services=["line"],
                facts=["f-law", "f-999"],
            ),
            reply(
                "advice/help",
                "You are not alone. Talk to someone you trust.",
                nation="uk",
                button={"en": "Get help"},
                offers=["advice/order"],
            ),
            reply("nation/scotland", "The law is not the same there.", nation="scotland"),
        ],
    }


@dataclass
class SmallRegister:
    """The documents, and the folder they are written to."""

    folder: Path
    documents: dict[str, list[dict[str, Any]]] = field(default_factory=documents)

    def item(self, id: str) -> dict[str, Any]:
        """The one item with this id, to be changed in place."""
        (found,) = (item for items in self.documents.values() for item in items if item["id"] == id)
        return found

    def write(self) -> Path:
        """One file for each kind, as in data/content/."""
        for kind, items in self.documents.items():
            text = yaml.safe_dump({kind: items}, allow_unicode=True, sort_keys=False)
            (self.folder / f"{kind}.yml").write_text(text, encoding="utf-8")
        return self.folder

    def load(self) -> Register:
        """Write and load it."""
        return load(self.write())

    def findings(self, today: dt.date = TODAY) -> list[lint.Finding]:
        """Write, load and lint it."""
        return lint.check(self.load(), today)

    def found(self, today: dt.date = TODAY) -> list[Found]:
        """Where each finding stands, and its rule."""
        return [(finding.item, finding.field, finding.rule) for finding in self.findings(today)]
