"""Host pages that show how the chat behaves on websites of many kinds."""
