"""Part of the roof."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """See the package."""

    name = "onelift.demo"
