"""This product, stock Rasa and the least that Rasa can do, side by side in one run."""
