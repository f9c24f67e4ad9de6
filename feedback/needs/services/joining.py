"""The same need reported twice: the later one counts for the other, and is answered with it."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from feedback.needs.models import Need
from feedback.needs.services.locking import locked, save_noted, values_noted
from feedback.needs.services.studying import refuse_settled
from stakeholders.models import User

JOINED, SEPARATED = "joined", "join undone"


@transaction.atomic
def join(need: Need, other: Need, by: User, now: datetime) -> Need:
    """Let a need count for another one of its programme, with which it is answered.

    Raises:
        ValidationError: one of them is answered or joined, or others count for the first.
    """
    # By key, so that two who join each way do not wait for each other.
    rows = {one.pk: locked(one) for one in sorted((need, other), key=lambda one: one.pk)}
    need, other = rows[need.pk], rows[other.pk]
    if need.pk == other.pk or need.programme_id != other.programme_id:
        raise ValidationError(_("Choose another need of this programme."))
    refuse_settled(need)
    refuse_settled(other)
    if need.joined.exists():
        raise ValidationError(
            _("Other needs are joined with this one. Join the other need with this one instead.")
        )
    before = values_noted(need)
    need.joined_to = other
    save_noted(need, before, JOINED, by, now)
    return need


@transaction.atomic
def separate(need: Need, by: User, now: datetime) -> Need:
    """Let a need stand by itself again.

    Raises:
        ValidationError: it is joined with none, or with one that is answered.
    """
    need = locked(need)
    if need.joined_to is None:
        raise ValidationError(_("This need is not joined with another one."))
    if locked(need.joined_to).answered_at:
        raise ValidationError(_("Both needs have been answered together."))
    before = values_noted(need)
    need.joined_to = None
    save_noted(need, before, SEPARATED, by, now)
    return need
