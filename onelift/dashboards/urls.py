"""Addresses of the pages that read several floors."""

from django.urls import path

from onelift.dashboards.views import health, imports, overview, people, region, setup

app_name = "dashboards"

urlpatterns = [
    path("healthz", health.health_show, name="health-show"),
    path("livez", health.life_show, name="life-show"),
    path("p/<slug:programme>/overview/", overview.overview, name="overview-show"),
    path("p/<slug:programme>/regions/<slug:slug>/", region.region, name="region-show"),
    path("p/<slug:programme>/people/", people.people_show, name="people-list"),
    path(
        "p/<slug:programme>/people/imports/<int:pk>/effect/",
        imports.effect_show,
        name="import-effect",
    ),
    path("p/<slug:programme>/setup/", setup.setup, name="setup"),
]
