"""Answers a message through Rasa, and without Rasa when it fails."""
