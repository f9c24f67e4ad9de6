"""Part of the roof."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    """See the package."""

    name = "onelift.dashboards"
