"""What one address can take from others by lines that it opens and never finishes."""
