"""The third floor: what people are told."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CommunicationsConfig(AppConfig):
    """Messages, approvals, dispatches, channels."""

    name = "communications"
    verbose_name = _("Messages and their sending")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Find the sources that higher floors bring to the pump."""
        autodiscover_modules("sources")
