"""This chat beside three others, in a real browser."""
