"""Whether a link has been used. Asked of its token, never of a row that knows the person."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from communications.dispatches.services.link import secret_of, token_of_link
from communications.mailroom.channels.keyed import keyed_hash
from communications.models import PersonalLink
from feedback.models import SpentMark, Survey


def mark_of(token: str, generation: str) -> UUID | None:
    """Return the mark of a token: HMAC-SHA-256 by the key of its link's generation, 128 bits.

    None if no setting holds that key: then nobody can tell whether the link has been used.
    """
    secret = secret_of(generation)
    return UUID(bytes=keyed_hash("spent marks", token, secret)[:16]) if secret else None


def stored(mark: UUID) -> UUID | str:
    """Return a mark as a statement of the database takes it."""
    return mark if connection.features.has_native_uuid_field else mark.hex


# Planned each time. A plan that is kept from the first minute, when nobody has answered, reads the
# whole table, and goes on doing so while thousands answer.
SPENT = "SELECT nonce_hash FROM feedback_spentmark WHERE mark = %s"


def nonce_hash_of(mark: UUID) -> str | None:
    """Return what is kept of the form that was taken, or None if none was; one query."""
    with connection.cursor() as cursor:
        cursor.execute(SPENT, [stored(mark)])
        found = cursor.fetchone()
    return found and str(found[0])


def is_spent(mark: UUID) -> bool:
    """Tell whether the link of a mark has been used; one query."""
    return nonce_hash_of(mark) is not None


def unspent(survey: Survey, links: Iterable[PersonalLink]) -> list[PersonalLink]:
    """Return the links of a survey that have not been used, in one query.

    Tokens and marks are computed and compared in memory, so that no statement names together what
    belongs to several people. A link whose key is gone is not among them: nobody knows.
    """
    spent = set(SpentMark.objects.filter(survey=survey).values_list("mark", flat=True))
    marks = ((link, _mark_of_link(link)) for link in links)
    return [link for link, mark in marks if mark and mark not in spent]


def _mark_of_link(link: PersonalLink) -> UUID | None:
    token = token_of_link(link)
    return mark_of(token, link.generation) if token else None
