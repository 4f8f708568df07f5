"""Passes on to the force, after two explicit yeses, how and when someone can be reached."""
