"""The fifth floor: what people answer, and what is done about it."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """Surveys, answers, editions."""

    name = "feedback"
    default_auto_field = "django.db.models.BigAutoField"
