"""Keeping audiences under a name: saved, frozen, taken off the list, put back."""

from datetime import datetime

from django.db import transaction

from programmes.models import Programme
from stakeholders.audiences.models import Audience
from stakeholders.audiences.services.audience import Lines, freeze, save_audience


@transaction.atomic
def keep_audience(
    programme: Programme,
    name: str,
    lines: Lines,
    now: datetime,
    *,
    audience: Audience | None = None,
    is_frozen: bool = False,
) -> Audience:
    """Save an audience (see ``save_audience``), and if wished freeze the people it means now.

    Raises:
        ValidationError: the name is empty or taken, or the audience is frozen already.

    """
    kept = save_audience(programme, name, lines, now, audience)
    if is_frozen:
        freeze(kept, now)
    return kept


def remove_audience(audience: Audience) -> None:
    """Take a saved audience off the list; what follows it keeps the lines it has."""
    audience.is_saved = False
    audience.save(update_fields=["is_saved"])


def restore_audience(audience: Audience) -> None:
    """Put an audience back on the list.

    Raises:
        ValidationError: another has taken its name meanwhile.

    """
    audience.is_saved = True
    audience.full_clean()
    audience.save(update_fields=["is_saved"])
