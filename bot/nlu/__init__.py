"""Understands messages: the components of Rasa's pipeline, and the models they use."""
