"""What no link, form or guess leads to: a row of the neighbours named in a form of one's own."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import transaction
from django.urls import reverse

from communications.models import Approval
from programmes.models import Blackout, Done, Programme
from tests.canaries.replaying import NAMED, Tried, ask


def asked_apart(ground: Any) -> Iterator[Tried]:
    """Yield what comes of each; nothing of it stays."""
    single = (blackout_of_neighbours(ground), tick_of_neighbours(ground))
    for reader, address, data in (*single, *gaps_of_neighbours(ground)):
        with transaction.atomic():
            yield ask(ground.walk(reader), ground.words, reader, address, data)
            transaction.set_rollback(True)


def blackout_of_neighbours(ground: Any) -> tuple[str, str, dict[str, Any]]:
    """Return how the CIO of the second programme decides on a blackout of the first."""
    two = Programme.objects.get(slug=ground.slug)
    own = Approval.objects.filter(message__programme=two).standing()[0]
    theirs = Blackout.objects.exclude(programme=two)[0]
    address = reverse("communications:blackout-decide", args=[two.slug, own.pk])
    return "cleo", address, {"blackout": theirs.pk, "choice": "move"}


def gaps_of_neighbours(ground: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield how Ines reminds the owners of gaps in each part of the second programme."""
    address = reverse("dashboards:gaps-remind", args=["one-it"])
    for name in ("wave", "site", "stream", "region", "persona", "impact"):
        model = apps.get_model(NAMED[name])
        theirs = model._base_manager.get(pk=ground.rows["two"][NAMED[name]][0])
        yield "ines", address, {name: getattr(theirs, "slug", theirs.pk)}


def tick_of_neighbours(ground: Any) -> tuple[str, str, dict[str, Any]]:
    """Return how Rosa takes back what is done at a site that both programmes share."""
    tick = Done.objects.get(programme__slug=ground.slug)
    address = reverse("dashboards:todo-undo", args=["one-it"])
    return "rosa", address, {"thing": f"{tick.source}:{tick.key}"}
