"""Handing on a kit by a link, and taking the link back."""

import base64
import secrets
from datetime import datetime, timedelta

from auditlog.models import LogEntry
from django.db import transaction

from communications.models import KitLink
from communications.queries.kit_link import NONCE
from programmes.models import Region, Site, Wave
from stakeholders.models import User


@transaction.atomic
def hand_on(
    wave: Wave, region: Region, site: Site | None, days: int, user: User, now: datetime
) -> KitLink:
    """Return a new link to a kit, or to that of one site, which opens it for so many days."""
    link = KitLink.objects.create(
        wave=wave,
        region=region,
        site=site,
        nonce=base64.b32encode(secrets.token_bytes(NONCE * 5 // 8)).decode().lower(),
        made_by=user,
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    _note(link, LogEntry.Action.CREATE, {"expires_at": ["", str(link.expires_at)]}, user, now)
    return link


@transaction.atomic
def withdraw(link: KitLink, user: User, now: datetime) -> bool:
    """Let a link open nothing from now on; tell whether it opened something."""
    is_done = bool(KitLink.objects.filter(pk=link.pk).valid(now).update(withdrawn_at=now))
    if is_done:
        _note(link, LogEntry.Action.UPDATE, {"withdrawn_at": ["", str(now)]}, user, now)
    return is_done


def _note(link: KitLink, action: int, changes: object, user: User, now: datetime) -> None:
    LogEntry.objects.log_create(
        link,
        force_log=True,
        action=action,
        changes=changes,
        actor=user,
        actor_email=user.email,
        timestamp=now,
    )
