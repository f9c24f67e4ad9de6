"""The ground floor: what happens where and when."""

from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    """Programmes, waves, sites; translation states; scope; time."""

    name = "programmes"
    default_auto_field = "django.db.models.BigAutoField"
