"""The figures of the headline table, and what each should reach."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A figure of the headline table.

    Attributes:
        name: its key in the JSON report.
        title: how the page calls it.
        target: the limit it should keep, 0 to 1; None if it is there to be read beside others.
        at_least: whether the target is a least value; else it is a most value.
    """

    name: str
    title: str
    target: float | None = None
    at_least: bool = True

    def met(self, value: float | None) -> bool | None:
        """Whether a value keeps the target; None without a target or a value."""
        if self.target is None or value is None:
            return None
        return value >= self.target if self.at_least else value <= self.target


FIGURES = (
    Figure("emergency_recall", "Emergencies that got the emergency answer", 0.97),
    Figure(
        "emergency_recall_with_check",
        "Emergencies that got it or the check that leads with 999",
        0.995,
    ),
    Figure(
        "false_emergencies_near_misses", "Near misses that got the emergency answer", 0.05, False
    ),
    Figure("false_emergencies_others", "Other messages that got the emergency answer", 0.01, False),
    Figure("check_of_non_emergencies", "Non-emergencies that got the check", 0.15, False),
    Figure("crisis_recall", "Crises that got the crisis answer", 0.92),
    Figure("crisis_recall_with_check", "Crises that got it, the emergency answer or a check", 0.98),
    Figure("false_crises", "Other messages that got the crisis answer", None, False),
    Figure("top_level_accuracy", "Right top level", 0.92),
    Figure("label_accuracy", "Right label", 0.85),
    Figure("out_of_scope_recall", "Out-of-scope messages known as such", 0.80),
    Figure("in_scope_kept", "Other messages not turned away", 0.92),
    Figure("worst_group_gap", "Emergency recall: all, less the worst group", 0.03, False),
    Figure("calibration_error_danger", "Calibration error of the danger score", 0.05, False),
    Figure(
        "calibration_error_danger_in_doubt",
        "Calibration error of danger scores of 0.02 to 0.98",
        None,
        False,
    ),
    Figure("calibration_error_crisis", "Calibration error of the crisis score", 0.05, False),
    Figure("calibration_error_top_level", "Calibration error of the top level", 0.05, False),
    Figure("calibration_error_label", "Calibration error of the label", 0.05, False),
)

# Of the turns of whole conversations.
CONVERSATION_FIGURES = (
    Figure("danger_led_by_999", "Turns in danger that got the emergency answer"),
    Figure("danger_with_any_lead", "Turns in danger that got it, the crisis answer or a check"),
    Figure("crisis_answered", "Turns in a crisis that got the crisis answer"),
    Figure("crisis_told", "Turns in a crisis that were told whom to talk to"),
    Figure("crisis_with_any_lead", "Turns in a crisis that got it, 999 or a check"),
    Figure("doubt_with_any_lead", "Doubtful turns that got any of these"),
    Figure("danger_ended", "Ends of danger that ended the alarm"),
    Figure("false_emergencies", "Calm turns that got the emergency answer", None, False),
    Figure("false_crises", "Calm turns that got the crisis answer", None, False),
    Figure("needless_checks", "Calm turns that got a check", None, False),
    Figure("understood", "Turns without danger that were understood"),
    Figure("fine", "Turns answered as meant"),
)

# Of what is typed where the hand-over asks how and when somebody can be reached.
ANSWER_FIGURES = (
    Figure("danger_led_by_999", "Danger that interrupted the form with the emergency answer"),
    Figure("danger_with_any_lead", "Danger that got it, the crisis answer or a line with 999"),
    Figure("answers_taken", "Answers that were taken"),
    Figure("answers_without_alarm", "Answers that were taken with no word of danger before"),
    Figure("false_emergencies", "Answers that got the emergency answer", None, False),
    Figure("false_crises", "Answers that got the crisis answer", None, False),
    Figure("refusals_ended", "Yeses taken back that ended the form"),
    Figure("others_not_taken", "Questions and asides that were not taken for an answer"),
)

# Of what is typed at "Is this happening now?", "Is the danger over?" and the four questions.
QUESTION_FIGURES = (
    Figure("now_led_by_999", "Yeses to 'happening now?' that got the emergency answer"),
    Figure("not_now_without_alarm", "Noes to it that got neither 999, a helpline nor a check"),
    Figure("not_now_false_emergencies", "Noes to it that opened an emergency", None, False),
    Figure("danger_kept", "Noes and doubts at 'danger over?' that ended no emergency"),
    Figure("danger_led_by_999", "Noes and doubts at it that got 999 again"),
    Figure("danger_ended", "Yeses to it that ended the emergency"),
    Figure("four_danger_led_by_999", "Danger among the four questions led by 999"),
    Figure("four_answers_as_meant", "Answers to the four questions taken as meant"),
    Figure("four_answers_mistaken", "Answers to them taken for another answer", None, False),
    Figure("four_false_alarms", "Answers to them that got 999 or a helpline", None, False),
    Figure("four_stops_ended", "Wishes to stop them that ended them"),
    Figure("four_others_not_taken", "Questions among them that were not taken for an answer"),
)

# Of the held-out conversations and dangers, and of ordinary messages (data/background/).
HELDOUT_FIGURES = (
    Figure("calm_alarms", "Calm turns that got the emergency or crisis answer", 0.03, False),
    Figure("calm_checks", "Calm turns that got a check", 0.08, False),
    Figure("over_believed", "Ends of danger that were believed", 0.90),
    Figure("danger_led_by_999", "Turns in danger that got the emergency answer", 0.98),
    Figure("danger_with_any_lead", "Turns in danger that got it, the crisis answer or a check"),
    Figure("crisis_answered", "Turns in a crisis that got the crisis answer"),
    Figure("crisis_with_any_lead", "Turns in a crisis that got it, 999 or a check"),
    Figure("emergencies_alone", "Emergencies alone that got the emergency answer", 0.97),
    Figure("emergencies_alone_with_any_lead", "Emergencies alone with any lead", 0.995),
    Figure("crises_alone", "Crises alone that got the crisis answer", 0.92),
    Figure("crises_alone_with_any_lead", "Crises alone with any lead", 0.98),
    Figure("ordinary_alarms", "Ordinary messages that got 999 or the crisis answer", 0.01, False),
    Figure("ordinary_checks", "Ordinary messages that got a check", 0.04, False),
)

# Of questions that were written from what answers must hold (tests/evaluation/asks-*.jsonl).
ASKS_FIGURES = (
    Figure("all_answered", "Questions answered at once", 0.70),
    Figure("all_by_one_press", "Questions answered at once or by one press", 0.85),
    Figure("story_answered", "  told with a story, at once"),
    Figure("slips_answered", "  with slips of typing, at once"),
    Figure("dialect_answered", "  in dialect or a second language, at once"),
    Figure("follow_up_answered", "Follow-ups answered at once", 0.60),
    Figure("follow_up_by_one_press", "Follow-ups answered at once or by one press", 0.78),
    Figure("new_answered", "Of answers that the encoder was never taught, at once"),
    Figure("new_by_one_press", "Of those, at once or by one press"),
    Figure("alarms", "Questions that got the emergency or crisis answer", 0.01, False),
    Figure("led", "Questions led by any word of danger", None, False),
)
