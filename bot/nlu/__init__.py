"""Rasa graph components and policies of this bot, and its response generator."""
