"""What follows once a second factor was set up, changed or removed: sessions end.

Whoever opened one of them may be who the factor is to keep out. Each session holds the number of
the generation that it began in, and ends once its account has another one.
"""

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.contrib.auth import update_session_auth_hash
from django.db.models import F
from django.http import HttpRequest

from stakeholders.accounts.models import User


def end_sessions(user: User) -> None:
    """End all sessions of an account, in the transaction that changes its second factor."""
    User.objects.filter(pk=user.pk).update(session_generation=F("session_generation") + 1)
    user.refresh_from_db(fields=["session_generation"])


def end_other_sessions(request: HttpRequest, user: User) -> None:
    """End all sessions of an account but the one at work."""
    end_sessions(user)
    update_session_auth_hash(request, user)


def note_code(request: HttpRequest, user: User) -> None:
    """Write down that the code which turned a second factor on was typed in this session."""
    record_authentication(request, user, "mfa", type=Authenticator.Type.TOTP)
