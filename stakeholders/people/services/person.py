"""What somebody settles about one person: their name, their language, whether they get mails.

Each decision leaves a trace of who took it (``LogEntry``): rows change by one conditional UPDATE,
which the audit trail does not see by itself.
"""

from collections.abc import Iterable
from datetime import datetime

from auditlog.models import LogEntry
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Q

from programmes.models import Programme
from programmes.models.trail import SEEN, TAKEN, Kept
from programmes.services.trail import write_for_each
from stakeholders.people.models import Contact, Person
from stakeholders.people.models.names import folded_name

LANGUAGE, STOP, AGAIN = "language", "do_not_contact", "contact_again"
ADDRESS_WORKS = "address_works"


@transaction.atomic
def save_person(person: Person) -> None:
    """Save a person whose names or site may have changed."""
    person.folded_name = folded_name(person.last_name, person.first_name)
    person.save()
    Contact.objects.follow_people()


@transaction.atomic
def choose_language(
    person: Person, language: str, user: AbstractBaseUser, now: datetime, *, by_files: bool = False
) -> bool:
    """Let a person read another language; return whether that changes anything.

    Imports keep the choice, unless it is left to the files again (``by_files``).
    """
    chosen_at = None if by_files else now
    before = (person.language, person.language_chosen_at is None)
    if before == (language, by_files):
        return False
    # Nobody else has changed it since this person was read.
    same = Person.objects.filter(
        pk=person.pk, language=person.language, language_chosen_at=person.language_chosen_at
    )
    if not same.update(language=language, language_chosen_at=chosen_at):
        return False
    note(person, LANGUAGE, {"language": [person.language, language]}, user, now)
    person.language, person.language_chosen_at = language, chosen_at
    return True


@transaction.atomic
def stop_contact(person: Person, reason: str, user: AbstractBaseUser, now: datetime) -> bool:
    """Send a person nothing from now on; return False where that stands already.

    What is planned for them is skipped when its turn comes.
    """
    stopped = Person.objects.filter(pk=person.pk, is_do_not_contact=False).update(
        is_do_not_contact=True,
        do_not_contact_reason=reason,
        do_not_contact_at=now,
        do_not_contact_by=user,
    )
    if stopped:
        # The reason stays on the person: programmes read the trail, and it may be about health.
        note(person, STOP, {"is_do_not_contact": ["False", "True"]}, user, now)
    return bool(stopped)


@transaction.atomic
def contact_again(person: Person, user: AbstractBaseUser, now: datetime) -> bool:
    """Send to a person again; what was skipped stays so. Return False where they get mails."""
    again = Person.objects.filter(pk=person.pk, is_do_not_contact=True).update(
        is_do_not_contact=False
    )
    if again:
        note(person, AGAIN, {"is_do_not_contact": ["True", "False"]}, user, now)
    return bool(again)


def refuse_address(
    person: Person, address: str, reason: str, sent_at: datetime, now: datetime
) -> bool:
    """Send no more to an address at which a mail was refused for good; no trace of a person.

    Return False where the person has another one by now, where it is known already, or where
    somebody has said that it works since that mail left (``sent_at``, UTC).
    """
    stale = Q(address_confirmed_at__isnull=False, address_confirmed_at__gte=sent_at)
    people = Person.objects.filter(~stale, pk=person.pk, email=address)
    refused = people.exclude(refused_address=address).update(
        refused_address=address, address_refused_reason=reason[:212], address_refused_at=now
    )
    return bool(refused)


@transaction.atomic
def address_works(person: Person, user: AbstractBaseUser, now: datetime) -> bool:
    """Send to a person's address again, on somebody's word; what was skipped stays so.

    Return False where it is not known as bad. The next mail that is refused tells again.
    """
    address = person.refused_address
    works = (
        Person.objects.with_bad_address()
        .filter(pk=person.pk)
        .update(refused_address="", address_confirmed_at=now)
    )
    if works:
        note(person, ADDRESS_WORKS, {"refused_address": [address, ""]}, user, now)
    return bool(works)


def note(
    person: Person,
    act: str,
    changes: dict[str, list[str]],
    user: AbstractBaseUser | None,
    now: datetime,
    programmes: Iterable[int] | None = None,
) -> None:
    """Write down who did what to a person; without a user it was the person.

    It is told in each programme that the person belongs to, or only in these (their ids).
    """
    told = programmes_of(person) if programmes is None else programmes
    write_for_each(told, person, LogEntry.Action.UPDATE, user, now, changes, {"act": act})


def note_person_seen(
    person: Person, user: AbstractBaseUser, now: datetime, *, is_taken: bool = False
) -> None:
    """Write into the trail of each of a person's programmes that somebody has seen their record.

    ``is_taken`` says that it has left the house in a file.
    """
    said = {TAKEN if is_taken else SEEN: Kept.PERSON.value}
    action = LogEntry.Action.ACCESS
    write_for_each(programmes_of(person), person, action, user, now, said=said)


def programmes_of(person: Person) -> list[int]:
    """Return the ids of the programmes that a person belongs to, in their order (one query)."""
    return list(Programme.objects.at(person.site_id).order_by("pk").values_list("pk", flat=True))
