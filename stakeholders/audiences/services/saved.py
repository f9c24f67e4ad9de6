"""Keeping audiences under a name: saved, frozen, taken off the list, put back."""

from datetime import datetime
from typing import Any

from auditlog.models import LogEntry
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from programmes.models import Programme
from programmes.models.trail import PROGRAMME, WHY
from programmes.services.trail import recorded, write_entry
from stakeholders.accounts.models.draft import KEPT_FOR
from stakeholders.audiences.models import Audience
from stakeholders.audiences.models.audience import AudienceQuerySet
from stakeholders.audiences.services.audience import Lines, freeze, save_audience
from stakeholders.people.models.person import PersonQuerySet


@transaction.atomic
def keep_audience(
    programme: Programme,
    name: str,
    lines: Lines,
    now: datetime,
    *,
    audience: Audience | None = None,
    is_frozen: bool = False,
    by: Any = None,
) -> Audience:
    """Save an audience (see ``save_audience``), and if wished freeze the people it means now.

    Raises:
        ValidationError: the name is empty or taken, or the audience is frozen already.

    """
    kept = save_audience(programme, name, lines, now, audience, by)
    if is_frozen:
        freeze(kept, now, by)
    return kept


@transaction.atomic
def keep_people(
    programme: Programme,
    name: str,
    people: PersonQuerySet,
    asked_for: str,
    now: datetime,
    by: Any = None,
) -> Audience:
    """Save some people as a frozen audience; its name gets a number where it is taken.

    What was frozen for the same question is taken again: one of exactly these people, or one that
    nothing was made from yet, which then means these.
    """
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    own = Audience.objects.saved().filter(programme=programme, asked_for=asked_for)
    if known := _same(own, people):
        return known
    if idle := own.filter(followers=None, copies=None).order_by("pk").first():
        _melt(idle)
    saved = Audience.objects.saved().filter(programme=programme, name__startswith=name)
    taken = set(saved.values_list("name", flat=True)) - {idle.name if idle else ""}
    names = (name, *(f"{name} ({n})" for n in range(2, len(taken) + 2)))
    free = next(n for n in names if n not in taken)
    kept = save_audience(programme, free, Lines(), now, idle, by)
    kept.asked_for = asked_for
    kept.save(update_fields=["asked_for"])
    freeze(kept, now, by, people)
    return kept


def _melt(audience: Audience) -> None:
    """Let an audience that nothing was made from be frozen again."""
    audience.members.clear()
    audience.frozen_at = None
    audience.save(update_fields=["frozen_at"])


@transaction.atomic
def sweep_audiences(now: datetime) -> int:
    """Delete what a page froze and nothing was made from; return how many there were.

    As long as what was typed into a form is kept, they are too: it may name one of them.
    """
    unused = Audience.objects.unused_since(now - KEPT_FOR).order_by("pk")
    found = list(unused.select_for_update(of=("self",)))
    for audience in found:
        said = {PROGRAMME: audience.programme_id, WHY: _("Not used in any message")}
        write_entry(audience, LogEntry.Action.DELETE, None, now, said=said)
        audience.delete()
    return len(found)


def _same(saved: AudienceQuerySet, people: PersonQuerySet) -> Audience | None:
    """Return the frozen audience that means exactly these people, if there is one."""
    wanted = set(people.order_by().values_list("pk", flat=True))
    counted = saved.filter(frozen_at__isnull=False).annotate(n=Count("members"))
    for audience in counted.filter(n=len(wanted)).order_by("pk"):
        if set(audience.members.order_by().values_list("pk", flat=True)) == wanted:
            return audience
    return None


@transaction.atomic
def remove_audience(audience: Audience, now: datetime, by: Any = None) -> None:
    """Take a saved audience off the list; what follows it keeps the lines it has."""
    audience.is_saved = False
    with recorded(audience, by, now, ("is_saved",)):
        audience.save(update_fields=["is_saved"])


@transaction.atomic
def restore_audience(audience: Audience, now: datetime, by: Any = None) -> None:
    """Put an audience back on the list.

    Raises:
        ValidationError: another has taken its name meanwhile.

    """
    audience.is_saved = True
    audience.full_clean()
    with recorded(audience, by, now, ("is_saved",)):
        audience.save(update_fields=["is_saved"])
