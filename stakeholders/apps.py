"""The second floor: who they are, what they may see, which language they read."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StakeholdersConfig(AppConfig):
    """Users, roles, persons, audiences."""

    name = "stakeholders"
    verbose_name = _("People, accounts and roles")
    default_auto_field = "django.db.models.BigAutoField"
