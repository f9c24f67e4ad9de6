"""The forms of django-allauth, in the words of the portal.

A new password is typed once, since it can be looked at; a code may hold blanks.
"""

from collections.abc import Mapping
from typing import Any

from allauth.account import forms as account
from allauth.core import context
from allauth.mfa.base import forms as factor
from allauth.mfa.totp import forms as totp
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from onelift.limits.guesses import CODE, PASSWORD, Guess, may_mail_link, may_tell_strangers
from programmes.database.clock import database_now
from stakeholders.accounts.services.password import ask_for_link

PASSWORD_RULES = _("At least 12 characters. Avoid common passwords and your name or email address.")

# By the code of what Django's validators say.
PASSWORD_ERRORS: Mapping[str, Promise] = {
    "password_too_short": _("This password is too short. Enter at least 12 characters."),
    "password_too_common": _("This password is too common. Choose another."),
    "password_too_similar": _(
        "This password is too similar to your name or email address. Choose another."
    ),
}


class Worded(forms.Form):
    """Gives the fields of a form our labels and hints, and shows nothing inside empty fields."""

    labels: Mapping[str, Promise] = {}
    hints: Mapping[str, Promise] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)
        for name, label in self.labels.items():
            field = self.fields[name]
            field.label, field.help_text = label, self.hints.get(name, "")  # type: ignore[assignment]
            field.widget.attrs.pop("placeholder", None)


class CodeField(forms.CharField):
    """A code of an app or from the list of recovery codes, as people type it from a screen."""

    def __init__(self, **kwargs: Any) -> None:
        typed = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        super().__init__(widget=forms.TextInput(attrs=typed), **kwargs)

    def to_python(self, value: Any) -> str:
        """Return the code without the blanks that make it readable."""
        return "".join((super().to_python(value) or "").split())


class SignInForm(Worded, account.LoginForm):
    """Work email and password."""

    labels = {
        "login": _("Work email"),
        "password": _("Password"),
        "remember": _("Keep me signed in for 14 days"),
    }


class LinkForm(Worded, account.ResetPasswordForm):
    """Where the link to a new password goes."""

    labels = {"email": _("Work email")}

    def clean_email(self) -> str:
        """Return the address as it was typed; the page asks nobody whose it is."""
        return str(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Leave the rest to a worker, or drop what the address has had enough of."""
        email, now = str(self.cleaned_data["email"]), database_now()
        if may_mail_link(email, now):
            tells = may_tell_strangers(request, now)
            language = get_language() or settings.LANGUAGE_CODE
            ask_for_link(email, language, now, tells_strangers=tells)
        return email


class NewPasswordForm(Worded, account.ResetPasswordKeyForm):
    """The password that a link from a mail sets."""

    labels = {"password1": _("New password")}
    hints = {"password1": PASSWORD_RULES}


class ChangePasswordForm(Worded, account.ChangePasswordForm):
    """The password that there is, and the one that takes its place."""

    labels = {"oldpassword": _("Current password"), "password1": _("New password")}
    hints = {"password1": PASSWORD_RULES}

    def clean_oldpassword(self) -> str:
        """Return the password that there is; each guess at it counts."""
        guess = Guess(context.request, PASSWORD, self.user.email)
        guess.begin()
        password = str(super().clean_oldpassword())
        guess.succeed()
        return password


class FirstPasswordForm(Worded, account.SetPasswordForm):
    """The first password of somebody who signed in without one."""

    labels = {"password1": _("New password")}
    hints = {"password1": PASSWORD_RULES}


class PasswordAgainForm(Worded, account.ReauthenticateForm):
    """The password of somebody who has signed in, before something that matters."""

    labels = {"password": _("Password")}


class Guessed(factor.BaseAuthenticateForm):
    """Counts each guess at a code."""

    def clean_code(self) -> str:
        guess = Guess(context.request, CODE, self.user.email)
        guess.begin()
        code = str(super().clean_code())
        guess.succeed()
        return code


class CodeForm(Guessed, factor.AuthenticateForm):
    """The second step of signing in."""

    code = CodeField(label=_("Code"))


class CodeAgainForm(Guessed, factor.ReauthenticateForm):
    """A code of somebody who has signed in, before something that matters."""

    code = CodeField(label=_("Code"))


class FirstCodeForm(totp.ActivateTOTPForm):
    """The code that proves that the app knows the key."""

    code = CodeField(label=_("Six-digit code from the app"))
