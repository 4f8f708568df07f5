"""Connects the bot to Rasa: its policies, its responses, and every patch of Rasa."""
