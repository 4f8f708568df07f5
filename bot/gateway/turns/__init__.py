"""One message and its answer: through Rasa, and without it where Rasa fails."""
