"""Training, and running the bot: serving processes and what watches over them."""
