"""From a link to whose turn it is, and what is asked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet, Value

from feedback.models import Invitation
from programmes.queries.compiled import Compiled

PURPOSE = "survey"


class AskedRow(NamedTuple):
    """A question, or one answer of a choice, with what all of them share.

    ``fingerprint`` is that of the content which was approved with the mail; None without one.
    ``languages`` of the programme are JSON.
    """

    kind: str
    is_required: bool
    option: int | None
    smallest_group: int
    name: str
    slug: str
    languages: str
    survey_id: int
    fingerprint: str | None


@dataclass(frozen=True)
class Invited:
    """What a link opens.

    Attributes:
        pk: of the invitation.
        is_answered: whether the answer has been given.
        language: of the mail with the link.
        asked: what is asked, the same for all who got the same mail.

    """

    pk: int
    is_answered: bool
    language: str
    asked: tuple[AskedRow, ...]


def find_invitation(token_hash: str, now: datetime) -> Invited | None:
    """Return what a link opens that has not expired, answered or not, in one query."""
    rows = _OPENED.rows(token_hash=token_hash, now=now)
    if not rows:
        return None
    pk, is_answered, language = rows[0][:3]
    asked = tuple(AskedRow._make(row[3:]) for row in rows)
    return Invited(pk, bool(is_answered), language, asked)


def opened_by(token_hash: str | Value, now: datetime | Value) -> "QuerySet[Invitation]":
    """Return the invitation of a link that has not expired, or none."""
    return Invitation.objects.filter(
        link__token_hash=token_hash, link__purpose=PURPOSE, link__expires_at__gt=now
    )


def _opened(token_hash: Value, now: Value) -> "QuerySet[Invitation, Any]":
    survey = "segment__survey"
    in_order = (f"{survey}__questions__order", f"{survey}__questions__options__order")
    opened = opened_by(token_hash, now).order_by(*in_order)
    return opened.values_list(
        "pk",
        "is_answered",
        "link__delivery__language",
        f"{survey}__questions__kind",
        f"{survey}__questions__is_required",
        f"{survey}__questions__options__pk",
        f"{survey}__smallest_group",
        f"{survey}__programme__name",
        f"{survey}__programme__slug",
        f"{survey}__programme__languages",
        "segment__survey_id",
        "link__delivery__approval__fingerprint",
    )


_OPENED = Compiled(_opened, "token_hash", "now")
