"""Addresses of the pages that read several floors."""

from django.urls import include, path

from onelift.dashboards.checkup.views import health
from onelift.dashboards.find.views import find
from onelift.dashboards.impacts.views import impacts
from onelift.dashboards.me.views import me
from onelift.dashboards.overview.views import decisions, overview
from onelift.dashboards.people.views import (
    addresses,
    imports,
    people,
    person,
    persona,
    places,
    stream,
)
from onelift.dashboards.plan.views import plan
from onelift.dashboards.regions.views import region
from onelift.dashboards.setup.views import setup
from onelift.dashboards.trail.views import trail
from onelift.watching.views import metrics_show

app_name = "dashboards"

everybody = [
    path("", people.people_show, name="people-list"),
    path("addresses/", addresses.address_list, name="address-list"),
    path("addresses/export/", addresses.address_export, name="address-export"),
    path("export/<slug:kind>/", people.people_export, name="people-export"),
    path("<int:pk>/", person.person_show, name="person-show"),
    path("<int:pk>/language/", person.person_language, name="person-language"),
    path("<int:pk>/address-works/", person.person_address, name="person-address"),
    path("business-lines/", places.line_list, name="line-list"),
    path("business-lines/<int:pk>/", places.line_show, name="line-show"),
    path("sites/", places.site_list, name="site-list"),
    path("sites/<int:pk>/", places.site_show, name="site-show"),
    path("regions/", places.region_list, name="region-list"),
    path("regions/<slug:slug>/", places.region_people, name="region-people"),
    path("impacts/", impacts.impact_map, name="impact-map"),
    path("impacts/list/", impacts.impact_list, name="impact-list"),
    path("impacts/export/<slug:kind>/", impacts.impact_export, name="impact-export"),
    path("impacts/<int:pk>/", impacts.impact_show, name="impact-show"),
    path("personas/", persona.persona_index, name="persona-list"),
    path("personas/<slug:slug>/", persona.persona_show, name="persona-show"),
    path("streams/", stream.stream_index, name="stream-list"),
    path("streams/<int:pk>/", stream.stream_show, name="stream-show"),
    path("streams/<int:pk>/update/", stream.update_save, name="update-save"),
    path(
        "streams/<int:pk>/updates/<int:update>/take-back/",
        stream.update_take_back,
        name="update-take-back",
    ),
    path("streams/<int:pk>/updates/<int:update>/read/", stream.update_open, name="update-open"),
]

urlpatterns = [
    path("healthz", health.health_show, name="health-show"),
    path("livez", health.life_show, name="life-show"),
    path("metrics", metrics_show, name="metrics-show"),
    path("p/<slug:programme>/overview/", overview.overview, name="overview-show"),
    path("p/<slug:programme>/regions/<slug:slug>/", region.region, name="region-show"),
    path("p/<slug:programme>/people/", include(everybody)),
    path("p/<slug:programme>/plan/", plan.plan, name="plan-show"),
    path("p/<slug:programme>/decisions/", decisions.decisions, name="decisions-show"),
    path("p/<slug:programme>/setup/me/", me.me_preview, name="me-preview"),
    # Public; the programme is no argument called so, since nobody's scope is looked up.
    path("me/", me.me_index, name="me-index"),
    path("me/<slug:slug>/", me.me_show, name="me-show"),
    path("me/<slug:slug>/<slug:persona>/", me.me_show, name="me-persona"),
    path("p/<slug:programme>/audit/", trail.trail_show, name="trail-show"),
    path("audit/", trail.audit_show, name="audit-show"),
    path("imports/<int:pk>/effect/", imports.effect_show, name="import-effect"),
    path("p/<slug:programme>/find/", find.find_show, name="find-show"),
    path("p/<slug:programme>/setup/", setup.setup, name="setup"),
]
