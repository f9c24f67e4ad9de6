"""Writing personas: the whole in English, the texts in any other language."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from programmes.access import ScopedRequest, requires
from programmes.forms.refusal import accepts
from programmes.queries.clock import database_now
from programmes.queries.texts import SOURCE_LANGUAGE, states_of, text_of
from programmes.rendering import formats
from programmes.services.texts import TextChangedError
from stakeholders.forms.persona import PersonaForm, PersonaTextForm
from stakeholders.models import Persona
from stakeholders.services.persona import save_persona, write_persona_text


@require_http_methods(["GET", "POST"])
@requires("persona.write")
def persona_add(request: ScopedRequest) -> HttpResponse:
    """Add a persona, in English first."""
    return _persona_page(request, Persona(programme=request.programme))


@require_http_methods(["GET", "POST"])
@requires("persona.write")
def persona_edit(request: ScopedRequest, slug: str) -> HttpResponse:
    """Change a persona, or its texts in one other language."""
    personas = Persona.objects.within(request.scope).filter(programme=request.programme)
    persona = get_object_or_404(personas.select_related("programme"), slug=slug)
    language = request.GET.get("language", SOURCE_LANGUAGE)
    if language == SOURCE_LANGUAGE:
        return _persona_page(request, persona)
    if language not in request.programme.languages:
        raise Http404
    return _text_page(request, persona, language)


def _persona_page(request: ScopedRequest, persona: Persona) -> HttpResponse:
    form = PersonaForm(request.POST or None, persona=persona)
    if form.is_valid() and _is_saved(request, form, save_persona, persona, form.persona()):
        count = persona.matching().within(request.scope).count()
        sentence = ngettext(
            "Saved. %(number)s person belongs.", "Saved. %(number)s people belong.", count
        )
        messages.success(request, sentence % {"number": formats.number(count)})
        return redirect("dashboards:persona-show", request.programme.slug, persona.slug)
    return _page(request, "persona_form", form, persona, SOURCE_LANGUAGE)


def _text_page(request: ScopedRequest, persona: Persona, language: str) -> HttpResponse:
    form = PersonaTextForm(request.POST or None, persona=persona, language=language)
    if form.is_valid() and _is_saved(request, form, write_persona_text, persona, language):
        return redirect("dashboards:persona-show", request.programme.slug, persona.slug)
    return _page(request, "persona_text", form, persona, language)


def _is_saved(request: ScopedRequest, form: PersonaTextForm, verb: Any, *args: object) -> bool:
    seen = form.cleaned_data["text_seen"] or None
    typed = (form.texts(), request.user, database_now(), seen)
    try:
        return accepts(form, verb, *args, *typed) is not None
    except TextChangedError as changed:
        form.show_theirs(dict(changed.text))
        return False


def _page(
    request: ScopedRequest, name: str, form: PersonaTextForm, persona: Persona, language: str
) -> HttpResponse:
    context = {
        "form": form,
        "persona": persona,
        "language": language,
        "english": text_of(persona, SOURCE_LANGUAGE),
        "states": states_of(persona, languages=request.programme.languages) if persona.pk else {},
    }
    return render(request, f"stakeholders/{name}.html", context)
