"""Training, and running the Rasa server and the action server as one."""
