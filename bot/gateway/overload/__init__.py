"""Keeps answers quick when more messages come than can be answered."""
