"""Part of the roof."""

from django.apps import AppConfig


class BackupsConfig(AppConfig):
    """See the package."""

    name = "onelift.backups"
