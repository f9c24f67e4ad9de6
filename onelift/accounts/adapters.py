"""Where django-allauth leads, what it says when something is wrong, and the mails it sends."""

import logging
from smtplib import SMTPException
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from communications.rendering.account import account_mail, marks_for, texts_of
from onelift.accounts.forms import PASSWORD_ERRORS
from programmes.rendering import formats
from stakeholders.access import home_of
from stakeholders.models import User
from stakeholders.rendering import in_own_language_of

log = logging.getLogger(__name__)

TOO_MANY = _("Too many attempts. Wait five minutes, then try again.")


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by a programme manager, never by a visitor."""

    error_messages: ClassVar[dict[str, str | Promise]] = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "Mail address and password do not belong together. Type both again, or set a new "
            "password."
        ),
        "enter_current_password": _("This is not your current password. Type it again."),
        "incorrect_password": _("This is not your password. Type it again."),
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse sign-up."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Send each role to its own first page."""
        return home_of(request.user) if request.user.is_authenticated else settings.LOGIN_URL  # type: ignore[arg-type]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Go back to where the password's page was linked from."""
        return reverse("stakeholders:profile-edit")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return an address of the portal, whatever host a visitor wrote into the request."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "0", "key": "0"})
        return settings.PUBLIC_URL + path.replace("0-0", key)

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
        self._delete_login_attempts_cached_email(self.request, email=user.email)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Send the link to a new password in the reader's language."""
        known = {"name": str(user), "password_link": context["password_reset_url"]}
        with in_own_language_of(user):
            super().send_password_reset_mail(user, email, known)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell somebody in their language what changed; the change stands without a mail too."""
        reset = settings.PUBLIC_URL + reverse("account_reset_password")
        with in_own_language_of(user):
            known = {"name": str(user), "reset_link": reset, "when": formats.moment(timezone.now())}
            try:
                super().send_notification_mail(template_prefix, user, known, user.email)
            except (OSError, SMTPException):
                log.exception("User %s could not be told by %s", user.pk, template_prefix)

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> Any:
        """Return the mail whose template is Markdown, as HTML with its plain text twin."""
        texts = texts_of(context)
        mail = super().render_mail(template_prefix, email, context | marks_for(texts), headers)
        filled = account_mail(get_language() or "en", mail.subject, mail.body, texts)
        mail.subject, mail.body = filled.subject, filled.text
        mail.attach_alternative(filled.html, "text/html")
        return mail


class SecondFactorAdapter(DefaultMFAAdapter):
    """The second factor: a code of an app, or one of the recovery codes."""

    error_messages: ClassVar[dict[str, str | Promise]] = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is wrong, or used up. Type the one that the app shows now."),
        "cannot_generate_recovery_codes": _(
            "Switch the second factor on first. Recovery codes come with it."
        ),
    }
