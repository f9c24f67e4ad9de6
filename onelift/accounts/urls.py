"""The addresses of accounts: those of django-allauth, less what the portal has no use for.

Accounts are made by a programme manager, and a mail address is a name here: roles are given to
it. So nobody signs up, adds an address or confirms one. The names of these pages stay, because
django-allauth asks for them.
"""

from django.urls import include, path, re_path
from django.views.generic import RedirectView

from onelift.accounts.views import (
    FactorOffView,
    FactorOnView,
    NewCodesView,
    NewPasswordView,
    nothing,
    typed_show,
)

urlpatterns = [
    path("email/", RedirectView.as_view(pattern_name="stakeholders:profile-edit")),
    path("typed/", typed_show, name="account_typed"),
    path("signup/", nothing),
    path("confirm-email/", nothing),
    path("confirm-email/<str:key>/", nothing),
    path("login/code/confirm/", nothing),
    path("reauthenticate/code/", nothing),
    path("reauthenticate/code/confirm/", nothing),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        NewPasswordView.as_view(),
        name="account_reset_password_from_key",
    ),
    path("2fa/totp/activate/", FactorOnView.as_view(), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", FactorOffView.as_view(), name="mfa_deactivate_totp"),
    path(
        "2fa/recovery-codes/generate/",
        NewCodesView.as_view(),
        name="mfa_generate_recovery_codes",
    ),
    path("", include("allauth.urls")),
]
