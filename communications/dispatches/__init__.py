"""Who gets a message, when, and what became of it: planning, sending, returns, counts."""
