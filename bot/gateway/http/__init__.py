"""Serves the routes below /chat: bodies, buttons, headers, refusals and the JSON of an answer."""
