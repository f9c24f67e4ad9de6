"""What somebody settles about one person: their name, their language, whether they get mails.

Each decision leaves a trace of who took it (``LogEntry``): rows change by one conditional UPDATE,
which the audit trail does not see by itself.
"""

from datetime import datetime

from auditlog.models import LogEntry
from django.db import transaction

from stakeholders.importing.names import folded_name
from stakeholders.models import Contact, Person, User

LANGUAGE, STOP, AGAIN = "language", "do_not_contact", "contact_again"


@transaction.atomic
def save_person(person: Person) -> None:
    """Save a person whose names or site may have changed."""
    person.folded_name = folded_name(person.last_name, person.first_name)
    person.save()
    Contact.objects.follow_people()


@transaction.atomic
def choose_language(
    person: Person, language: str, user: User, now: datetime, *, by_files: bool = False
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
    _note(person, LANGUAGE, {"language": [person.language, language]}, user, now)
    person.language, person.language_chosen_at = language, chosen_at
    return True


@transaction.atomic
def stop_contact(person: Person, reason: str, user: User, now: datetime) -> bool:
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
        _note(person, STOP, {"do_not_contact_reason": ["", reason]}, user, now)
    return bool(stopped)


@transaction.atomic
def contact_again(person: Person, user: User, now: datetime) -> bool:
    """Send to a person again; what was skipped stays so. Return False where they get mails."""
    again = Person.objects.filter(pk=person.pk, is_do_not_contact=True).update(
        is_do_not_contact=False
    )
    if again:
        _note(person, AGAIN, {}, user, now)
    return bool(again)


def _note(
    person: Person, act: str, changes: dict[str, list[str]], user: User, now: datetime
) -> None:
    LogEntry.objects.log_create(
        person,
        force_log=True,
        action=LogEntry.Action.UPDATE,
        changes=changes,
        actor=user,
        timestamp=now,
        additional_data={"act": act},
    )
