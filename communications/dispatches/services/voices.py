"""In whose words people of a batch are told a message: an adaptation's, or the core's."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import Case, DateTimeField, QuerySet, Value, When

from communications.dispatches.models import Delivery
from communications.mailroom.services import ledger
from communications.mailroom.services.ledger import Claim
from communications.messages.models import AdaptationVersion, Approval
from communications.messages.queries.adaptation import in_force, voice_of_each, voices_of
from communications.messages.rendering import adapted_language, reading_language
from stakeholders.models import Person

# How late a row that rested may be looked at again.
CLOCK = timedelta(minutes=1)


class Reading(NamedTuple):
    """In whose words somebody reads a message, None for the core's, and in which language."""

    adapted: AdaptationVersion | None
    language: str | None


def reading_of(wanted: str, voice: AdaptationVersion | None, approval: Approval) -> Reading:
    """Return what a reader of a language gets, whom an adaptation means or none does."""
    core = approval.frozen.languages
    if voice is None:
        return Reading(None, reading_language(wanted, core))
    is_adapted, language = adapted_language(wanted, voice.frozen.languages, core)
    return Reading(voice if is_adapted else None, language)


@dataclass(frozen=True)
class Voices:
    """The adaptations of the people of a batch, and until when (UTC) some rest, by their ids.

    Those rest who get an adaptation that was approved minutes ago, or had the one that it replaced:
    what they are told is settled once the decision can be undone no more.
    """

    of: Mapping[int, AdaptationVersion] = field(default_factory=dict)
    rests: Mapping[int, datetime] = field(default_factory=dict)


def voices_in(approval: Approval, deliveries: Sequence[Delivery], now: datetime) -> Voices:
    """Return the adaptations of the people of some rows.

    Two queries, one if none is in force; one more in the minutes after one was approved.
    """
    versions = in_force(approval)
    if not versions:
        return Voices()
    people = Person.objects.filter(pk__in=[delivery.person_id for delivery in deliveries])
    told = people.order_by().annotate(
        voice=voice_of_each(voices_of(versions.values())),
        rests_until=rest_of_each(versions.values(), now),
    )
    rows = list(told.values_list("pk", "voice", "rests_until"))
    return Voices(
        of={person: versions[voice] for person, voice, _until in rows if voice is not None},
        rests={person: until for person, _voice, until in rows if until is not None},
    )


def rest_of_each(versions: Collection[AdaptationVersion], now: datetime) -> Case:
    """Return an expression over people: until when they rest, NULL for those who do not.

    One query if a version was approved minutes ago, for those that it may have replaced.
    """
    ends = {one.adaptation_id: quiet_until(one) for one in versions}
    fresh = {pk: end for pk, end in ends.items() if end > now}
    # Also people of versions before: an undo may put one of them back.
    given = list(once_given_of(fresh)) if fresh else []
    given.sort(key=lambda one: fresh[one.adaptation_id], reverse=True)
    cases = [
        When(one.frozen.criteria.condition(), then=Value(fresh[one.adaptation_id])) for one in given
    ]
    return Case(*cases, default=Value(None), output_field=DateTimeField())


def once_given_of(adaptations: Iterable[int]) -> QuerySet[AdaptationVersion]:
    """Return the versions of some adaptations that are approved, or were until another one was."""
    given = AdaptationVersion.objects.once_given().filter(adaptation__in=list(adaptations))
    return given.exclude(state=AdaptationVersion.State.WITHDRAWN)


def quiet_until(version: AdaptationVersion) -> datetime:
    """Return the instant (UTC) from which the approval of a version can be undone no more."""
    decided_at = version.decided_at or version.asked_at
    return decided_at + timedelta(minutes=settings.SEND_QUIET_MINUTES)


def let_rest(claim: Claim, deliveries: Sequence[Delivery], voices: Voices) -> list[Delivery]:
    """Give back the rows of those who rest; return the others. One statement if somebody does.

    What would be too late after the rest goes now: a late decision stops nobody's email.
    """
    found = ((row, voices.rests.get(row.person_id)) for row in deliveries)
    ends = {row.pk: end for row, end in found if end and end + CLOCK <= row.latest_at}
    for until in set(ends.values()):
        ledger.wait_all(claim, [pk for pk, end in ends.items() if end == until], until)
    return [row for row in deliveries if row.pk not in ends]


def still_adapted(rows: Sequence[Delivery]) -> list[Delivery]:
    """Leave out rows whose adaptation was withdrawn or replaced; a query if one has any."""
    named = {row.adapted_id for row in rows} - {None}
    standing = AdaptationVersion.objects.standing().filter(pk__in=named) if named else ()
    known = {None, *(one.pk for one in standing)}
    return [row for row in rows if row.adapted_id in known]
