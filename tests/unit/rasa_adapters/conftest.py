"""Fixtures for what needs parts of Rasa."""

from tests.unit.rasa_parts import context, domain, resource, storage  # noqa: F401
