"""The pages of django-allauth that answer otherwise here."""

from typing import Any

from allauth.account.views import PasswordResetFromKeyView
from django.http import Http404, HttpRequest, HttpResponse

from onelift.accounts.forms import NewPasswordForm
from onelift.limits.device import remember_device


class NewPasswordView(PasswordResetFromKeyView):
    """Sets a new password by a link from a mail."""

    def form_valid(self, form: NewPasswordForm) -> HttpResponse:
        """Let the device be known: whoever reads the account's mails holds it."""
        response: HttpResponse = super().form_valid(form)
        remember_device(self.request, response, self.reset_user.email)
        return response


def nothing(request: HttpRequest, **names: Any) -> HttpResponse:
    """Answer for the pages that the portal has no use for, such as sign-up."""
    raise Http404
