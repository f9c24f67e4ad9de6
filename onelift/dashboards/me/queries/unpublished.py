"""What a preview shows and the public page does not."""

from dataclasses import dataclass

from django.urls import reverse

from onelift.dashboards.me.queries.me import Me
from programmes.models import Service
from programmes.queries.texts import APPROVED, SOURCE_LANGUAGE, TextStatus
from stakeholders.models import Persona


@dataclass(frozen=True)
class Gap:
    """A text that the public does not read in a language; ``url`` is where it is published."""

    name: str
    status: TextStatus
    url: str


def unpublished(me: Me) -> list[Gap]:
    """Return the services and personas that lack a public text in English or the page's language.

    Those are left out whose English has no text at all: a preview does not show them either.
    """
    facts = me.facts
    codes = dict.fromkeys((SOURCE_LANGUAGE, me.language))
    things: list[Service | Persona] = [*facts.services, *facts.personas]
    return [
        Gap(thing.name, status, f"{_page_of(thing, me)}?language={code}")
        for thing in things
        for code in codes
        if (status := facts.said[type(thing), thing.pk][code]).state != APPROVED
    ]


def _page_of(thing: Service | Persona, me: Me) -> str:
    slug = me.programme.slug
    if isinstance(thing, Service):
        return reverse("programmes:service-edit", args=[slug, thing.pk])
    return reverse("stakeholders:persona-edit", args=[slug, thing.slug])
