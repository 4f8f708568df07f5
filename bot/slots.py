"""Slots of the dialogue (domain.yml) that several parts read: their names, and what is in them."""

from __future__ import annotations

EMERGENCY_MODE = "emergency_mode"
DANGER_SEEN = "danger_seen"
# The crisis answer was given: who leaves is told once more whom to talk to.
CRISIS_SEEN = "crisis_seen"
# How many calm messages in a row have come since the 999 or the crisis answer.
CALM_TURNS = "calm_turns"
# The person said that there is no such risk: from then on a mere hint leads nothing.
CRISIS_DENIED = "crisis_denied"
# What "say that again" means: the answer, what led it, and, in danger, the 999 reply.
LAST_REPLY = "last_reply"
LAST_LEADS = "last_leads"
EMERGENCY_REPLY = "emergency_reply"
# What a short question means: "how do I do that?", "have you got a number?".
TOPIC = "topic"
SERVICES = "services"
# Answers that came near the last one, and those shown lately.
NEAR = "near"
SHOWN = "shown"
# Who speaks, and what they need to be reached by, once it is told (bot/dialogue/case.py).
WHO = "who"
# All that was told of who speaks, in numbers.
HEARD = "heard"
# The turn classifier's word for whose messages a message is like.
ROLE = "role"
ACCESS = "access"
# How often they said he and she of others.
PRONOUNS = "pronouns"
# Where the person is: a nation of `bot.content.models`.
NATION = "nation"
# The force that polices where the person is, once it is told: an id of data/content/forces.yml.
LOCAL_FORCE = "local_force"
# How many messages in a row were not understood.
NOT_UNDERSTOOD = "not_understood"
# A helpline was named, which the first answer of a conversation does.
SUPPORT_NAMED = "support_named"
# Rasa's: the form's question that is open.
REQUESTED_SLOT = "requested_slot"
# What is open, if anything: mostly a yes-or-no question. What only the actions know of stands in
# actions/conversation.py and actions/in_passing.py.
OPEN_QUESTION = "asked"
# "Is this happening now?", and the replies that ask it.
HAPPENING_NOW = "happening_now"
EMERGENCY_CHECK, CHECK_UNSURE = "emergency_check", "check_unsure"
# One line that leads an answer while an emergency is open, and asks nothing.
EMERGENCY_LINE = "emergency_line"
CRISIS_LINE = "samaritans_line"
# "Is it happening now, or is it over?" A mere yes or no to it may mean either.
NOW_OR_OVER = "now_or_over"
# "Is the danger over?"
SAFE_NOW = "safe_now"
# The same question, after words that asked something themselves or were not understood: a mere
# "yes" may be to those.
SAFE_NOW_OR_ELSE = "safe_now_or_else"
ASKS_IF_SAFE = (SAFE_NOW, SAFE_NOW_OR_ELSE)
# No question: an emergency was answered in a turn that could not be stored, and it is still open.
DANGER_OPEN = "danger_open"
# Replies that ask about danger, and which question is open after each.
OPENS = {
    EMERGENCY_CHECK: HAPPENING_NOW,
    CHECK_UNSURE: HAPPENING_NOW,
    "emergency_denied": NOW_OR_OVER,
    "emergency_yes": NOW_OR_OVER,
    "emergency_reminder": SAFE_NOW,
}
# Not asked in so many words, but a "no" after the crisis answer is an answer to it. The intent, the
# net's word for it and the reply have the same name.
CRISIS = "crisis"
# What names whom to talk to before another answer, and asks nothing of its own.
CRISIS_CHECK = "crisis_check"
# It is open still, and what is said once in the place of an answer has been said.
CRISIS_AFTER = "crisis_after"
# Hand-over (actions/handover.py): what the form asks for, and what was agreed to in this turn.
HANDOVER_WAY = "handover_way"
HANDOVER_TIME = "handover_time"
HANDOVER_CONFIRM = "handover_confirm"
HANDOVER_REQUEST = "handover_request"
# These hold what a person typed: nothing of it is stored once the slot is empty again.
PRIVATE = (HANDOVER_WAY, HANDOVER_TIME, HANDOVER_REQUEST)
