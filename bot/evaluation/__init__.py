"""Measures understanding on the evaluation set."""
