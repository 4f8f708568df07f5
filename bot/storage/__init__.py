"""What outlives a message: the database, its tables and migrations, the conversation store."""
