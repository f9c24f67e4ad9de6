"""The fifth floor: what people answer, and what is done about it."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    """Surveys, answers, editions; needs."""

    name = "feedback"
    verbose_name = _("Surveys")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the outbox know the emails about needs, and who leaves an address with one."""
        import_module("feedback.needs.services.mailing")
        import_module("feedback.needs.services.erasing")
