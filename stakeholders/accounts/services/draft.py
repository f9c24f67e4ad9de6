"""Keeping what somebody types until they save it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from stakeholders.accounts.models import Draft, User

# Forms that somebody has begun and not saved; beyond that the oldest goes.
MOST_DRAFTS = 100


@transaction.atomic
def keep_draft(user: User, form: str, fields: Mapping[str, list[str]], now: datetime) -> Draft:
    """Keep the fields of a form in place of what was kept of it."""
    values = {"fields": dict(fields), "typed_at": now}
    draft, is_new = Draft.objects.update_or_create(user=user, form=form, defaults=values)
    if is_new:
        newest = Draft.objects.filter(user=user).order_by("-typed_at", "-pk")
        surplus = newest.values_list("pk", flat=True)[MOST_DRAFTS:]
        Draft.objects.filter(pk__in=list(surplus)).delete()
    return draft


def discard_draft(user: User, form: str) -> None:
    """Forget what was typed into a form: it was saved, or its author does not want it."""
    Draft.objects.of_form(user.pk, form).delete()
