"""Realistic conversations at any load: what the product does when many come, or too many."""
