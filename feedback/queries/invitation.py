"""From a link to whose turn it is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Value

from communications.services.link import hash_of
from feedback.models import Invitation
from feedback.queries.compiled import Compiled

PURPOSE = "survey"


@dataclass(frozen=True)
class Invited:
    """What a link opens.

    Attributes:
        pk: of the invitation.
        is_answered: whether the answer has been given.
        survey_id: what is asked.
        language: of the mail with the link.
        fingerprint: of the content that was approved with that mail; empty without one.

    """

    pk: int
    is_answered: bool
    survey_id: int
    language: str
    fingerprint: str


def find_invitation(token: str, now: datetime) -> Invited | None:
    """Return what a link opens that has not expired, answered or not, in one query."""
    for pk, is_answered, survey_id, language, fingerprint in _OPENED.rows(
        token_hash=hash_of(token), now=now
    ):
        return Invited(pk, bool(is_answered), survey_id, language, fingerprint or "")
    return None


def _opened(token_hash: Value, now: Value) -> "QuerySet[Invitation, Any]":
    return Invitation.objects.filter(
        link__token_hash=token_hash, link__purpose=PURPOSE, link__expires_at__gt=now
    ).values_list(
        "pk",
        "is_answered",
        "segment__survey_id",
        "link__delivery__language",
        "link__delivery__approval__fingerprint",
    )


_OPENED = Compiled(_opened, "token_hash", "now")
