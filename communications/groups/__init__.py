"""Chats, feeds and webhooks: what is posted there for many at once."""
