"""Hand-over: how and when someone can be reached, asked after a yes and sent after a second one.

Nothing here writes to the outbox: the last action sets a slot, and the conversation store takes it
from there in the transaction that stores the turn.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import conversation, handover_answers, leads
from actions.handover_answers import SENDING, STOPPED, Decision
from bot.content import labels, render
from bot.content.models import Reply
from bot.handover import answers
from bot.handover.answers import Kind
from bot.handover.note import CONFIRM, FORM, SLOTS, TIME, WAY, one_line
from bot.handover.request import SLOT, new_request
from bot.safety import context, danger
from bot.settings import get_settings
from bot.slots import CRISIS_CHECK, EMERGENCY_MODE, OPEN_QUESTION, REQUESTED_SLOT

OFFER = "handover/offer"
# The 999 line, without a question, for an answer that only the models find risky.
IN_DANGER = "handover/in_danger"


def is_offered_with(said_id: str, lead: bool, where: render.Context) -> bool:
    """True when a reply that is said now should also offer hand-over.

    Args:
        said_id: the reply's id.
        lead: something more urgent comes first, with a question of its own.
        where: whose website it is, and which force is the person's: to no other is it offered.
    """
    return where.handover and not lead and said_id in ("talk_to_person", "safe_now")


def question_in(said_id: str, lead: bool, where: render.Context) -> str | None:
    """The question about hand-over that a reply asks, for the slot `asked`.

    Args:
        said_id: the reply's id.
        lead: something more urgent comes first, with a question of its own.
        where: the context it is filled in for.
    """
    if not where.handover or lead:
        return None
    return {"talk_to_person": conversation.MORE_HANDOVER, OFFER: conversation.HANDOVER}.get(said_id)


def is_accepted(tracker: Tracker) -> bool:
    """True for the first yes: to the offer, with no sign of danger in the same message.

    A phone number or an address is one too: it answers what would be asked next.
    """
    parsed = conversation.parse_data(tracker)
    is_asked = tracker.get_slot(OPEN_QUESTION) == conversation.HANDOVER
    if not (is_asked and conversation.context(tracker).handover) or tracker.get_slot(
        EMERGENCY_MODE
    ):
        return False
    is_calm = labels.danger_tier(parsed) == labels.crisis_tier(parsed) == "none"
    return (is_calm and conversation.label(tracker) == "affirm") or bool(_way_given(tracker))


def begin(tracker: Tracker) -> list[EventType]:
    """Start the form, with nothing in it but the way that was given in place of a yes."""
    wiped = [one for one in handover_answers.wiped() if one["name"] != WAY]
    way = SlotSet(WAY, _way_given(tracker))
    return [*wiped, way, SlotSet(OPEN_QUESTION, None), FollowupAction(FORM)]


def _way_given(tracker: Tracker) -> str | None:
    """A way to be reached, where a message is no more than that; in it the models see danger."""
    text = one_line(conversation.text(tracker))
    kind = answers.kind(text, context.previous_text.get(), is_time_asked=False)
    is_way = kind is Kind.PLAIN and handover_answers.is_way(text)
    return text if is_way and conversation.is_typed(tracker) else None


# So sure a turn has to be one that takes back or says no, where nothing was given in it.
_SURE_OF_A_NO = 0.6


class ValidateHandoverForm(Action):
    """Decides what each message in the form is: an answer, a correction, a stop, or none of it.

    The slots have custom mappings, so nothing that was typed enters a slot except through here.
    """

    def name(self) -> str:
        """Name in domain.yml."""
        return f"validate_{FORM}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """The slots that the message decides; none leaves the message to the rules."""
        slot = tracker.get_slot(REQUESTED_SLOT)
        if slot not in SLOTS:
            return []  # the form only begins
        where = conversation.context(tracker)
        text = one_line(conversation.text(tracker))
        is_refused = conversation.does(
            tracker, "takes_back", "stops", "denies", least=_SURE_OF_A_NO
        )
        meant = handover_answers.decide(slot, _label(tracker, text), text, is_refused=is_refused)
        is_answer = handover_answers.is_answer(meant, text)
        lead, asked = _leading(tracker, where, text, is_answer=is_answer)
        decided = _weighed(tracker, slot, meant, is_led=bool(lead))
        if decided is None:
            return []
        problem, events = decided
        said = [*lead, *([conversation.reply(problem, where)] if problem else [])]
        if said:
            conversation.say(dispatcher, said, where)
        return [*events, *asked]


def _label(tracker: Tracker, text: str) -> str:
    """The message's label; "" for typed danger, which the emergency policy has left to the form."""
    label = conversation.label(tracker)
    is_danger = labels.top_level(label) in ("emergency", "crisis") and not text.startswith("/")
    return "" if is_danger else label


def _leading(
    tracker: Tracker, where: render.Context, text: str, *, is_answer: bool
) -> tuple[list[Reply], list[EventType]]:
    """What is said before the form goes on, and the slots that go with it."""
    lead, asked = leads.safety_lead(tracker, where)
    if conversation.is_check_open(tracker):
        is_answer = _denies_check(tracker) or _says_ok_to_check(tracker)
        if is_answer and not conversation.needs_check(tracker):
            lead = [conversation.reply(conversation.after_check(tracker), where), *lead]
        return lead, asked
    if lead and is_answer and not danger.is_either_seen(text, context.previous_text.get()):
        lead = [conversation.reply(said, where) for said in _said_before(tracker, text)]
        # The form's question is the only one.
        asked = [event for event in asked if event["name"] != OPEN_QUESTION]
    return (lead, asked) if lead else ([], [])


def _weighed(
    tracker: Tracker, slot: str, meant: Decision | None, *, is_led: bool
) -> Decision | None:
    """What the message decides, where a check may be open and danger may be in it."""
    if _denies_check(tracker) or _says_ok_to_check(tracker):
        return handover_answers.again(slot)  # it was to "Is this happening now?"
    if is_led and conversation.label(tracker) == "affirm" and slot == CONFIRM:
        # No last yes is taken from a message that may hold danger.
        return handover_answers.again(slot)
    return meant


def _denies_check(tracker: Tracker) -> bool:
    is_no = conversation.label(tracker) in ("deny", "check_denied")
    return is_no and conversation.is_check_open(tracker)


def _says_ok_to_check(tracker: Tracker) -> bool:
    """True for "ok" to "Is this happening now?", which the emergency policy takes for no yes."""
    return conversation.label(tracker) == "affirm" and conversation.is_check_open(tracker)


def _said_before(tracker: Tracker, text: str) -> list[str]:
    """The ids of what is said before the next question, where only the models see danger.

    They have hardly met such answers: numbers and days alone look a little like danger to them.
    """
    parsed = conversation.parse_data(tracker)
    found = handover_answers.kind(text, is_time_asked=tracker.get_slot(REQUESTED_SLOT) != WAY)
    tier, crisis = labels.danger_tier(parsed), labels.crisis_tier(parsed)
    if found is Kind.MIXED:
        tier, crisis = danger.in_answer(*labels.scores(parsed))
    is_strange = found in (Kind.OTHER, Kind.MIXED)
    if crisis == "crisis" or (crisis == "check" and is_strange):
        return [CRISIS_CHECK]
    if (tier == "emergency" and found is not Kind.PLAIN) or (tier == "check" and is_strange):
        return [IN_DANGER]
    return []


class ActionAskHandoverWay(Action):
    """Asks one question of the form."""

    slot = WAY

    def name(self) -> str:
        """Name in domain.yml."""
        return f"action_ask_{self.slot}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Say it; the buttons of "Is this happening now?" stay in view while that is open."""
        given = {"way": tracker.get_slot(WAY), "time": tracker.get_slot(TIME)}
        where = replace(conversation.context(tracker), details=given)
        offers = leads.check_offers(tracker, where)
        question = conversation.reply(self.slot.replace("_", "/", 1), where)
        conversation.say(dispatcher, [question], where, offers=offers)
        return []


class ActionAskHandoverTime(ActionAskHandoverWay):
    """Asks when it is safe."""

    slot = TIME


class ActionAskHandoverConfirm(ActionAskHandoverWay):
    """Reads back what would be sent, in the person's own words, and asks for the last yes."""

    slot = CONFIRM


class ActionHandoverEnd(Action):
    """After the form: agreed to, or dropped. Both empty its slots."""

    def name(self) -> str:
        """Name in domain.yml."""
        return "action_handover_end"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Put what was agreed to where the store takes it; else say that nothing was sent."""
        where = conversation.context(tracker)
        way, time_, confirmed = (tracker.get_slot(slot) for slot in SLOTS)
        if confirmed == "yes" and way and time_ and get_settings().handover:
            # What became of it the gateway adds: here nobody can know.
            conversation.say(dispatcher, [conversation.reply(SENDING, where)], where)
            return [*handover_answers.wiped(), SlotSet(SLOT, new_request(way, time_))]
        label = conversation.label(tracker)
        items = [conversation.reply(STOPPED, where)]
        if label in ("goodbye", "safe_now"):
            is_crisis = label == "goodbye" and conversation.is_crisis_open(tracker)
            said = leads.CRISIS_GOODBYE if is_crisis else label
            items.append(conversation.reply(said, where))
        # The four questions are one press away; a form cannot begin where another has just ended.
        offers = [label] if label == "start_four" else []
        conversation.say(dispatcher, items, where, offers=offers)
        return handover_answers.wiped()
