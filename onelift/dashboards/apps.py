"""Part of the roof."""

from importlib import import_module

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    """See the package."""

    name = "onelift.dashboards"

    def ready(self) -> None:
        """Let objectives take the figures of boards, and alarms tell of what is stuck."""
        import_module("onelift.dashboards.measures.queries.figures")
        import_module("onelift.dashboards.checkup.queries.stuck")
