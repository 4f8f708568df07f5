"""What the actions share: reading the tracker, and saying register items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import rating, yes
from bot import render_context
from bot.content import labels, messages, render, services
from bot.content.models import Nation, Reply
from bot.content.register import get_register
from bot.dialogue import case
from bot.dialogue.acts import Act
from bot.safety import control_phrases, danger, grammar
from bot.safety.normalise import normalise
from bot.safety.people import neutralise_identity
from bot.slots import (
    ACCESS,
    CHECK_UNSURE,
    CRISIS,
    CRISIS_AFTER,
    CRISIS_SEEN,
    EMERGENCY_CHECK,
    EMERGENCY_MODE,
    EMERGENCY_REPLY,
    HAPPENING_NOW,
    LAST_LEADS,
    LAST_REPLY,
    LOCAL_FORCE,
    NATION,
    NOT_UNDERSTOOD,
    OPEN_QUESTION,
    SERVICES,
    TOPIC,
)

EMERGENCY = "emergency"
# What answers the answer to "Is this happening now?"; yes is the emergency policy's.
AFTER_CHECK = {"deny": "check_denied", "not_sure": CHECK_UNSURE}
SURE_OF_TOPIC = 0.5
# The most danger, by the net's score, that is a mere trace.
_MOST_DANGER = 0.05
# By the turn classifier: less likely than this, a message is like none of those in danger.
_LEAST_LIKE_DANGER = 0.01
# The same whatever the rules see, below such a score of the net.
_LIKE_NO_DANGER, _UNSURE_OF_DANGER = 0.003, 0.11
# The same of a crisis.
_LEAST_LIKE_CRISIS = 0.02
MORE_HANDOVER = "more_about_handover"
HANDOVER = "handover"
# Says that an answer was to something else.
NOT_ASKED = "not_asked"
# Said to who asks once more for what was answered before.
ASKED_AGAIN = "asked_again"
# Asked in the middle of a chat where no answer is likely enough: of who asks, and of who tells.
WHICH_ASKED, WHICH_NEXT = "which_asked", "which_next"
ASKED_WHICH = (WHICH_ASKED, WHICH_NEXT)
# What can be said of an answer, below it.
RATINGS = (rating.YES, rating.NO, NOT_ASKED)


def parse_data(tracker: Tracker) -> dict[str, Any]:
    """The parsed latest message."""
    return tracker.latest_message or {}


def text(tracker: Tracker) -> str:
    """The latest message as it was typed; a payload where a button was pressed."""
    return str(parse_data(tracker).get("text") or "")


def label(tracker: Tracker) -> str:
    """The full label of the latest message, or of the button pressed; "" if there is none."""
    return labels.full_label(parse_data(tracker)) or ""


def guesses(tracker: Tracker) -> list[dict[str, Any]]:
    """The labels that a typed message may have, the likeliest first; none for a button."""
    return parse_data(tracker).get(labels.LABELS) or []


# So sure an act has to be before it decides anything.
SURE_OF_ACT = 0.8


def does(tracker: Tracker, *acts: Act, least: float = SURE_OF_ACT) -> bool:
    """Whether a typed message surely does one of these things (bot/dialogue/acts.py)."""
    found = (parse_data(tracker).get(labels.TURN) or {}).get("act")
    return found is not None and found["name"] in acts and found["confidence"] >= least


def next_best(tracker: Tracker, label: str, least: float = 0.0) -> str | None:
    """The next label with an answer of its own that is at least this likely, or None."""
    likely = (one["name"] for one in guesses(tracker) if one["confidence"] >= least)
    topics = (name for name in likely if name.startswith(("advice/", "reporting/")))
    return next((name for name in topics if name != label), None)


def is_typed(tracker: Tracker) -> bool:
    """Whether the latest message was typed, and is no pressed button."""
    return bool(guesses(tracker))


def is_sure(tracker: Tracker, least: float) -> bool:
    """Whether the latest message's label is at least this likely; a pressed button is certain."""
    guesses = parse_data(tracker).get(labels.LABELS)
    if not guesses:
        return True
    # Not always the first: where danger was likeliest but not confirmed, the next best is taken.
    likely = {guess["name"]: guess["confidence"] for guess in guesses}
    return likely.get(label(tracker), 0.0) >= least


def is_check_open(tracker: Tracker) -> bool:
    """Whether "Is this happening now?" has been asked, and not been answered."""
    return tracker.get_slot(OPEN_QUESTION) == HAPPENING_NOW


def is_crisis_open(tracker: Tracker) -> bool:
    """Whether a crisis has come up, and no new topic since; no emergency closes it."""
    is_beside_danger = tracker.get_slot(EMERGENCY_MODE) and tracker.get_slot(CRISIS_SEEN)
    return bool(is_beside_danger) or tracker.get_slot(OPEN_QUESTION) in (CRISIS, CRISIS_AFTER)


def after_check(tracker: Tracker) -> str:
    """The id of what answers the answer to "Is this happening now?"; "ok" is none.

    A yes is the emergency policy's.
    """
    is_ok = label(tracker) == "affirm" and not control_phrases.says_not_now(text(tracker))
    return AFTER_CHECK.get("not_sure" if is_ok else label(tracker), AFTER_CHECK["deny"])


def needs_check(tracker: Tracker) -> bool:
    """True when danger is possible but not clear, so the reply must lead with 999 and ask.

    What the net is sure of the emergency policy answers; what it leaves to a form is not clear.
    """
    return labels.danger_tier(parse_data(tracker)) != "none"


def is_surely_calm(tracker: Tracker) -> bool:
    """Whether a message that somebody typed is like none in which somebody was in danger.

    By the chats the turn classifier learnt from: it knows "on saturday" and "he says" from "now"
    better than the net, which knows single cries for help.
    """
    read = parse_data(tracker).get(labels.TURN) or {}
    like = read.get(labels.DANGER, 1.0)
    # An answer to a form's question is like nothing by itself.
    is_long = len(text(tracker).split()) > labels.LONGEST_WHOLE
    if tracker.active_loop_name or is_long or not is_typed(tracker) or like >= _LEAST_LIKE_DANGER:
        return False
    # The rules take "he sent her round with a letter" for somebody at the door.
    score, _ = labels.scores(parse_data(tracker))
    is_surest = like < _LIKE_NO_DANGER and score < _UNSURE_OF_DANGER
    return is_surest or not danger.is_danger_seen(text(tracker))


def is_like_no_crisis(tracker: Tracker) -> bool:
    """Whether a typed message is like none in which a life was at risk (see `is_surely_calm`)."""
    read = parse_data(tracker).get(labels.TURN) or {}
    return is_typed(tracker) and read.get(CRISIS, 1.0) < _LEAST_LIKE_CRISIS


def sees_danger(tracker: Tracker) -> bool:
    """Whether more than a trace of danger is seen in a message, by the models or by the rules."""
    score, _ = labels.scores(parse_data(tracker))
    if not needs_check(tracker):
        return False
    return score > _MOST_DANGER or danger.is_danger_seen(text(tracker))


def asks(tracker: Tracker) -> bool:
    """True when the latest message is put as a question."""
    return control_phrases.asks(text(tracker))


def is_yes(tracker: Tracker) -> bool:
    """True for a yes that answers something; not for "ok", which is `affirm` too."""
    return label(tracker) == "affirm" and yes.is_meant(text(tracker))


def word_features(tracker: Tracker) -> dict[str, float]:
    """What the net's word features see in the latest message, as in the message of anybody."""
    return grammar.word_features(neutralise_identity(normalise(text(tracker))))


def context(tracker: Tracker, nation: Nation | None = None) -> render.Context:
    """Whose website, where the person is, the time, and whom they speak of."""
    slots = {**tracker.current_slot_values(), **told(tracker)}
    where = nation or slots.get(NATION)
    pronoun, force = case.pronoun(slots), slots.get(LOCAL_FORCE)
    return render_context.current(where, slots.get(ACCESS), pronoun, force)


def case_told(tracker: Tracker) -> list[EventType]:
    """The slots that keep what is known of the case after the latest message."""
    return [SlotSet(slot, value) for slot, value in told(tracker).items()]


def told(tracker: Tracker) -> dict[str, Any]:
    """What is known of the case after the latest message, by slot."""
    return case.told(parse_data(tracker), tracker.current_slot_values())


def reply(reply_id: str, where: render.Context) -> Reply:
    """The register's reply for a label: its own, or that of its top level."""
    register = get_register()
    if not register.has_reply(reply_id):
        reply_id = labels.top_level(reply_id)
    return register.reply(reply_id, where.nation)


def without_offers(reply_id: str, where: render.Context) -> Reply:
    """A reply that only leads: the buttons are those of what follows it."""
    return reply(reply_id, where).model_copy(update={"offers": ()})


def topic(tracker: Tracker, where: render.Context) -> Reply | None:
    """The last answer that a short question could lean on; None at the beginning."""
    reply_id, register = tracker.get_slot(TOPIC), get_register()
    is_known = reply_id and register.has_reply(reply_id)
    return register.reply(reply_id, where.nation) if is_known else None


def emergency_reply(tracker: Tracker, where: render.Context) -> Reply:
    """The 999 reply that was given: who is followed needs other words than who hides."""
    return reply(tracker.get_slot(EMERGENCY_REPLY) or EMERGENCY, where)


def say(
    dispatcher: CollectingDispatcher,
    items: Sequence[Reply],
    where: render.Context,
    *,
    simple: bool = False,
    offers: Sequence[str] = (),
    hidden: Sequence[str] = (),
    last: Sequence[str] = (),
    is_last: bool = False,
    opens: Sequence[Reply] = (),
    is_rated: bool = False,
) -> None:
    """Say several replies as one message: their bubbles in order, the buttons at the end.

    What leads asks last: a "yes" answers the sentence that the eye meets last, and the buttons are
    those of that question.

    Args:
        dispatcher: collects what the action says.
        items: replies from the register, in the order in which they are read.
        where: the context they are filled in for.
        simple: use the simpler wording where there is one.
        offers: ids offered as buttons before those of the items.
        hidden: ids that the items offer and that are not offered now: they were shown before.
        last: ids offered after all others.
        is_last: nothing is asked, for what would be answered is not known any more, and only the
            last item's buttons are offered.
        opens: the items of which a page shows the rest, and the sources, on request; where it
            cannot, a button leads to the rest of the first of them.
        is_rated: a page may ask whether that was the answer.
    """
    register = get_register()
    said = []
    for item in items:
        bubbles = render.statements(register, item, where, simple)
        said += render.with_rest(register, item, where, bubbles) if item in opens else bubbles
    asking = () if is_last else items
    said += [one for item in asking for one in render.question(register, item, where)]
    offering = items[-1:] if is_last else items
    wanted = dict.fromkeys([*offers, *(offer for item in offering for offer in item.offers)])
    # Under an answer that was found only the likeliest next questions.
    most = render.MOST_FOUND if any(item.asks for item in items) else render.MAX_BUTTONS
    # Where there is no answer for the person's nation, its button would lead to none.
    known = [
        one
        for one in wanted
        if one.startswith("nation/") or register.reply(one, where.nation).id == one
    ]
    more = [render.MORE] if opens and opens[0].more else []
    different = _different([one for one in known if one not in hidden], last, where)[:most]
    offered = [*more, *different, *last]
    ratings = RATINGS if is_rated and rating.fits(opens[0].id, said) else ()
    dispatcher.utter_message(
        **messages.message(
            said,
            [render.button_to(register, offer, where) for offer in offered],
            [render.button_to(register, answer, where) for answer in ratings],
        )
    )


def _different(offers: Sequence[str], last: Sequence[str], where: render.Context) -> list[str]:
    """The offers without those that read like one before them, or like the last."""
    register = get_register()
    read = {render.button_to(register, one, where).title for one in last}
    found: dict[str, str] = {}
    for one in offers:
        found.setdefault(render.button_to(register, one, where).title, one)
    return [one for title, one in found.items() if title not in read]


def in_short(lead: Sequence[Reply], said: Reply) -> Reply:
    """An answer that something leads: where that is danger, in its simple words if it has some.

    Then 999, the answer and the question after it fit on a phone.
    """
    if not (is_of_danger(lead) and said.simple):
        return said
    return said.model_copy(update={"bubbles": said.simple, "steps": {}})


def is_of_danger(lead: Sequence[Reply]) -> bool:
    """Whether what leads an answer is about danger, possible or clear."""
    return any(one.id in (EMERGENCY_CHECK, "emergency_reminder") for one in lead)


def remember(
    said: Reply, where: render.Context, lead: Sequence[Reply] = (), also: Sequence[Reply] = ()
) -> list[EventType]:
    """The slots that a later "say that again", "how long does it last?" or "what number?" needs.

    Args:
        said: the answer.
        where: the context it was filled in for.
        lead: what was said before it.
        also: everything else that was said with it.
    """
    events = [SlotSet(LAST_REPLY, said.id), SlotSet(NOT_UNDERSTOOD, 0)]
    if said.follow_ups or said.services or said.asks:
        events.append(SlotSet(TOPIC, said.id))
    if labels.top_level(said.id) == EMERGENCY:
        events.append(SlotSet(EMERGENCY_REPLY, said.id))
    return [*events, *_remember_around([*lead, said, *also], lead, where)]


def remember_lead(lead: Sequence[Reply], where: render.Context) -> list[EventType]:
    """The same slots where nothing but the lead was said: then that is what is said again.

    Not the reminder: in danger the 999 reply is said again, with what was said beside it.
    """
    if [one.id for one in lead] == ["emergency_reminder"]:
        return []
    return [SlotSet(LAST_REPLY, None), *_remember_around(lead, lead, where)]


def asking(question: str, events: Sequence[EventType]) -> list[EventType]:
    """The same slots, but that this question is open and no other."""
    return [
        *(one for one in events if one["name"] != OPEN_QUESTION),
        SlotSet(OPEN_QUESTION, question),
    ]


def _remember_around(
    everything: Sequence[Reply], lead: Sequence[Reply], where: render.Context
) -> list[EventType]:
    events: list[EventType] = [SlotSet(LAST_LEADS, [one.id for one in lead] or None)]
    # Numbers named before stay known where this turn names none.
    if named := services.told_of(get_register(), everything, where):
        events.append(SlotSet(SERVICES, named))
    return events
