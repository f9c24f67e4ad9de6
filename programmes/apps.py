"""The ground floor: what happens where and when."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammesConfig(AppConfig):
    """Programmes, waves, sites; translation states; scope; time."""

    name = "programmes"
    verbose_name = _("Programmes and places")
    default_auto_field = "django.db.models.BigAutoField"
