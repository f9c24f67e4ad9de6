"""The pages of django-allauth that answer otherwise here."""

from typing import Any

from allauth.account.views import PasswordResetFromKeyView
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from onelift.accounts.forms import NewPasswordForm
from onelift.accounts.parking import has_words, parked_for
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


@require_GET
@login_required
def typed_show(request: HttpRequest) -> HttpResponse:
    """Show the form that was sent after the session had ended, to be sent once more."""
    parked = parked_for(request)
    if parked is None:
        return redirect("stakeholders:home-show")
    fields = [
        {"name": name, "value": value, "is_text": has_words([value])}
        for name, values in parked.fields.items()
        for value in values
    ]
    return render(request, "account/typed.html", {"action": parked.action, "fields": fields})
