"""What the processes of one deployment agree on: whose turn it is, open questions, the switch."""
