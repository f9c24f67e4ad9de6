"""Addresses of what users settle about themselves."""

from django.urls import path

from stakeholders.views import profile

app_name = "stakeholders"
urlpatterns = [
    path("", profile.home_show, name="home-show"),
    path("p/<slug:programme>/", profile.programme_show, name="programme-show"),
    path("profile/", profile.profile_edit, name="profile-edit"),
    path("profile/language/", profile.language_set, name="language-set"),
    path("profile/theme/", profile.theme_set, name="theme-set"),
]
