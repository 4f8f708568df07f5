"""Measures understanding on two evaluation sets: messages, conversations, answers of two kinds."""
