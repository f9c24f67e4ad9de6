"""Addresses of users: what they settle, the programmes they start, the roles they give."""

from django.urls import path

from stakeholders.views import importentry, importrun, profile, programme, role

app_name = "stakeholders"
urlpatterns = [
    path("", profile.home_show, name="home-show"),
    path("p/<slug:programme>/", profile.programme_show, name="programme-show"),
    path("p/<slug:programme>/setup/roles/", role.role_list, name="role-list"),
    path("p/<slug:programme>/setup/roles/<int:pk>/take/", role.role_take, name="role-take"),
    path("p/<slug:programme>/people/imports/", importrun.import_list, name="import-list"),
    path("p/<slug:programme>/people/imports/new/", importrun.import_add, name="import-add"),
    *(
        path(f"p/<slug:programme>/people/imports/<int:pk>/{address}", view, name=name)
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
    path("programmes/new/", programme.programme_add, name="programme-add"),
    path("profile/", profile.profile_edit, name="profile-edit"),
    path("profile/language/", profile.language_set, name="language-set"),
    path("profile/theme/", profile.theme_set, name="theme-set"),
]
