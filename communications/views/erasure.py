"""What the auditor does for one person: giving out all that is kept, and erasing it."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from communications.queries.dossier import as_json
from communications.services.erasure import erase
from communications.sources import kept_of
from programmes.access import ScopedRequest, requires
from programmes.models.trail import Kept
from programmes.queries.clock import database_now
from programmes.views.trail import note_file
from stakeholders.models import Person, User


@require_GET
@requires("person.take")
def person_take(request: ScopedRequest, pk: int) -> HttpResponse:
    """Give all that is kept of a person as a file."""
    person = _person(request, pk)
    note_file(request, Kept.PERSON, person)
    answer = HttpResponse(
        as_json(person, kept_of(person)), content_type="application/json; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="person-{person.pk}.json"'
    return answer


@require_http_methods(["GET", "POST"])
@requires("person.erase")
def person_erase(request: ScopedRequest, pk: int) -> HttpResponse:
    """Ask whether a person is to be erased, and erase them."""
    person = _person(request, pk)
    if request.method != "POST":
        return render(request, "communications/person_erase.html", {"person": person})
    try:
        erase(person, cast(User, request.user), database_now(), request.programme.pk)
        messages.success(request, _("The person is erased. What was sent stays as a count."))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("dashboards:person-show", request.programme.slug, pk)


def _person(request: ScopedRequest, pk: int) -> Person:
    return get_object_or_404(Person.objects.within(request.scope), pk=pk)
