"""What a force does with the register: sign its items, see what is due, hand it to readers."""
