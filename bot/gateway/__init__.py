"""The gateway between a web page and Rasa."""
