"""Addresses of the pages that read several floors."""

from django.urls import path

from onelift.dashboards.views import health, overview, people, persona, region, setup

app_name = "dashboards"

urlpatterns = [
    path("healthz", health.health_show, name="health-show"),
    path("livez", health.life_show, name="life-show"),
    path("p/<slug:programme>/overview/", overview.overview, name="overview-show"),
    path("p/<slug:programme>/regions/<slug:slug>/", region.region, name="region-show"),
    path("p/<slug:programme>/people/", people.people_show, name="people-list"),
    path("p/<slug:programme>/people/personas/", persona.persona_index, name="persona-list"),
    path(
        "p/<slug:programme>/people/personas/<slug:slug>/", persona.persona_show, name="persona-show"
    ),
    path("p/<slug:programme>/setup/", setup.setup, name="setup"),
]
