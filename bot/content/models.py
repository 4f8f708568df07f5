"""Typed items of the content register (`data/content/`). No Rasa, no database."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, StringConstraints

Nation = Literal["england_wales", "scotland", "northern_ireland", "uk"]
Language = Literal["en"]
# Where bank holidays differ: England and Wales have the same.
BankHolidaysOf = Literal["england_wales", "scotland", "northern_ireland"]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
ItemId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]+(/[a-z0-9_-]+)?$")]


def _closes_after_it_opens(times: str) -> str:
    opens, closes = times.split("-")
    if not opens < closes <= "24:00":
        raise ValueError("must close after it opens, at 24:00 at the latest")
    return times


# Opening times of one weekday, 24-hour clock, Europe/London: "09:30-16:00". Hours that run past
# midnight cannot be said.
OpeningTimes = Annotated[
    str,
    StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d$"),
    AfterValidator(_closes_after_it_opens),
]
# One string per speech bubble, at least one: an empty list would answer with silence.
Bubbles = Annotated[tuple[Text, ...], Field(min_length=1)]
# What is done one after the other; a single one is no list.
Steps = Annotated[tuple[Text, ...], Field(min_length=2)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Item(BaseModel):
    """What every item carries: an id, where it applies, and when it was and must be checked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: ItemId
    reviewed: dt.date
    review_by: dt.date


class Source(BaseModel):
    """Where a fact was read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Text
    url: str | None = None


class Fact(Item):
    """One sourced statement. Staff read it; people are shown replies that rest on it."""

    statement: Text
    nation: Nation
    source: Source
    more_sources: tuple[Source, ...] = ()
    as_of: Text
    confidence: Literal["high", "medium", "low"]
    # Set when no source was read: no reply may rest on it.
    unverified: bool = False
    # Set when the fact holds for one force only (its slug).
    force: ItemId | None = None
    note: Text | None = None


class Hours(BaseModel):
    """When a service answers. Always told as a guide, with the advice to check."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    always: bool = False
    weekly: dict[Weekday, OpeningTimes] = {}
    # Whose bank holidays a service with weekly hours is closed on; None where nothing is known.
    closed_on_bank_holidays_of: BankHolidaysOf | None = None
    text: Text


class Service(Item):
    """A helpline or organisation a person can turn to."""

    name: Text
    # Completes "for ...": who the service is there for, in plain words.
    for_whom: Text
    nation: Nation
    # Other names that people ask for it by.
    also_called: tuple[Text, ...] = ()
    # False where nobody listens to people who are stalked: a complaints office, a website to read.
    helpline: bool = True
    phone: Text | None = None
    text_number: Text | None = None
    email: Text | None = None
    url: HttpUrl | None = None
    hours: Hours | None = None
    free: bool | None = None
    # The facts (ids) the entry was built from.
    facts: tuple[ItemId, ...] = Field(min_length=1)


class Force(Item):
    """A police force: its name and the links that may be given out."""

    name: Text
    nation: Literal["england", "wales", "railways"]
    home_url: HttpUrl
    # Only where it was confirmed, and how: the page was read, or the force or a public source
    # prints this very address. Else people get the national page.
    report_url: HttpUrl | None = None
    report_url_confirmed: Literal["page_read", "address_printed"] | None = None
    report_url_source: Text | None = None
    non_emergency_phone: Text
    # What it polices, as people name it; names that are common words or first names as well; and
    # other names of the force itself.
    places: tuple[Text, ...] = ()
    places_after_in: tuple[Text, ...] = ()
    also_called: tuple[Text, ...] = ()
    places_source: Text | None = None
    source: Text


class FollowUp(BaseModel):
    """A question that is only understood after an answer: "how long does that take"."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    # The reply (id) that it follows.
    after: ItemId
    ask: Text


class Reply(Item):
    """What the bot says for a label or a moment: written beforehand, with its sources."""

    nation: Nation
    # Written for England and Wales, but of no law or route of theirs: also shown elsewhere, after
    # the reply `nation_note`.
    elsewhere: bool = False
    # `{service.field}`, `{force.field}` and `{site.field}` are filled in.
    bubbles: dict[Language, Bubbles] = Field(min_length=1)
    # What to do, one thing after the other: a list below the bubbles. Not in the other wordings.
    steps: dict[Language, Steps] = {}
    # What is shown behind a press, "More".
    more: dict[Language, Bubbles] = {}
    # The label under which it is found where no finer answer is: its own id where it has none.
    topic: ItemId | None = None
    # Who asks for it, where it is not for everybody.
    for_whom: tuple[Literal["self", "friend", "professional", "under_18"], ...] = ()
    # How often it is asked for: 5 all the time, 1 hardly ever.
    often: int = Field(default=3, ge=1, le=5)
    # Questions that it answers, as people ask them: the answer finder learns from them.
    asks: dict[Language, tuple[Text | FollowUp, ...]] = {}
    # The same in fewer, easier words, for "more simply".
    simple: dict[Language, Bubbles] = {}
    # What it asks at its end, the same in each wording. Where an answer follows, it is asked after
    # that: the question stands right above its buttons.
    question: dict[Language, Text] = {}
    # Its first sentence, said before another answer: that what was told was heard.
    opening: dict[Language, Text] = {}
    # What it says instead where the force takes hand-overs (bot/handover/).
    with_handover: dict[Language, Bubbles] = {}
    # What a button that leads here says.
    button: dict[Language, Text] = {}
    # Replies (ids) offered as buttons after this one.
    offers: tuple[ItemId, ...] = ()
    # Where a short follow-up question leads after this reply: {"how_long": "advice/spo_duration"}.
    follow_ups: dict[str, ItemId] = {}
    # Services (ids) listed after the bubbles, open ones first.
    services: tuple[ItemId, ...] = ()
    # Its words point at the services, so they are listed also where they were told before.
    points_at_services: bool = False
    # Said to somebody who wants to ring: services without a telephone number come last.
    to_ring: bool = False
    # Facts (ids) that the wording rests on.
    facts: tuple[ItemId, ...] = ()
