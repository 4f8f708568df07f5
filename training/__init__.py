"""Rebuilds the sentence encoder, with PyTorch, and the word list. Serving never imports this."""
