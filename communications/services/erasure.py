"""Erasing one person: what tells of them goes, the facts of the ledger stay without a name.

See ``docs/decisions/erasure.md`` for what is kept and why.
"""

from datetime import datetime

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from communications.models import Addressee, Bounce, Delivery
from communications.models.ledger import OPEN
from communications.sources import all_sources
from programmes.models.trail import PROGRAMME
from programmes.services.trail import write_entry
from stakeholders.models import ImportEntry, Person, Persona, User
from stakeholders.services.person import save_person

NAME = "Erased"


@transaction.atomic
def erase(person: Person, by: User, now: datetime, programme: int) -> None:
    """Erase a person who has left; the audit trail keeps who did it, in which programme.

    Raises:
        ValidationError: the person is still in the personnel files, or a mail is under way.

    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    mails = Delivery.objects.filter(person=person)
    _check(person, mails)
    _blank_files(person)
    _blank_mails(mails)
    for source in all_sources():
        source.erase(person)
    _blank_trail(person, mails)
    _blank_person(person)
    write_entry(person, LogEntry.Action.DELETE, by, now, said={PROGRAMME: programme})


def _check(person: Person, mails: QuerySet[Delivery]) -> None:
    if person.left_on is None:
        text = _("The personnel files still name this person, and would bring them back.")
        raise ValidationError(text)
    if mails.filter(state__in=OPEN).exists():
        raise ValidationError(_("A mail to this person is under way. Try again when it is not."))


def _blank_files(person: Person) -> None:
    number = person.personnel_number
    ImportEntry.objects.filter(personnel_number=number).update(
        personnel_number=_number(person), name=NAME, value="", fields={}, cells=[]
    )
    Person.objects.filter(manager_number=number).update(manager_number="")


def _blank_mails(mails: QuerySet[Delivery]) -> None:
    """Leave state, day, language and number of each mail; a server's reply may name an address."""
    Addressee.objects.filter(delivery__in=mails).delete()
    Bounce.objects.filter(delivery__in=mails).update(reply="")
    mails.filter(reason__contains="@").update(reason="")
    mails.update(address="")


def _blank_trail(person: Person, mails: QuerySet[Delivery]) -> None:
    types = ContentType.objects.get_for_models(Person, Delivery)
    on_mails = {"content_type": types[Delivery], "object_id__in": mails.values("pk")}
    for rows in (LogEntry.objects.get_for_object(person), LogEntry.objects.filter(**on_mails)):
        rows.update(object_repr=NAME, changes={}, serialized_data=None)


def _number(person: Person) -> str:
    return f"erased-{person.pk}"


def _blank_person(person: Person) -> None:
    Persona.people.through.objects.filter(person=person).delete()
    person.opt_outs.all().delete()
    person.personnel_number = _number(person)
    person.last_name, person.first_name, person.email = NAME, "", ""
    person.job = person.employer = person.manager_number = ""
    person.business_line = person.entered_on = None
    person.do_not_contact_reason = person.refused_address = person.address_refused_reason = ""
    save_person(person)
