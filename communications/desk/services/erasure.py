"""Erasing one person: what tells of them goes, the facts of the ledger stay without a name.

See ``docs/decisions/erasure.md`` for what is kept and why.
"""

from datetime import datetime

from auditlog.models import LogEntry
from django.contrib.admin.models import LogEntry as AdminEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from communications.dispatches.models import Addressee, Bounce, Delivery
from communications.dispatches.sources import all_sources
from communications.mailroom.models.ledger import OPEN
from programmes.queries.seals import ERASED
from programmes.services.sealing import blank_entries, locked_chain
from programmes.services.trail import write_for_each
from stakeholders.models import ImportEntry, Person, Persona, User
from stakeholders.people.services.person import programmes_of, save_person

NAME = ERASED


@transaction.atomic
def erase(person: Person, by: User, now: datetime) -> bool:
    """Erase a person who has left; the audit trail keeps who did it, in each of their programmes.

    Return False where they were erased before.

    Raises:
        ValidationError: the person is still in the personnel files, or a mail is under way.

    """
    locked_chain()
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.is_erased:
        return False
    obstacle = obstacle_to_erasing(person)
    if obstacle:
        raise ValidationError(obstacle)
    mails = Delivery.objects.filter(person=person)
    _blank_files(person)
    _blank_mails(mails)
    for source in all_sources():
        source.erase(person, now)
    _blank_trail(person, mails, now)
    _blank_person(person)
    write_for_each(programmes_of(person), person, LogEntry.Action.DELETE, by, now)
    return True


def obstacle_to_erasing(person: Person) -> str:
    """Return why a person cannot be erased now and what to do instead; empty if they can."""
    if person.left_on is None:
        return _(
            "Personnel files still list this person and would add them again. Stop contact "
            "now, and erase them once a file marks them as left."
        )
    if Delivery.objects.filter(person=person, state__in=OPEN).exists():
        return _("An email to this person is being sent. Try again once it has been sent.")
    return ""


def _blank_files(person: Person) -> None:
    number = person.personnel_number
    ImportEntry.objects.filter(personnel_number=number).update(
        personnel_number=person.number_when_erased, name=NAME, value="", fields={}, cells=[]
    )
    Person.objects.filter(manager_number=number).update(manager_number="")


def _blank_mails(mails: QuerySet[Delivery]) -> None:
    """Leave state, day, language and number of each mail; a server's reply may name an address."""
    Addressee.objects.filter(delivery__in=mails).delete()
    Bounce.objects.filter(delivery__in=mails).update(reply="")
    mails.filter(reason__contains="@").update(reason="")
    mails.update(address="")


def _blank_trail(person: Person, mails: QuerySet[Delivery], now: datetime) -> None:
    """Leave who did what and when; what was done in the administration is kept apart."""
    types = ContentType.objects.get_for_models(Person, Delivery)
    on_mails = {"content_type": types[Delivery], "object_id__in": mails.values("pk")}
    for rows in (LogEntry.objects.get_for_object(person), LogEntry.objects.filter(**on_mails)):
        blank_entries(rows, now)
    in_admin = AdminEntry.objects.filter(content_type=types[Person], object_id=str(person.pk))
    in_admin.update(object_repr=NAME, change_message="")


def _blank_person(person: Person) -> None:
    Persona.people.through.objects.filter(person=person).delete()
    person.opt_outs.all().delete()
    person.personnel_number = person.number_when_erased
    person.last_name, person.first_name, person.email = NAME, "", ""
    person.job = person.employer = person.manager_number = ""
    person.business_line = person.entered_on = None
    person.do_not_contact_reason = person.refused_address = person.address_refused_reason = ""
    save_person(person)
