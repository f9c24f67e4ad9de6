"""Where django-allauth leads, what it says when something is wrong, and the mails it sends."""

import logging
import time
from email.utils import make_msgid
from functools import partial
from smtplib import SMTPException
from typing import Any, ClassVar

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from communications.mailroom.services.identity import HOST
from communications.messages.rendering.account import account_mail, marks_for, texts_of
from onelift.accounts.forms import PASSWORD_ERRORS
from onelift.limits.address import address_of
from onelift.limits.device import remember_device
from onelift.limits.guesses import PASSWORD, Guess, forget_guesses
from programmes.design import formats
from stakeholders.accounts.access import home_of
from stakeholders.accounts.rendering import in_own_language_of
from stakeholders.models import User

log = logging.getLogger(__name__)

# RFC 3834: no program answers a mail that says this.
NO_ANSWER = {"Auto-Submitted": "auto-generated"}


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by a programme manager, never by a visitor."""

    error_messages: ClassVar[dict[str, str | Promise]] = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "Email or password is incorrect. Try again, or set a new password."
        ),
        "enter_current_password": _("This is not your current password. Enter it again."),
        "incorrect_password": _("This is not your password. Enter it again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse sign-up."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Send each role to its own first page."""
        return home_of(request.user) if request.user.is_authenticated else settings.LOGIN_URL

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Go back to where the password's page was linked from."""
        return reverse("stakeholders:profile-edit")

    def is_reauthentication_required(self, **known: Any) -> bool:
        """Spare whoever has signed in within the last minutes the question whether it is them."""
        required: bool = super().is_reauthentication_required(**known)
        return required and not has_just_signed_in(self.request)

    def clean_password(self, password: str, user: User | None = None) -> str:
        """Return a password that keeps the rules.

        Raises:
            ValidationError: what to do about each rule that it breaks.
        """
        try:
            return str(super().clean_password(password, user))
        except ValidationError as refused:
            said = [PASSWORD_ERRORS.get(str(one.code), one) for one in refused.error_list]
            raise ValidationError(said) from refused

    def set_password(self, user: User, password: str) -> None:
        """Set a password, and forgive the failed attempts that led to it."""
        super().set_password(user, password)
        forget_guesses(self.request, user.email)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that attempts are counted by."""
        return address_of(request)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Return the user to whom email and password belong, or None.

        Raises:
            SlowDownError: there were too many guesses; the password was not looked at.
        """
        guess = Guess(request, PASSWORD, credentials.get("email") or "")
        guess.begin()
        user = super().authenticate(request, **credentials)
        if user is not None:
            guess.succeed()
        return user

    def post_login(self, request: HttpRequest, user: User, **known: Any) -> HttpResponse:
        """Let the device be known, once all steps of signing in are done."""
        response: HttpResponse = super().post_login(request, user, **known)
        remember_device(request, response, user.email)
        return response

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail, from a page or from a worker."""
        self.render_mail(template_prefix, email, {"email": email, **context}).send()

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell somebody in their language what changed, once it has changed."""
        transaction.on_commit(partial(self._notify, template_prefix, user))

    def _notify(self, template_prefix: str, user: User) -> None:
        """Send it; the change stands without a mail too."""
        reset = settings.PUBLIC_URL + reverse("account_reset_password")
        with in_own_language_of(user):
            known = {"name": str(user), "reset_link": reset, "when": formats.moment(timezone.now())}
            try:
                super().send_notification_mail(template_prefix, user, known, user.email)
            except (OSError, SMTPException):
                log.exception("User %s could not be notified by %s", user.pk, template_prefix)

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> Any:
        """Return the mail whose template is Markdown, as HTML and as plain text."""
        texts = texts_of(context)
        own = {**NO_ANSWER, "Message-ID": make_msgid(domain=HOST), **(headers or {})}
        mail = super().render_mail(template_prefix, email, context | marks_for(texts), own)
        filled = account_mail(get_language() or "en", mail.subject, mail.body, texts)
        mail.subject, mail.body = filled.subject, filled.text
        mail.attach_alternative(filled.html, "text/html")
        return mail


def has_just_signed_in(request: HttpRequest) -> bool:
    """Tell whether this session's password or code is as new as one that is asked for again."""
    since = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
    records = get_authentication_records(request, request.user)
    return any(
        record["method"] in app_settings.REAUTHENTICATION_METHODS and record["at"] > since
        for record in records
    )


class SecondFactorAdapter(DefaultMFAAdapter):
    """The second factor: a code of an app, or one of the recovery codes."""

    error_messages: ClassVar[dict[str, str | Promise]] = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _(
            "This code is incorrect or already used. Enter the code that the app shows now."
        ),
        "cannot_generate_recovery_codes": _(
            "Turn on the second factor first. It comes with recovery codes."
        ),
    }
