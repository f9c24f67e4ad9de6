"""Saying whom readers ask."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from programmes.models import Programme, Site, SupportContact
from programmes.services.trail import recorded


@transaction.atomic
def save_support(
    programme: Programme,
    site: Site | None,
    values: Mapping[str, Any],
    *,
    now: datetime,
    by: Any = None,
) -> SupportContact:
    """Save the contact of a programme, or what is different at a site.

    A contact that names no way is none: it is deleted, and a site has its programme's again.

    Raises:
        ValidationError: a value cannot be used, or only one of the hours is given.

    """
    Programme.objects.select_for_update().get(pk=programme.pk)
    known = programme.support_contacts.filter(site=site).first()
    contact = known or SupportContact(programme=programme, site=site)
    for name, value in values.items():
        setattr(contact, name, value)
    with recorded(contact, by, now):
        _save_or_delete(contact)
    return contact


def _save_or_delete(contact: SupportContact) -> None:
    if not contact.is_empty:
        contact.full_clean()
        contact.save()
    elif contact.pk:
        contact.delete()
