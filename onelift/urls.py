"""All addresses: each floor brings its own."""

from inspect import unwrap

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views import defaults
from django.views.generic import RedirectView

# The one sign-in limits guesses and asks for the second factor; the admin's own would do neither.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns: list[URLPattern | URLResolver] = [
    # First, because thousands open their link to a survey in the same hour.
    path("", include("feedback.urls")),
    path("accounts/", include("onelift.accounts.urls")),
    path("language/", include("django.conf.urls.i18n")),
    # Its own page would let anybody who is signed in guess the old password without a limit.
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/", admin.site.urls),
    path("", include("programmes.urls")),
    path("", include("stakeholders.urls")),
    path("", include("onelift.dashboards.urls")),
    path("", include("onelift.exchange.urls")),
    path("", include("onelift.start.urls")),
    path("", include("onelift.api.urls")),
    path("", include("communications.urls")),
    path("", include("events.urls")),
]

# The pages of errors as Django makes them, but none looks for a token among the fields of a form:
# where a form cannot be read, that would fail again while the page which says so is made.
handler400 = unwrap(defaults.bad_request)
handler403 = unwrap(defaults.permission_denied)
handler404 = unwrap(defaults.page_not_found)
handler500 = unwrap(defaults.server_error)
