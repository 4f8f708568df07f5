"""Rebuilds the sentence encoder from the corpus. Needs PyTorch; serving never imports this."""
