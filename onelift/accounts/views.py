"""The pages of django-allauth that answer otherwise here."""

from collections.abc import Callable
from typing import Any, cast

from allauth.account.views import PasswordResetFromKeyView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from onelift.accounts.forms import NewPasswordForm
from onelift.accounts.parking import has_words, parked_for
from onelift.limits.device import remember_device
from stakeholders.accounts.services.factor import end_other_sessions, note_code
from stakeholders.models import User


class NewPasswordView(PasswordResetFromKeyView):
    """Sets a new password by a link from a mail."""

    def form_valid(self, form: NewPasswordForm) -> HttpResponse:
        """Let the device be known: whoever reads the account's mails holds it."""
        response: HttpResponse = super().form_valid(form)
        remember_device(self.request, response, self.reset_user.email)
        return response


@transaction.atomic
def ending_other_sessions(
    request: HttpRequest, change: Callable[[Form], HttpResponse], form: Form
) -> HttpResponse:
    """Change the second factor, and end all other sessions of the account with it."""
    response = change(form)
    end_other_sessions(request, cast(User, request.user))
    return response


class FactorOnView(ActivateTOTPView):
    """Turns the second factor on."""

    def form_valid(self, form: Form) -> HttpResponse:
        """Let the code that was typed open the administration too."""
        response = ending_other_sessions(self.request, super().form_valid, form)
        note_code(self.request, cast(User, self.request.user))
        return response


class FactorOffView(DeactivateTOTPView):
    """Turns the second factor off."""

    def form_valid(self, form: Form) -> HttpResponse:
        return ending_other_sessions(self.request, super().form_valid, form)


class NewCodesView(GenerateRecoveryCodesView):
    """Replaces the recovery codes."""

    def form_valid(self, form: Form) -> HttpResponse:
        return ending_other_sessions(self.request, super().form_valid, form)


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
