"""Writing personas: the whole in English, the texts in any other language."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design import formats
from programmes.forms.refusal import accepts
from programmes.forms.shared_text import refuse_lost
from programmes.queries.texts import SOURCE_LANGUAGE, states_of, text_of
from programmes.services.publishing import publish
from programmes.services.texts import TextChangedError
from programmes.views.publication import publish_text, withdraw_text
from stakeholders.audiences.forms.persona import PersonaForm, PersonaTextForm
from stakeholders.audiences.models import Persona
from stakeholders.audiences.services.persona import save_persona, write_persona_text


@require_http_methods(["GET", "POST"])
@requires("persona.write")
def persona_add(request: ScopedRequest) -> HttpResponse:
    """Add a persona, in English first."""
    return _persona_page(request, Persona(programme=request.programme))


@require_http_methods(["GET", "POST"])
@requires("persona.write")
def persona_edit(request: ScopedRequest, slug: str) -> HttpResponse:
    """Change a persona, or its texts in one other language.

    Whom somebody has picked is for those who read records of persons alone.
    """
    personas = Persona.objects.within(request.scope)
    persona = get_object_or_404(personas.select_related("programme"), slug=slug)
    language = request.GET.get("language", SOURCE_LANGUAGE)
    if language == SOURCE_LANGUAGE:
        return _persona_page(request, persona)
    if language not in request.programme.languages:
        raise Http404
    return _text_page(request, persona, language)


def _persona_page(request: ScopedRequest, persona: Persona) -> HttpResponse:
    may_pick = request.scope.may("people.read")
    if persona.is_hand_picked and not may_pick:
        raise PermissionDenied
    form = PersonaForm(request.POST or None, persona=persona, may_pick=may_pick)
    if form.is_valid() and _is_saved(request, form, save_persona, persona, form.persona()):
        count = persona.matching().count()
        sentence = ngettext(
            "Saved. %(number)s person matches.", "Saved. %(number)s people match.", count
        )
        messages.success(request, sentence % {"number": formats.number(count)})
        return redirect("dashboards:persona-show", request.programme.slug, persona.slug)
    return _page(request, "persona_form", form, persona, SOURCE_LANGUAGE)


def _text_page(request: ScopedRequest, persona: Persona, language: str) -> HttpResponse:
    form = PersonaTextForm(request.POST or None, persona=persona, language=language)
    if form.is_valid() and _is_text_saved(request, form, persona, language):
        return redirect("dashboards:persona-show", request.programme.slug, persona.slug)
    return _page(request, "persona_text", form, persona, language)


def _is_text_saved(
    request: ScopedRequest, form: PersonaTextForm, persona: Persona, language: str
) -> bool:
    english = text_of(persona, SOURCE_LANGUAGE)
    if "publish" in request.POST and refuse_lost(form, english, form.texts()):
        return False
    return _is_saved(request, form, write_persona_text, persona, language)


def _is_saved(request: ScopedRequest, form: PersonaTextForm, verb: Any, *args: object) -> bool:
    seen = form.cleaned_data["text_seen"] or None
    typed = (form.texts(), request.user, database_now(), seen)
    try:
        saved = accepts(form, verb, *args, *typed)
    except TextChangedError as changed:
        form.show_theirs(dict(changed.text), changed.by)
        return False
    if saved is not None and "publish" in request.POST:
        publish(saved, form.language, request.user, database_now())  # type: ignore[arg-type]
    return saved is not None


@require_POST
@requires("persona.write")
def persona_publish(request: ScopedRequest, slug: str) -> HttpResponse:
    """Let the public read one language of a persona."""
    return publish_text(request, *_publication(request, slug, "withdraw"))


@require_POST
@requires("persona.write")
def persona_withdraw(request: ScopedRequest, slug: str) -> HttpResponse:
    """Take one language of a persona back from the public."""
    return withdraw_text(request, *_publication(request, slug, "publish"))


def _publication(request: ScopedRequest, slug: str, undo: str) -> tuple[Persona, str, str]:
    personas = Persona.objects.within(request.scope)
    persona = get_object_or_404(personas, slug=slug)
    where = [request.programme.slug, slug]
    page = reverse("stakeholders:persona-edit", args=where)
    return persona, page, reverse(f"stakeholders:persona-{undo}", args=where)


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
