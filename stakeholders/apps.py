"""The second floor: who they are, what they may see, which language they read."""

from django.apps import AppConfig


class StakeholdersConfig(AppConfig):
    """Users, roles, persons, audiences."""

    name = "stakeholders"
    default_auto_field = "django.db.models.BigAutoField"
