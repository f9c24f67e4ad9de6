"""People, accounts, audiences and the trail in Django's admin."""

from stakeholders.admin import audience, person, trail, user

__all__ = ["audience", "person", "trail", "user"]
