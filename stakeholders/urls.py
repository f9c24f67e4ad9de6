"""Addresses of users: what they settle, the programmes they start, the roles they give."""

from django.urls import path

from stakeholders.views import lines, persona, profile, programme, role

app_name = "stakeholders"
urlpatterns = [
    path("", profile.home_show, name="home-show"),
    path("p/<slug:programme>/", profile.programme_show, name="programme-show"),
    path("p/<slug:programme>/setup/roles/", role.role_list, name="role-list"),
    path("p/<slug:programme>/setup/roles/<int:pk>/take/", role.role_take, name="role-take"),
    path("p/<slug:programme>/people/count/", lines.lines_count, name="lines-count"),
    path("p/<slug:programme>/people/personas/new/", persona.persona_add, name="persona-add"),
    path(
        "p/<slug:programme>/people/personas/<slug:slug>/edit/",
        persona.persona_edit,
        name="persona-edit",
    ),
    path("programmes/new/", programme.programme_add, name="programme-add"),
    path("profile/", profile.profile_edit, name="profile-edit"),
    path("profile/language/", profile.language_set, name="language-set"),
    path("profile/theme/", profile.theme_set, name="theme-set"),
]
