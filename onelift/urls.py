"""All addresses: each floor brings its own."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

# The one sign-in limits guesses and asks for the second factor; the admin's own would do neither.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns: list[URLPattern | URLResolver] = [
    # First, because thousands open their link to a survey in the same hour.
    path("", include("feedback.urls")),
    path("accounts/", include("onelift.accounts.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("", include("programmes.urls")),
    path("", include("stakeholders.urls")),
    path("", include("onelift.dashboards.urls")),
    path("", include("communications.urls")),
    path("", include("events.urls")),
]
