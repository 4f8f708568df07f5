"""The emergency net. No Rasa and no database, so that it still works when they do not."""
