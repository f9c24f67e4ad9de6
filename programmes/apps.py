"""The ground floor: what happens where and when."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class ProgrammesConfig(AppConfig):
    """Programmes, waves, sites; translation states; scope; time."""

    name = "programmes"
    verbose_name = _("Programmes and places")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Find movers, rules of readiness, kinds of decisions, and things to do on site."""
        autodiscover_modules("movers")
        autodiscover_modules("readiness")
        autodiscover_modules("decisions")
        autodiscover_modules("todo")
