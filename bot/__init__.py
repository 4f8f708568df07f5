"""The stalking-support chatbot: content, safety net, understanding, channel."""
