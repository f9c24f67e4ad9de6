"""From a link to what is asked, and to where its answer counts.

No statement here names a mark or an answer, and none elsewhere names the hash of a link.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet, Value

from communications.dispatches.services.link import hash_of
from feedback.models import Invitation
from feedback.queries.mark import mark_of
from programmes.database.compiled import Compiled

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


class Opened(NamedTuple):
    """Where the answer of a link counts, and the mark that it leaves."""

    segment: int
    survey: int
    mark: UUID


@dataclass(frozen=True)
class Invited:
    """What a link opens, unless it has been used.

    Attributes:
        mark: that it leaves when it is used.
        language: of the mail with the link.
        asked: what is asked, the same for all who got the same mail.

    """

    mark: UUID
    language: str
    asked: tuple[AskedRow, ...]


def find_invitation(token: str, now: datetime) -> Invited | None:
    """Return what a link asks that has not expired, used or not, in one query."""
    rows = _OPENED.rows(token_hash=hash_of(token), now=now)
    mark = mark_of(token, rows[0][0]) if rows else None
    if mark is None:
        return None
    asked = tuple(AskedRow._make(row[2:]) for row in rows)
    return Invited(mark, rows[0][1], asked)


def open_link(token: str, now: datetime) -> Opened | None:
    """Return where the answer of a link counts that has not expired, in one query."""
    for segment, survey, generation in _COUNTED.rows(token_hash=hash_of(token), now=now):
        mark = mark_of(token, generation)
        return Opened(segment, survey, mark) if mark else None
    return None


def _opened_by(token_hash: Value, now: Value) -> "QuerySet[Invitation]":
    return Invitation.objects.filter(
        link__token_hash=token_hash, link__purpose=PURPOSE, link__expires_at__gt=now
    )


def _opened(token_hash: Value, now: Value) -> "QuerySet[Invitation, Any]":
    survey = "segment__survey"
    in_order = (f"{survey}__questions__order", f"{survey}__questions__options__order")
    opened = _opened_by(token_hash, now).order_by(*in_order)
    return opened.values_list(
        "link__generation",
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


def _counted(token_hash: Value, now: Value) -> "QuerySet[Invitation, Any]":
    columns = ("segment_id", "segment__survey_id", "link__generation")
    return _opened_by(token_hash, now).values_list(*columns)


_OPENED = Compiled(_opened, "token_hash", "now")
_COUNTED = Compiled(_counted, "token_hash", "now")
