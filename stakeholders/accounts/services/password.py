"""Links to a new password: asked for on a page, answered by a worker.

The page writes down what was typed and looks nobody up, so that neither its words nor the time it
takes tell who has an account. A mail goes to accounts, and to addresses at the domains of known
people; a stranger's address gets none.
"""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused

from allauth.account.adapter import get_adapter
from django.utils import translation

from programmes.database.wake import wake
from stakeholders.accounts.models import PasswordRequest, User
from stakeholders.accounts.rendering import in_own_language_of
from stakeholders.accounts.services.invitation import password_url
from stakeholders.people.models import Person

log = logging.getLogger(__name__)

BATCH = 100
# Longer than a mail server may take; who has heard nothing for an hour has asked again.
NEXT_TRY, GIVEN_UP = timedelta(minutes=3), timedelta(hours=1)


def ask_for_link(email: str, language: str, now: datetime, *, tells_strangers: bool = True) -> None:
    """Write down that somebody typed an address, and wake a worker."""
    PasswordRequest.objects.create(
        email=email,
        language=language,
        tells_strangers=tells_strangers,
        asked_at=now,
        next_try_at=now,
    )
    wake("stakeholders.passwords")


def send_links(now: datetime) -> None:
    """Answer what waits. Safe to run at any time: an answer that leaves twice does no harm."""
    PasswordRequest.objects.filter(asked_at__lte=now - GIVEN_UP).delete()
    waiting = PasswordRequest.objects.filter(next_try_at__lte=now)
    for request in waiting.order_by("pk")[:BATCH]:
        if waiting.filter(pk=request.pk).update(next_try_at=now + NEXT_TRY) and _answered(request):
            request.delete()


def _answered(request: PasswordRequest) -> bool:
    try:
        answer(request)
    except (SMTPRecipientsRefused, SMTPDataError):
        log.exception("The mail server refused an address that was typed for a new password")
    except (OSError, SMTPException):
        log.exception("No link to a new password could be sent; it will be retried")
        return False
    return True


def answer(request: PasswordRequest) -> None:
    """Send a link to an account, say that there is none to others who may be ours, else nothing.

    Raises:
        OSError, SMTPException: the mail could not be sent.
    """
    email = request.email
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is not None:
        mail_password_link(user)
    elif request.tells_strangers and is_of_known_people(email):
        with translation.override(request.language):
            get_adapter().send_mail("account/email/unknown_account", email, {})


def mail_password_link(user: User) -> None:
    """Mail a link to a new password in the language of the account; raises what ``answer`` does."""
    known = {"name": str(user), "password_link": password_url(user)}
    with in_own_language_of(user):
        get_adapter().send_mail("account/email/password_reset_key", user.email, known)


def is_of_known_people(email: str) -> bool:
    """Tell whether somebody who works here, or has an account, has an address at its domain."""
    at_domain = {"email__iendswith": f"@{email.rpartition('@')[2]}"}
    return (
        User.objects.filter(is_active=True, **at_domain).exists()
        or Person.objects.filter(left_on=None, **at_domain).exists()
    )
