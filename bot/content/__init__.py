"""The content register: every number, fact and sentence a person can be shown, with its source."""
