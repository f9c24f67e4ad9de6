"""Writing personas: what is said of them, and who belongs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from programmes.models import BusinessLine, Region, Service, Site
from programmes.queries.texts import SOURCE_LANGUAGE
from programmes.services.texts import write_text
from programmes.services.trail import recorded
from stakeholders.accounts.models import User
from stakeholders.audiences.models import Persona
from stakeholders.audiences.models.persona import RELATIONS
from stakeholders.people.models import Person

WORDS = ("channels", "jobs", "employers")
# What the trail says of a persona: its rule. Who was picked by hand is nobody else's to read.
NOTED = (*WORDS, "is_hand_picked", *RELATIONS, "services")
# The address where a persona is added.
RESERVED = {"new"}


@dataclass(frozen=True)
class PersonaData:
    """Who belongs to a persona, the channels that reach them, and the services for them."""

    channels: Sequence[str] = ()
    is_hand_picked: bool = False
    business_lines: Sequence[BusinessLine] = ()
    jobs: Sequence[str] = ()
    sites: Sequence[Site] = ()
    regions: Sequence[Region] = ()
    employers: Sequence[str] = ()
    people: Sequence[Person] = ()
    services: Sequence[Service] = ()


@transaction.atomic
def save_persona(
    persona: Persona,
    data: PersonaData,
    texts: Mapping[str, str],
    user: User | None,
    now: datetime,
    text_seen: str | None = None,
) -> Persona:
    """Save a persona with its English texts; a new one stands behind the others.

    What an approval has frozen goes on as approved: the rule stands there line by line.

    Raises:
        TextChangedError: the English is no longer the one of ``text_seen``.
        ValidationError: it has no name.

    """
    if not texts["name"].strip():
        raise ValidationError({"name": _("Give the persona a name.")})
    persona.is_hand_picked = data.is_hand_picked
    for name in WORDS:
        setattr(persona, name, list(getattr(data, name)))
    persona.changed_at = now
    with recorded(persona, user, now, NOTED):
        _save_rule(persona, data, texts["name"])
        write_persona_text(persona, SOURCE_LANGUAGE, texts, user, now, text_seen)
    return persona


def _save_rule(persona: Persona, data: PersonaData, name: str) -> None:
    if persona.pk is None:
        last = persona.programme.personas.aggregate(last=Max("order"))["last"] or 0
        persona.order = last + 1
        persona.slug = free_slug(persona, name)
        persona.save()
    else:
        persona.save(
            update_fields=["channels", "is_hand_picked", "jobs", "employers", "changed_at"]
        )
    for relation in (*RELATIONS, "people", "services"):
        getattr(persona, relation).set(getattr(data, relation))


def write_persona_text(
    persona: Persona,
    language: str,
    texts: Mapping[str, str],
    user: User | None,
    now: datetime,
    text_seen: str | None = None,
) -> Persona:
    """Save what is said of a persona in one language.

    Raises:
        TextChangedError: the text is no longer the one of ``text_seen``.

    """
    write_text(persona, language, texts, user, now, text_seen=text_seen)
    return persona


def free_slug(persona: Persona, name: str) -> str:
    """Return the part of an address that no other persona of the programme has."""
    wanted = slugify(name)[:70].strip("-") or "persona"
    taken = RESERVED | set(persona.programme.personas.values_list("slug", flat=True))
    numbered = (f"{wanted}-{n}" for n in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(s for s in numbered if s not in taken)
