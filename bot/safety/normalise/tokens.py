"""What is looked at of a token: a piece of a message between two spaces."""

from __future__ import annotations

import re

# No more odd tokens than these are looked at in a message.
MOST_LOOKED_AT = 60
# Amounts, times, ages, distances, ordinals, and text-speak whose figure is a sound.
NUMBERED = re.compile(
    r"[£$€]?\d[\d.,:]*(?:am|pm|th|st|nd|rd|mins?|hrs?|hours?|secs?|m|km|k|yrs?|s|d|p|g|x|h|yo|ft|"
    r"mph)?|\d+(?:day|nite|moro|get|ever)"
)
ADDRESS_PARTS = {"com", "org", "uk", "net", "gov", "edu", "io", "ie", "eu", "tv", "www"}
ENDS = ".,;:?!\"')"
_OPENINGS = "\"'(#"


def bounds(token: str) -> tuple[int, int]:
    """Where the token stands without quotes, brackets and marks around it."""
    return len(token) - len(token.lstrip(_OPENINGS)), len(token.rstrip(ENDS))
