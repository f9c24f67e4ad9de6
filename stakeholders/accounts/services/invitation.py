"""Telling somebody by mail that they have a role, with a way to a password if they have none."""

import logging
from smtplib import SMTPException

from allauth.account.adapter import get_adapter
from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from stakeholders.accounts.models import Role, User
from stakeholders.accounts.rendering import in_language_of

log = logging.getLogger(__name__)


def invite(role: Role) -> bool:
    """Send the mail; return whether the mail server took it. The role stands either way."""
    try:
        with in_language_of(role.user):
            prefix = "stakeholders/email/invitation"
            get_adapter().send_mail(prefix, role.user.email, texts_of(role))
    except (OSError, SMTPException):
        log.exception("No invitation could be sent for role %s", role.pk)
        return False
    return True


def texts_of(role: Role) -> dict[str, str]:
    """Return what the mail says of a role, in the active language."""
    return {
        "name": str(role.user),
        "giver": str(role.given_by or ""),
        "kind": role.get_kind_display(),
        "place": str(role.region or role.stream or ""),
        "programme": str(role.programme or "OneLift"),
        "password_link": "" if role.user.has_usable_password() else password_url(role.user),
        "home_link": f"{settings.PUBLIC_URL}{reverse('stakeholders:home-show')}",
    }


def password_url(user: User) -> str:
    """Return where somebody sets their password, once and within three days."""
    key = PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    names = {"uidb36": user_pk_to_url_str(user), "key": key}
    return f"{settings.PUBLIC_URL}{reverse('account_reset_password_from_key', kwargs=names)}"
