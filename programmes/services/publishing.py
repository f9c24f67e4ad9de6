"""Approving texts as they stand, and taking an approval back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model

from programmes.models import TextState, fingerprint
from programmes.queries.texts import APPROVED, REVIEW, TEXT
from programmes.services.texts import (
    TextChangedError,
    TextMissingError,
    confirm_unchanged,
    mark,
)


def approve_text(
    obj: Model,
    language: str,
    text: Mapping[str, str],
    user: AbstractBaseUser | None,
    now: datetime,
    *,
    fields: Sequence[str] | None = None,
) -> bool:
    """Call a text approved if it still is the ``text`` that was decided on; tell whether it is."""
    state, seen = TextState.State.APPROVED, fingerprint(text)
    try:
        mark(obj, language, state, user, now, fields=fields, text_seen=seen)
    except (TextChangedError, TextMissingError):
        return False
    return True


@transaction.atomic
def publish(
    obj: Model,
    language: str,
    user: AbstractBaseUser | None,
    now: datetime,
    *,
    text_seen: str | None = None,
) -> TextState:
    """Approve a text as it stands, for all readers; of a stale one it says that it is right.

    Raises:
        TextMissingError: nothing is written in this language.
        TextChangedError: the text is no longer the one of ``text_seen``.

    """
    confirm_unchanged(obj, language, user, now)
    return mark(obj, language, TextState.State.APPROVED, user, now, text_seen=text_seen)


@transaction.atomic
def take_approval_back(
    obj: Model, texts: Mapping[str, Mapping[str, str]], before: Mapping[str, Any], now: datetime
) -> None:
    """Put approved texts back in review, as if nobody had decided on them.

    Args:
        obj: the object.
        texts: what was approved, by language. A text that was changed since keeps its state.
        before: what was approved earlier, by language: that stays approved.
        now: the moment.

    """
    undone = {code: fingerprint(text) for code, text in texts.items() if text != before.get(code)}
    kind = ContentType.objects.get_for_model(obj)
    rows = TextState.objects.filter(content_type=kind, object_id=obj.pk, group=TEXT)
    for row in rows.select_for_update().filter(state=APPROVED, language__in=undone):
        if row.text_fingerprint == undone[row.language]:
            row.state, row.changed_by, row.changed_at = REVIEW, None, now
            row.save(update_fields=["state", "changed_by", "changed_at"])
