"""The third floor: what people are told."""

from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

# They register what the outbox sends.
KINDS = ("dispatches.services.sending", "approvals.services.notice", "groups.services.post_sending")


@register
def check_loopback(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Refuse a production whose channels would trust an authority for tests."""
    if settings.EMBEDDED or not settings.CHANNEL_LOOPBACK_CA:
        return []
    text = "CHANNEL_LOOPBACK_CA is for tests alone: leave it out in production."
    return [Error(text, id="communications.E001")]


class CommunicationsConfig(AppConfig):
    """Messages, approvals, dispatches, channels."""

    name = "communications"
    verbose_name = _("Messages and sending")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Find what is sent, and the sources that higher floors bring to the pump."""
        for module in KINDS:
            import_module(f"communications.{module}")
        autodiscover_modules("sources")
