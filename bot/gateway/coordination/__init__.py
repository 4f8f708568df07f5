"""Lets the processes of one deployment share whose turn it is, open questions and the switch."""
