"""What administrators do to accounts: a way to a password, and a lost second factor.

Nobody sets another's password: whoever could would decide in their name.
"""

import logging
from datetime import datetime
from smtplib import SMTPException

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from programmes.services.trail import write_entry
from stakeholders.accounts.models import User
from stakeholders.accounts.services.factor import end_sessions
from stakeholders.accounts.services.password import mail_password_link
from stakeholders.accounts.services.role import is_needed

log = logging.getLogger(__name__)


@transaction.atomic
def write_account(user: User) -> User:
    """Save an account as an administrator has filled it in; a new one has no password yet.

    Raises:
        ValidationError: see ``check_account``.

    """
    check_account(user, is_active=user.is_active, is_superuser=user.is_superuser)
    user.email = user.email.lower()
    if user.pk is None:
        user.set_unusable_password()
    user.save()
    # An address that the account had before opens it no more.
    EmailAddress.objects.filter(user=user).exclude(email__iexact=user.email).delete()
    return user


def check_account(user: User, *, is_active: bool, is_superuser: bool) -> None:
    """Raise ValidationError by field if nobody would manage a programme or administer."""
    if user.pk is None:
        return
    if not is_active and any(is_needed(role) for role in user.roles.all()):
        text = _("The programme needs a programme manager. Assign the role to someone else first.")
        raise ValidationError({"is_active": text})
    if not (is_active and is_superuser) and _is_last_administrator(user):
        text = _("The portal needs an administrator. Make someone else an administrator first.")
        raise ValidationError({"is_superuser": text})


def _is_last_administrator(user: User) -> bool:
    administrators = User.objects.filter(is_superuser=True, is_active=True)
    return user.pk in administrators.values_list("pk", flat=True) and administrators.count() == 1


def send_password_link(user: User) -> bool:
    """Mail a link to set a password, for three days; return whether the mail server took it."""
    try:
        mail_password_link(user)
    except (OSError, SMTPException):
        log.exception("No link to set a password could be sent for account %s", user.pk)
        return False
    return True


@transaction.atomic
def drop_second_factor(user: User, by: User, now: datetime) -> bool:
    """Let somebody who lost their second factor set up another; return whether there was one.

    They are told by email, and all their sessions end.
    """
    dropped, _by_model = Authenticator.objects.filter(user=user).delete()
    if dropped:
        end_sessions(user)
        changes = {"second_factor": ["set up", "dropped"]}
        said = {"act": "second_factor_dropped"}
        write_entry(user, LogEntry.Action.UPDATE, by, now, changes, said)
        get_adapter().send_notification_mail("mfa/email/totp_deactivated", user)
    return bool(dropped)
