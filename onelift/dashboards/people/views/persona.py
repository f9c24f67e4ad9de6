"""Personas: all with their people, and one with what is known of it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from onelift.dashboards.people.queries.persona import PersonaBoard, persona_board, persona_list
from programmes.access import ScopedRequest, requires
from programmes.design.paging import page_of
from programmes.queries.service import is_published
from programmes.queries.texts import APPROVED, SOURCE_LANGUAGE
from stakeholders.models import Persona


@require_GET
@requires("persona.read")
def persona_index(request: ScopedRequest) -> HttpResponse:
    """Show the personas, their people in view, and who is in none."""
    board = persona_list(request.programme, request.scope)
    page = page_of(request, board.rows)
    context = {"board": board, "rows": page.object_list, "page": page}
    return render(request, "dashboards/persona_list.html", context)


@require_GET
@requires("persona.read")
def persona_show(request: ScopedRequest, slug: str) -> HttpResponse:
    """Show one persona: who they are, what they need, what changes for them, in which language."""
    personas = Persona.objects.within(request.scope)
    persona = get_object_or_404(personas.with_rule(), slug=slug)
    board = persona_board(persona, request.programme, request.scope)
    context = {"board": board, "persona": persona, "is_published": _is_published(request, board)}
    return render(request, "dashboards/persona.html", context)


def _is_published(request: ScopedRequest, board: PersonaBoard) -> bool:
    """Tell whether the public can read what changes for the persona."""
    return board.states[SOURCE_LANGUAGE].state == APPROVED and is_published(request.programme)
