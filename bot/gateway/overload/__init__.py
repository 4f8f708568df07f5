"""Keeps answers quick when more messages arrive than the bot can answer."""
