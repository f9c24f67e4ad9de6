"""What the page of an event says while somebody types: who is invited when, in which languages."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from communications.desk.queries.glance import Glance, Lack, glance_of
from communications.models import Message
from events.forms.event import EventForm
from programmes.access import ScopedRequest, requires


@require_POST
@requires("event.write")
def event_look(request: ScopedRequest) -> HttpResponse:
    """Answer with what is typed in short: audience, days, what is missing; nothing is kept."""
    form = EventForm(request.POST, programme=request.programme, scope=request.scope)
    context = {**looks_of(request, form), "is_look": True}
    return render(request, "events/_event_look.html", context)


def looks_of(request: ScopedRequest, form: EventForm) -> dict[str, Any]:
    """Return what the page says of who is invited when."""
    form.is_valid()
    rule, schedule = form.rule_so_far(request.programme), form.schedule_so_far()
    glance = glance_of(Message(programme=request.programme), rule, schedule, request.scope)
    glance = replace(glance, lacks=_lacks(form, glance))
    return {
        "look": form,
        "glance": glance,
        "schedule": schedule,
        "lacking": len(form.unfilled) + len(glance.lacks),
        "readers": _readers(glance),
    }


def _lacks(form: EventForm, glance: Glance) -> list[Lack]:
    """Return what is missing but for days, which the form asks for; of the sites in its words."""
    wrong = form.errors.get("sites")
    found = [one for one in glance.lacks if one.url != "#time"]
    return [Lack(str(wrong[0]), one.url) if wrong and not glance.facts else one for one in found]


def _readers(glance: Glance) -> dict[str, int]:
    """Return how many of the invited read each language, the most read first."""
    wanted = glance.facts.wanted if glance.facts else {}
    return dict(sorted(wanted.items(), key=lambda one: -one[1]))
