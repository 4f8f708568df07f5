"""What the actions share: reading the tracker, and saying register items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import yes
from bot.content import labels, render, services
from bot.content.hours import now_in_london
from bot.content.models import Nation, Reply
from bot.content.register import get_register
from bot.safety import grammar, steering
from bot.safety.normalise import normalise
from bot.settings import get_settings
from bot.slots import CRISIS, CRISIS_AFTER, HAPPENING_NOW

EMERGENCY = "emergency"
# What else can be open (slot `asked`), mostly yes-or-no questions.
SAFE_NOW = "safe_now"
# The same question, after words that asked something themselves or were not understood: a mere
# "yes" may be to those.
SAFE_NOW_OR_ELSE = "safe_now_or_else"
ASKS_IF_SAFE = (SAFE_NOW, SAFE_NOW_OR_ELSE)
# "Is it happening now, or is it over?" A mere yes to it may mean either.
NOW_OR_OVER = "now_or_over"
# The reply after a crisis, to somebody who leaves.
CRISIS_GOODBYE = "crisis_after/goodbye"
# What answers the answer to "Is this happening now?"; yes is the emergency policy's.
AFTER_CHECK = {"deny": "check_denied", "not_sure": "check_unsure"}
# After the crisis answer these are answers to it, in words ("yes") or by a button ...
_ANSWERS_TO_CRISIS = ("affirm", "deny", "not_sure", "safe_now")
# ... these ask for it again, ask about it, or are no change of subject either ...
_CRISIS_GOES_ON = ("repeat", "simplify", "follow_up/", "greet", "thank", "goodbye", "insult")
# ... these are about the chat itself, so they are answered, after whom to talk to ...
ABOUT_THE_CHAT = ("bot_challenge", "capabilities", "talk_to_person")
# ... and typed, these may well be: "about 20", "no one can help". So may what is not understood.
_MAYBE_ABOUT_CRISIS = (
    "advice/is_it_stalking",
    "advice/emotional_support",
    "out_of_scope/gibberish",
)
# So may so few words that ask nothing, whatever they look like: "too late", "he wants me to".
_FEW_WORDS = 5
# What closes "Is this happening now?". A question of their own does not: "should I open it?".
_CLOSES_CHECK = ("deny", "check_denied", "safe_now", "affirm", "delete_chat")
# In few words, right after which a crisis that came up is not over: "nobody cares", "too late".
_MAY_BE_DESPAIR = (
    "deny",
    "not_sure",
    "insult",
    "reporting/withdraw",
    "reporting/past",
    "nlu_fallback",
)
SURE_OF_TOPIC = 0.5
# After a crisis it takes more to believe that somebody speaks of something else.
_SURE_OF_ANOTHER_TOPIC = 0.8
# Labels of messages that want something said, or that were not understood.
_WANTS_WORDS = (
    "advice/", "reporting/", "nation/", "follow_up/", "repeat", "simplify", "out_of_scope",
    "nlu_fallback", "talk_to_person", "start_four", "delete_chat", "bot_challenge", "capabilities",
)  # fmt: skip
MORE_HANDOVER = "more_about_handover"
HANDOVER = "handover"


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
    return tracker.get_slot("asked") == HAPPENING_NOW


def is_crisis_open(tracker: Tracker) -> bool:
    """Whether a crisis has come up, and no new topic since."""
    return tracker.get_slot("asked") in (CRISIS, CRISIS_AFTER)


def is_still_crisis(tracker: Tracker) -> bool:
    """Whether the message after a crisis answer may be about the crisis, and not a new topic."""
    if not is_crisis_open(tracker):
        return False
    if label(tracker) == "safe_now" and tracker.get_slot("emergency_mode"):
        # Of both, where it is sure.
        return not is_sure(tracker, _SURE_OF_ANOTHER_TOPIC)
    if not tracker.get_slot("crisis_seen") and asks(tracker):
        return False  # only a hint came before, and this is a question of its own
    if label(tracker) in _ANSWERS_TO_CRISIS:
        # In a form it is the form's question that they answer.
        return not tracker.active_loop_name
    if label(tracker).startswith((*_CRISIS_GOES_ON, *ABOUT_THE_CHAT)):
        return True
    return is_typed(tracker) and (
        label(tracker) in _MAYBE_ABOUT_CRISIS
        or not is_sure(tracker, _SURE_OF_ANOTHER_TOPIC)
        or _is_said_in_crisis(tracker)
    )


def _is_said_in_crisis(tracker: Tracker) -> bool:
    is_short = len(text(tracker).split()) <= _FEW_WORDS
    return is_crisis_open(tracker) and is_short and not asks(tracker)


def _may_be_despair(tracker: Tracker) -> bool:
    """Whether a crisis came up, and a few words may be about it still, whatever came between."""
    is_short = len(text(tracker).split()) <= _FEW_WORDS and not asks(tracker)
    is_free = not (tracker.active_loop_name or is_check_open(tracker))
    is_like_it = label(tracker) in _MAY_BE_DESPAIR and is_typed(tracker)
    return bool(tracker.get_slot("crisis_seen")) and is_free and is_short and is_like_it


def is_crisis_after_due(tracker: Tracker) -> bool:
    """Whether whom to talk to is said in the place of an answer: once, and to who leaves."""
    if label(tracker) == "goodbye":
        return bool(tracker.get_slot("crisis_seen")) or is_still_crisis(tracker)
    is_first = tracker.get_slot("asked") == CRISIS and label(tracker) not in ABOUT_THE_CHAT
    return is_first and is_still_crisis(tracker)


def crisis_after(tracker: Tracker) -> str:
    """The id of what is said then."""
    return CRISIS_GOODBYE if label(tracker) == "goodbye" else CRISIS_AFTER


def needs_check(tracker: Tracker) -> bool:
    """True when danger is possible but not clear, so the reply must lead with 999 and ask.

    What the net is sure of the emergency policy answers; what it leaves to a form is not clear.
    """
    return labels.danger_tier(parse_data(tracker)) != "none"


def asks(tracker: Tracker) -> bool:
    """True when the latest message is put as a question."""
    return steering.asks(text(tracker))


def is_yes(tracker: Tracker) -> bool:
    """True for a yes that answers something; not for "ok", which is `affirm` too."""
    return label(tracker) == "affirm" and yes.is_meant(text(tracker))


def word_features(tracker: Tracker) -> dict[str, float]:
    """What the net's word features see in the latest message (`bot.safety.grammar`)."""
    return grammar.word_features(normalise(text(tracker)))


def context(tracker: Tracker, nation: Nation | None = None) -> render.Context:
    """Whose website, where the person is, and the time."""
    settings = get_settings()
    return render.Context(
        force=get_register().forces[settings.force],
        moment=now_in_london(),
        nation=nation or tracker.get_slot("nation") or "england_wales",
        handover=settings.handover,
    )


def reply(reply_id: str, where: render.Context) -> Reply:
    """The register's reply for a label: its own, or that of its top level."""
    register = get_register()
    if not register.has_reply(reply_id):
        reply_id = labels.top_level(reply_id)
    return register.reply(reply_id, where.nation)


def topic(tracker: Tracker, where: render.Context) -> Reply | None:
    """The last answer that a short question could lean on; None at the beginning."""
    reply_id = tracker.get_slot("topic")
    return get_register().reply(reply_id, where.nation) if reply_id else None


def emergency_reply(tracker: Tracker, where: render.Context) -> Reply:
    """The 999 reply that was given: who is followed needs other words than who hides."""
    return reply(tracker.get_slot("emergency_reply") or EMERGENCY, where)


def say(
    dispatcher: CollectingDispatcher,
    items: Sequence[Reply],
    where: render.Context,
    *,
    simple: bool = False,
    offers: Sequence[str] = (),
    is_last: bool = False,
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
        is_last: nothing is asked, for what would be answered is not known any more, and only the
            last item's buttons are offered.
    """
    register = get_register()
    texts = [one for item in items for one in render.statements(register, item, where, simple)]
    asking = () if is_last else items
    texts += [one for item in asking for one in render.question(register, item, where)]
    offering = items[-1:] if is_last else items
    wanted = dict.fromkeys([*offers, *(offer for item in offering for offer in item.offers)])
    buttons = [render.button_to(register, offer, where) for offer in wanted][: render.MAX_BUTTONS]
    dispatcher.utter_message(
        text="\n\n".join(texts),
        buttons=[{"title": button.title, "payload": button.payload} for button in buttons],
    )


def in_short(lead: Sequence[Reply], said: Reply) -> Reply:
    """An answer that something leads: where that is danger, in its simple words if it has some.

    Then 999, the answer and the question after it fit on a phone.
    """
    if not (is_of_danger(lead) and said.simple):
        return said
    return said.model_copy(update={"bubbles": said.simple})


def is_of_danger(lead: Sequence[Reply]) -> bool:
    """Whether what leads an answer is about danger, possible or clear."""
    return any(one.id in ("emergency_check", "emergency_reminder") for one in lead)


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
    events = [SlotSet("last_reply", said.id), SlotSet("not_understood", 0)]
    if said.follow_ups or said.services:
        events.append(SlotSet("topic", said.id))
    if labels.top_level(said.id) == EMERGENCY:
        events.append(SlotSet("emergency_reply", said.id))
    return [*events, *_remember_around([*lead, said, *also], lead, where)]


def remember_lead(lead: Sequence[Reply], where: render.Context) -> list[EventType]:
    """The same slots where nothing but the lead was said: then that is what is said again.

    Not the reminder: in danger the 999 reply is said again, with what was said beside it.
    """
    if [one.id for one in lead] == ["emergency_reminder"]:
        return []
    return [SlotSet("last_reply", None), *_remember_around(lead, lead, where)]


def asking(question: str, events: Sequence[EventType]) -> list[EventType]:
    """The same slots, but that this question is open and no other."""
    return [*(one for one in events if one["name"] != "asked"), SlotSet("asked", question)]


def _remember_around(
    everything: Sequence[Reply], lead: Sequence[Reply], where: render.Context
) -> list[EventType]:
    events: list[EventType] = [SlotSet("last_leads", [one.id for one in lead] or None)]
    # Numbers named before stay known where this turn names none.
    if named := services.told_of(get_register(), everything, where):
        events.append(SlotSet("services", named))
    return events


def safety_lead(
    tracker: Tracker, where: render.Context, said: str = ""
) -> tuple[list[Reply], list[EventType]]:
    """What must come before any answer: the reminder in emergency mode, or a check; then a crisis.

    Args:
        tracker: the conversation.
        where: the context the replies are looked up for.
        said: the id of the answer; one about a crisis names whom to talk to itself.

    Returns:
        The replies to say first (perhaps none) and the slots that go with them.
    """
    lead, events = crisis_lead(tracker, where, said)
    if tracker.get_slot("emergency_mode"):
        reply_id = "emergency_reminder"
        wants_words = label(tracker).startswith(_WANTS_WORDS) or asks(tracker)
        # Nor is the next yes clear after one to which nothing had been asked.
        is_stray = is_yes(tracker) and tracker.get_slot("asked") not in ASKS_IF_SAFE
        asked = SAFE_NOW_OR_ELSE if wants_words or is_stray else SAFE_NOW
    elif needs_check(tracker):
        reply_id, asked = "emergency_check", HAPPENING_NOW
    else:
        return lead, events
    return [reply(reply_id, where), *lead], [SlotSet("asked", asked), SlotSet("danger_seen", True)]


def crisis_lead(
    tracker: Tracker, where: render.Context, said: str = ""
) -> tuple[list[Reply], list[EventType]]:
    """What must be said where a life may be at risk; arguments and result as of `safety_lead`."""
    is_seen = labels.crisis_tier(parse_data(tracker)) != "none"
    if not (is_seen or is_still_crisis(tracker) or _may_be_despair(tracker)):
        return [], [SlotSet("asked", _left_open(tracker))]
    is_answered = CRISIS_AFTER in (labels.top_level(said), tracker.get_slot("asked"))
    events = [SlotSet("asked", CRISIS_AFTER if is_answered else CRISIS)]
    if labels.top_level(said) in (CRISIS, CRISIS_AFTER):
        return [], events
    return [reply("crisis_check", where)], [*events, SlotSet("danger_seen", True)]


def _left_open(tracker: Tracker) -> str | None:
    """What stays open where nothing leads: a check until it is answered, then a crisis."""
    if not is_check_open(tracker):
        return None
    if label(tracker) not in _CLOSES_CHECK:
        return HAPPENING_NOW
    return CRISIS_AFTER if tracker.get_slot("crisis_seen") else None
