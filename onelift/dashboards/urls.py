"""Addresses of the pages that read several floors."""

from django.urls import include, path

from onelift.dashboards.checkup.views import health, status
from onelift.dashboards.coverage.views import coverage
from onelift.dashboards.find.views import find
from onelift.dashboards.impacts.views import impacts, remind
from onelift.dashboards.me.views import accessibility, me
from onelift.dashboards.moves.views import leaving, move
from onelift.dashboards.overview.views import deciding, decisions, delegation, overview
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
from onelift.dashboards.readiness.views import readiness, thresholds
from onelift.dashboards.regions.views import region, todo
from onelift.dashboards.settings.views import settings
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
    path("coverage/", coverage.coverage_show, name="coverage-show"),
    path("coverage/write/", coverage.coverage_write, name="coverage-write"),
    path("impacts/", impacts.impact_map, name="impact-map"),
    path("impacts/remind/", remind.gaps_remind, name="gaps-remind"),
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

decided = [
    path("", decisions.decisions, name="decisions-show"),
    path("needs/<int:pk>/", deciding.need_answer, name="need-answer"),
    path("needs/<int:pk>/undo/", deciding.need_undo, name="need-undo"),
    path("overrides/<int:pk>/", deciding.override_decide, name="override-decide"),
    path("overrides/<int:pk>/undo/", deciding.override_undo, name="override-undo"),
    path("delegate/", delegation.delegation_name, name="delegation-name"),
    path("delegates/<int:pk>/end/", delegation.delegation_end, name="delegation-end"),
]

waves = [
    path("", readiness.readiness_show, name="readiness-show"),
    path("thresholds/<slug:key>/", readiness.threshold_set, name="threshold-set"),
    path("remind/", readiness.owners_remind, name="owners-remind"),
    path("override/", readiness.override_make, name="override-make"),
    path("override/end/", readiness.override_end, name="override-end"),
]

urlpatterns = [
    path("healthz", health.health_show, name="health-show"),
    path("livez", health.life_show, name="life-show"),
    path("metrics", metrics_show, name="metrics-show"),
    path("p/<slug:programme>/overview/", overview.overview, name="overview-show"),
    path("p/<slug:programme>/regions/<slug:slug>/", region.region, name="region-show"),
    path("p/<slug:programme>/todo/", todo.todo_show, name="todo-show"),
    path("p/<slug:programme>/todo/tick/", todo.todo_tick, name="todo-tick"),
    path("p/<slug:programme>/todo/undo/", todo.todo_undo, name="todo-undo"),
    path("p/<slug:programme>/people/", include(everybody)),
    path("p/<slug:programme>/plan/", plan.plan, name="plan-show"),
    path("p/<slug:programme>/waves/<int:pk>/move/", move.wave_move, name="wave-move"),
    path("p/<slug:programme>/waves/<int:pk>/leave/", leaving.wave_leave, name="wave-leave"),
    path("p/<slug:programme>/waves/<int:pk>/return/", leaving.wave_return, name="wave-return"),
    path("p/<slug:programme>/waves/<int:pk>/move/told/", move.move_told, name="move-told"),
    path("p/<slug:programme>/moves/<int:pk>/undo/", move.move_undo, name="move-undo"),
    path("p/<slug:programme>/moves/<int:pk>/texts/", move.move_texts, name="move-texts"),
    path("p/<slug:programme>/waves/<int:pk>/readiness/", include(waves)),
    path("p/<slug:programme>/decisions/", include(decided)),
    path("p/<slug:programme>/setup/me/", me.me_preview, name="me-preview"),
    # Public; the programme is no argument called so, since nobody's scope is looked up.
    path("accessibility/", accessibility.accessibility_show, name="accessibility-show"),
    path("me/", me.me_index, name="me-index"),
    path("me/<slug:slug>/", me.me_show, name="me-show"),
    path("me/<slug:slug>/<slug:persona>/", me.me_show, name="me-persona"),
    path("p/<slug:programme>/audit/", trail.trail_show, name="trail-show"),
    path("p/<slug:programme>/audit/export/", trail.trail_export, name="trail-export"),
    path("audit/", trail.audit_show, name="audit-show"),
    path("audit/export/", trail.audit_export, name="audit-export"),
    path("status/", status.status_show, name="status-show"),
    path("status/lists/<slug:key>/", status.status_list, name="status-list"),
    path("status/tests/<slug:kind>/", status.status_test, name="status-test"),
    path("status/channels/<int:pk>/test/", status.channel_test, name="status-channel"),
    path("status/support/", status.status_support, name="status-support"),
    path("status/support/file/", status.status_support_file, name="status-support-file"),
    path("status/alarm/", status.status_alarm, name="status-alarm"),
    path("status/alarm/channel/", status.alarm_channel, name="alarm-channel"),
    path("imports/<int:pk>/effect/", imports.effect_show, name="import-effect"),
    path("p/<slug:programme>/find/", find.find_show, name="find-show"),
    path("p/<slug:programme>/setup/", setup.setup, name="setup"),
    path("p/<slug:programme>/setup/languages/", setup.language_list, name="language-list"),
    path("p/<slug:programme>/setup/thresholds/", thresholds.threshold_list, name="threshold-list"),
    path(
        "p/<slug:programme>/setup/thresholds/<slug:key>/",
        thresholds.threshold_edit,
        name="threshold-edit",
    ),
    path("p/<slug:programme>/settings/", settings.settings_programme, name="settings-programme"),
    path("settings/", settings.settings_show, name="settings-show"),
]
