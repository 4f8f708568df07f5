"""Where the bot meets Rasa: policies, words of responses, and every patch of Rasa."""
