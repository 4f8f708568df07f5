"""The chat in the browser: modules, words of the register, and one script made of both."""
