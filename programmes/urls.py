"""Addresses of the ground floor."""

from django.urls import include, path

from programmes.views import (
    blackout,
    brand,
    objective,
    part,
    programme,
    service,
    support,
    token,
    wave,
)

app_name = "programmes"

setup = [
    path("waves/add/", wave.wave_add, name="wave-add"),
    path("waves/<int:pk>/", wave.wave_edit, name="wave-edit"),
    path("waves/<int:pk>/hand-over/", wave.wave_hand_over, name="wave-hand-over"),
    path("services/", service.service_list, name="service-list"),
    path("services/add/", service.service_add, name="service-add"),
    path("services/<int:pk>/", service.service_edit, name="service-edit"),
    path("services/<int:pk>/publish/", service.service_publish, name="service-publish"),
    path("services/<int:pk>/withdraw/", service.service_withdraw, name="service-withdraw"),
    path("contacts/", support.support_list, name="support-list"),
    path("contacts/programme/", support.support_edit, name="support-edit"),
    path("contacts/sites/<int:pk>/", support.support_edit, name="support-site"),
    path("blackouts/", blackout.blackout_list, name="blackout-list"),
    path("blackouts/add/", blackout.blackout_edit, name="blackout-add"),
    path("blackouts/<int:pk>/", blackout.blackout_edit, name="blackout-edit"),
    path("blackouts/<int:pk>/remove/", blackout.blackout_remove, name="blackout-remove"),
    path("streams/", service.stream_list, name="stream-list"),
    path("streams/add/", service.stream_add, name="stream-add"),
    path("streams/<int:pk>/", service.stream_edit, name="stream-edit"),
    path("programme/", programme.programme_edit, name="programme-edit"),
    path("brand/", programme.brand_edit, name="brand-edit"),
    path("tokens/", token.token_list, name="token-list"),
    path("tokens/add/", token.token_add, name="token-add"),
    path("tokens/<int:pk>/revoke/", token.token_revoke, name="token-revoke"),
]

streams = [
    path("objectives/add/", part.objective_add, name="objective-add"),
    path("objectives/<int:pk>/", objective.objective_show, name="objective-show"),
    path("objectives/<int:pk>/measure/", objective.objective_measure, name="objective-measure"),
    path("objectives/values/<int:pk>/remove/", objective.value_remove, name="value-remove"),
    path("objectives/values/<int:pk>/restore/", objective.value_restore, name="value-restore"),
    path("milestones/<int:pk>/done/", part.milestone_finish, name="milestone-finish"),
    path("<int:stream>/<slug:kind>/add/", part.part_add, name="part-add"),
    path("<slug:kind>/<int:pk>/edit/", part.part_edit, name="part-edit"),
    path("<slug:kind>/<int:pk>/remove/", part.part_remove, name="part-remove"),
    path("<slug:kind>/<int:pk>/restore/", part.part_restore, name="part-restore"),
]

urlpatterns = [
    path("p/<slug:slug>/brand.css", brand.brand_show, name="brand-show"),
    path("p/<slug:programme>/setup/", include(setup)),
    path("p/<slug:programme>/people/streams/", include(streams)),
]
