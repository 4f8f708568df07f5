"""Errors meant for the people who run the bot."""


class OperatorError(Exception):
    """Says what is wrong, where, and what to do. The command line prints it without a trace."""
