"""What happened, in numbers: per day, force and language. Never a text, an id or a time of day."""
