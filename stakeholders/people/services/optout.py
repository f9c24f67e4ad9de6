"""What people settle themselves, by the link of a mail: whether they get what may be left out."""

from datetime import datetime

from django.db import transaction

from programmes.models import Programme
from stakeholders.people.models import OptOut, Person
from stakeholders.people.services.person import note

OUT, IN = "opt_out", "opt_in"


@transaction.atomic
def opt_out(person: Person, programme: Programme, now: datetime) -> bool:
    """Send a person nothing more of a programme that may be opted out of; False if that stands.

    What is planned for them is skipped when its turn comes.
    """
    _row, is_new = OptOut.objects.get_or_create(
        person=person, programme=programme, defaults={"at": now}
    )
    if is_new:
        note(person, OUT, {"opt_out": ["", programme.name]}, None, now, [programme.pk])
    return is_new


@transaction.atomic
def opt_in(person: Person, programme: Programme, now: datetime) -> bool:
    """Take an opt-out back; what was skipped stays so. Return False where there is none."""
    removed, _kinds = OptOut.objects.filter(person=person, programme=programme).delete()
    if removed:
        note(person, IN, {"opt_out": [programme.name, ""]}, None, now, [programme.pk])
    return bool(removed)
