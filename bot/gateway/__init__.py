"""The gateway stands between a web page and Rasa."""
