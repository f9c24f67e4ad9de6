"""Making, finding and revoking the tokens of other systems. Each act leaves a trace.

A refusal is a ValidationError whose sentence says what to do.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from programmes.models import ApiToken, Programme
from programmes.models.trail import PROGRAMME
from programmes.services.trail import write_entry

# Scanners of code and logs know a token by it.
PREFIX = "onelift_"
RANDOM_BYTES = 32
HINT = 4
LONGEST_DAYS = 366
# A use is noted once a minute, not with each request.
NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def make_token(
    programme: Programme,
    name: str,
    rights: Sequence[str],
    expires_at: datetime,
    user: Any,
    now: datetime,
) -> tuple[ApiToken, str]:
    """Return a new token's row, and the token, which is never to be had again.

    Raises:
        ValidationError: it would open nothing, or ends in the past or too late.

    """
    check_token(rights, expires_at, now)
    secret = PREFIX + secrets.token_urlsafe(RANDOM_BYTES)
    token = ApiToken(
        programme=programme,
        name=name,
        token_hash=hash_of(secret),
        hint=secret.removeprefix(PREFIX)[:HINT],
        rights=sorted(rights),
        made_by=user,
        made_at=now,
        expires_at=expires_at,
    )
    token.full_clean()
    token.save()
    told = {
        "name": ["", name],
        "rights": ["", ", ".join(token.rights)],
        "expires_at": ["", str(expires_at)],
    }
    write_entry(token, LogEntry.Action.CREATE, user, now, told, {PROGRAMME: programme.pk})
    return token, secret


def check_token(rights: Sequence[str], expires_at: datetime, now: datetime) -> None:
    """Raise ValidationError, by field, for a token that opens nothing, or too long."""
    if not rights or set(rights) - set(ApiToken.Right.values):
        raise ValidationError({"rights": _("Choose at least one right.")})
    if expires_at <= now:
        raise ValidationError({"expires_at": _("Enter a date in the future.")})
    if expires_at > now + timedelta(days=LONGEST_DAYS):
        raise ValidationError({"expires_at": _("Enter a date within a year from now.")})


@transaction.atomic
def revoke_token(token: ApiToken, user: Any, now: datetime) -> ApiToken:
    """Let a token open nothing from its next use on; one that is revoked stays so."""
    token = ApiToken.objects.select_for_update().get(pk=token.pk)
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        told = {"revoked_at": ["", str(now)]}
        of = {PROGRAMME: token.programme_id}
        write_entry(token, LogEntry.Action.UPDATE, user, now, told, of)
    return token


def find_token(secret: str, now: datetime) -> ApiToken | None:
    """Return the token that this is, if it is open.

    The index is asked for a hash: how long that takes tells nothing of a token.
    """
    sought = hash_of(secret)
    found = ApiToken.objects.filter(token_hash=sought).select_related("programme", "made_by")
    token = found.first()
    if token is None or not hmac.compare_digest(token.token_hash, sought):
        return None
    return token if token.is_open_at(now) else None


def note_use(token: ApiToken, now: datetime) -> None:
    """Keep when a token was used last."""
    if token.used_at is None or now - token.used_at >= NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(used_at=now)


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
