"""Stock Rasa with this bot's training data, to compare with."""
