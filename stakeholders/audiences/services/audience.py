"""Writing whom an audience means: its lines, its exceptions, its people when it is frozen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from programmes.models import BusinessLine, Programme, Region, Site, Wave
from programmes.queries.trail import values_of
from programmes.services.trail import recorded, write_change
from stakeholders.audiences.models import Audience, AudienceException, Persona
from stakeholders.audiences.models.audience import plain_rule
from stakeholders.audiences.models.rule import Rule
from stakeholders.people.models.person import PersonQuerySet


@dataclass(frozen=True)
class Lines:
    """What an audience is made of; an empty line means any.

    Attributes:
        without: what is left out, by ``site``, ``region``, ``business_line``, ``persona``,
            ``employer`` and ``language``: objects or words.
        follows: the saved audience from which this one is made, if it is a message's own.

    """

    waves: Sequence[Wave] = ()
    sites: Sequence[Site] = ()
    regions: Sequence[Region] = ()
    business_lines: Sequence[BusinessLine] = ()
    personas: Sequence[Persona] = ()
    employers: Sequence[str] = ()
    languages: Sequence[str] = ()
    without: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    follows: Audience | None = None


RELATIONS = ("waves", "sites", "regions", "business_lines", "personas")
WORDS = ("employers", "languages")


def lines_of(audience: Audience) -> Lines:
    """Return the lines of an audience as they are, to be shown or copied."""
    without: dict[str, list[Any]] = {}
    for exception in audience.exceptions.all():
        without.setdefault(exception.kind, []).append(exception.value)
    return Lines(
        **{name: list(getattr(audience, name).all()) for name in RELATIONS},
        **{name: list(getattr(audience, name)) for name in WORDS},
        without=without,
        follows=audience.follows,
    )


def rule_of(programme: Programme, lines: Lines) -> Rule:
    """Return the rule of lines that need not be saved (see ``Audience.rule``)."""
    frozen = _frozen(lines.follows)
    return plain_rule(programme.pk, vars(lines), lines.without, frozen.pk if frozen else None)


@transaction.atomic
def write_lines(audience: Audience, lines: Lines, now: datetime) -> Audience:
    """Give an audience these lines in place of those it has.

    One that follows a frozen audience means the people of that one, whatever its own lines.

    Raises:
        ValidationError: the audience is frozen.

    """
    refuse_if_frozen(audience)
    for name in RELATIONS:
        getattr(audience, name).set(getattr(lines, name))
    for name in WORDS:
        setattr(audience, name, list(getattr(lines, name)))
    audience.follows = lines.follows
    audience.frozen = _frozen(lines.follows)
    audience.changed_at = now
    audience.save()
    audience.exceptions.all().delete()
    exceptions = [
        AudienceException(audience=audience, **{kind: value})
        for kind, values in lines.without.items()
        for value in values
    ]
    AudienceException.objects.bulk_create(exceptions)
    return audience


def refuse_if_frozen(audience: Audience) -> None:
    """Refuse to change a frozen audience, and let nobody freeze it until the transaction ends.

    Raises:
        ValidationError: the audience is frozen, perhaps since it was read.

    """
    stands = Audience.objects.select_for_update(no_key=True).filter(pk=audience.pk)
    if any(stands.values_list("frozen_at", flat=True)):
        raise ValidationError(_("This audience is frozen. Its members cannot change."))


def _frozen(follows: Audience | None) -> Audience | None:
    return follows if follows and follows.frozen_at else None


@transaction.atomic
def save_audience(
    programme: Programme,
    name: str,
    lines: Lines,
    now: datetime,
    audience: Audience | None = None,
    by: Any = None,
) -> Audience:
    """Save lines under a name, as a new audience or in place of those of a saved one.

    The trail says whom it meant before.

    Raises:
        ValidationError: the name is empty or taken, or the audience is frozen.

    """
    if not name.strip():
        raise ValidationError({"name": _("Give the audience a name.")})
    saved = audience or Audience(programme=programme, is_saved=True)
    refuse_if_frozen(saved)
    before = noted(saved)
    saved.name = name.strip()
    saved.full_clean()
    saved.save()
    write_lines(saved, lines, now)
    write_change(saved, before, noted(saved), by, now, of=programme.pk)
    return saved


def noted(audience: Audience) -> dict[str, str]:
    """Return what the trail says of an audience; nothing if it was never saved."""
    found = Audience.objects.filter(pk=audience.pk).first() if audience.pk else None
    if found is None:
        return {}
    names = ("name", *RELATIONS, *WORDS, "is_saved", "frozen_at")
    left_out = sorted(str(each) for each in found.exceptions.all())
    return values_of(Audience, found.pk, names) | {"left_out": ", ".join(left_out)}


@transaction.atomic
def freeze(
    audience: Audience, now: datetime, by: Any = None, people: PersonQuerySet | None = None
) -> int:
    """Keep the people whom a saved audience means now in place of its rule; return how many.

    With ``people`` it keeps these, whatever its rule.

    Raises:
        ValidationError: it is frozen already, or belongs to one message alone.

    """
    unfrozen = Audience.objects.saved().filter(pk=audience.pk, frozen_at=None)
    if not unfrozen.select_for_update(no_key=True):
        raise ValidationError(_("Choose a saved audience that is not frozen yet."))
    member = Audience.members.through
    meant = audience.people() if people is None else people
    keys = meant.order_by().values_list("pk", flat=True)
    rows = (member(audience_id=audience.pk, person_id=pk) for pk in keys.iterator())
    count = len(member.objects.bulk_create(rows, batch_size=5000))
    audience.frozen_at = audience.changed_at = now
    with recorded(audience, by, now, ("frozen_at",)):
        audience.save(update_fields=["frozen_at", "changed_at"])
    return count


@transaction.atomic
def freeze_people(
    programme: Programme, name: str, people: PersonQuerySet, now: datetime
) -> Audience:
    """Return a saved audience that is frozen from the start and means exactly these people.

    Where its name is taken, a number is added.
    """
    taken = set(Audience.objects.saved().filter(programme=programme).values_list("name", flat=True))
    names = (name, *(f"{name} ({n})" for n in range(2, len(taken) + 3)))
    free = next(one for one in names if one not in taken)
    saved = Audience(programme=programme, is_saved=True, frozen_at=now, changed_at=now, name=free)
    saved.full_clean()
    saved.save()
    member = Audience.members.through
    keys = people.order_by().values_list("pk", flat=True)
    rows = (member(audience_id=saved.pk, person_id=pk) for pk in keys.iterator())
    member.objects.bulk_create(rows, batch_size=5000)
    return saved


@transaction.atomic
def follow(audience: Audience, saved: Audience, now: datetime) -> bool:
    """Give a message's own audience the lines of a saved one; return whether its rule changed."""
    before = audience.rule()
    lines = replace(lines_of(saved), follows=saved)
    return write_lines(audience, lines, now).rule() != before
