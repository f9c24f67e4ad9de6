"""People, accounts, audiences and the trail in Django's admin."""

from stakeholders.admin import audience, delegation, person, token, trail, user

__all__ = ["audience", "delegation", "person", "token", "trail", "user"]
