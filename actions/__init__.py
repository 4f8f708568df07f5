"""Rasa SDK custom actions. Each chooses register items and returns them; none holds a sentence."""
