"""The processes that serve: how they start, live, and wake each other."""
