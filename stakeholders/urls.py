"""Addresses of users: what they settle, the programmes they start, the roles they give."""

from django.urls import include, path

from stakeholders.accounts.views import draft, profile, programme, role
from stakeholders.audiences.views import builder, lines, persona, saved
from stakeholders.importing.views import importentry, importreport, importrun
from stakeholders.people.views import employee
from stakeholders.register.views import (
    impact,
    impact_bulk,
    impact_import,
    impact_word,
    objective,
    stakeholder,
    values,
)

app_name = "stakeholders"

audiences = [
    path("audiences/", saved.audience_list, name="audience-list"),
    path("audiences/compare/", saved.audience_compare, name="audience-compare"),
    path("audiences/none/", saved.audience_left_out, name="audience-left-out"),
    path("audiences/<int:pk>/remove/", saved.audience_remove, name="audience-remove"),
    path("audiences/<int:pk>/restore/", saved.audience_restore, name="audience-restore"),
    path("audience/", builder.audience_build, name="audience-build"),
    path("audience/save/", builder.audience_save, name="audience-save"),
    path("audience/<int:pk>/", builder.audience_show, name="audience-show"),
]
objectives = [
    path("", objective.objective_list, name="objective-list"),
    path("add/", objective.objective_add, name="objective-add"),
    path("<int:pk>/", objective.objective_edit, name="objective-edit"),
    path("<int:pk>/show/", objective.objective_show, name="objective-show"),
    path("<int:pk>/measure/", objective.objective_measure, name="objective-measure"),
    path("values/<int:pk>/remove/", objective.value_remove, name="value-remove"),
    path("values/<int:pk>/restore/", objective.value_restore, name="value-restore"),
    path("<int:pk>/remove/", objective.objective_remove, name="objective-remove"),
    path("<int:pk>/restore/", objective.objective_restore, name="objective-restore"),
]
streams = [
    path("objectives/import/", values.values_import, name="values-import"),
]
register = [
    path("", stakeholder.stakeholder_list, name="stakeholder-list"),
    path("new/", stakeholder.stakeholder_add, name="stakeholder-add"),
    path("move/", stakeholder.stakeholder_nudge, name="stakeholder-nudge"),
    path("export/<slug:kind>/", stakeholder.stakeholder_export, name="stakeholder-export"),
    path("<int:pk>/", stakeholder.stakeholder_show, name="stakeholder-show"),
    path("<int:pk>/edit/", stakeholder.stakeholder_edit, name="stakeholder-edit"),
    path("<int:pk>/place/", stakeholder.stakeholder_place, name="stakeholder-place"),
    path("<int:pk>/remove/", stakeholder.stakeholder_remove, name="stakeholder-remove"),
    path("<int:pk>/restore/", stakeholder.stakeholder_restore, name="stakeholder-restore"),
]
impacts = [
    path("new/", impact.impact_add, name="impact-add"),
    path("alike/", impact.impact_alike, name="impact-alike"),
    path("import/", impact_import.impact_import, name="impact-import"),
    path("bulk/", impact_bulk.impact_bulk, name="impact-bulk"),
    path("bulk/<int:pk>/undo/", impact_bulk.impact_bulk_undo, name="impact-bulk-undo"),
    path("<int:pk>/edit/", impact.impact_edit, name="impact-edit"),
    path("<int:pk>/remove/", impact.impact_remove, name="impact-remove"),
    path("<int:pk>/restore/", impact.impact_restore, name="impact-restore"),
    path("<int:pk>/accept/", impact_word.impact_accept, name="impact-accept"),
    path("<int:pk>/unaccept/", impact_word.impact_unaccept, name="impact-unaccept"),
    *(
        path(f"<int:pk>/{word}/{region}", view, name=f"impact-{word}{more}")
        for word, view in (
            ("confirm", impact_word.impact_confirm),
            ("unconfirm", impact_word.impact_unconfirm),
        )
        for region, more in (("", ""), ("<int:region>/", "-region"))
    ),
]
reports = [
    path("", importreport.report_list, name="report-list"),
    path("<int:pk>/", importreport.report_show, name="report-show"),
    path("<int:pk>/<slug:part>/", importreport.report_people, name="report-people"),
]
employees = [
    path("", employee.employee_list, name="employee-list"),
    path("<int:pk>/", employee.employee_show, name="employee-show"),
    path("<int:pk>/do-not-contact/", employee.employee_stop, name="employee-stop"),
    path("<int:pk>/contact-again/", employee.employee_again, name="employee-again"),
]
urlpatterns = [
    path("p/<slug:programme>/people/stakeholders/", include(register)),
    path("p/<slug:programme>/people/impacts/", include(impacts)),
    path("p/<slug:programme>/people/objectives/", include(objectives)),
    path("p/<slug:programme>/people/streams/", include(streams)),
    path("p/<slug:programme>/people/", include(audiences)),
    path("", profile.home_show, name="home-show"),
    path("p/<slug:programme>/", profile.programme_show, name="programme-show"),
    path("p/<slug:programme>/setup/roles/", role.role_list, name="role-list"),
    path("p/<slug:programme>/setup/roles/<int:pk>/", role.role_edit, name="role-edit"),
    path("p/<slug:programme>/setup/roles/<int:pk>/take/", role.role_take, name="role-take"),
    path("p/<slug:programme>/setup/roles/restore/", role.role_restore, name="role-restore"),
    path("p/<slug:programme>/people/count/", lines.lines_count, name="lines-count"),
    path("p/<slug:programme>/people/personas/new/", persona.persona_add, name="persona-add"),
    path(
        "p/<slug:programme>/people/personas/<slug:slug>/edit/",
        persona.persona_edit,
        name="persona-edit",
    ),
    *(
        path(f"p/<slug:programme>/people/personas/<slug:slug>/{word}/", view, name=name)
        for word, view, name in (
            ("publish", persona.persona_publish, "persona-publish"),
            ("withdraw", persona.persona_withdraw, "persona-withdraw"),
        )
    ),
    path("p/<slug:programme>/people/imports/", include(reports)),
    path("people/", include(employees)),
    path("imports/", importrun.import_list, name="import-list"),
    path("imports/new/", importrun.import_add, name="import-add"),
    *(
        path(f"imports/<int:pk>/{address}", view, name=name)
        for address, view, name in (
            ("", importrun.import_show, "import-show"),
            ("read/", importrun.import_choose, "import-choose"),
            ("apply/", importrun.import_apply, "import-apply"),
            ("discard/", importrun.import_discard, "import-discard"),
            ("forget/", importrun.import_forget, "import-forget"),
            ("report.xlsx", importentry.import_report, "import-report"),
            ("effect/<slug:kind>/", importentry.import_entries, "import-entries"),
            ("line/<int:line>/", importentry.import_line, "import-line"),
        )
    ),
    path("programmes/", programme.programme_list, name="programme-list"),
    path("programmes/new/", programme.programme_add, name="programme-add"),
    path("programmes/<slug:slug>/sites/", programme.programme_place, name="programme-place"),
    path("drafts/", draft.draft_show, name="draft-show"),
    path("drafts/save/", draft.draft_save, name="draft-save"),
    path("drafts/discard/", draft.draft_discard, name="draft-discard"),
    path("profile/", profile.profile_edit, name="profile-edit"),
    path("profile/language/", profile.language_set, name="language-set"),
    path("profile/theme/", profile.theme_set, name="theme-set"),
    path("profile/density/", profile.density_set, name="density-set"),
]
