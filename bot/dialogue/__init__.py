"""What to say, given the state of a conversation and a reading of a message: no Rasa here."""
