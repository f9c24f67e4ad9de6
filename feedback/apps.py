"""The fifth floor: what people answer, and what is done about it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    """Surveys, answers, editions."""

    name = "feedback"
    verbose_name = _("Surveys")
    default_auto_field = "django.db.models.BigAutoField"
