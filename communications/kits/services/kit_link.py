"""Handing on a kit by a link, and taking the link back."""

import base64
import secrets
from datetime import datetime, timedelta

from auditlog.models import LogEntry
from django.db import transaction

from communications.kits.models import KitLink
from communications.kits.queries.kit_link import NONCE
from programmes.models import Region, Site, Wave
from programmes.services.trail import write_entry
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
    write_entry(link, LogEntry.Action.CREATE, user, now, {"expires_at": ["", str(link.expires_at)]})
    return link


@transaction.atomic
def withdraw(link: KitLink, user: User, now: datetime) -> bool:
    """Let a link open nothing from now on; tell whether it opened something."""
    is_done = bool(KitLink.objects.filter(pk=link.pk).valid(now).update(withdrawn_at=now))
    if is_done:
        write_entry(link, LogEntry.Action.UPDATE, user, now, {"withdrawn_at": ["", str(now)]})
    return is_done
