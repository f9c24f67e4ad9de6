"""What the auditor does for one person: giving out all that is kept, and erasing it."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from communications.desk.queries.dossier import as_json
from communications.desk.services.erasure import erase, obstacle_to_erasing
from communications.dispatches.sources import kept_of
from programmes.access import ScopedRequest, requires_installation
from programmes.database.clock import database_now
from stakeholders.models import User
from stakeholders.people.views.person import opened_person, person_in_view


@require_GET
@requires_installation("person.take")
def person_take(request: ScopedRequest, pk: int) -> HttpResponse:
    """Give all that is kept of a person as a file."""
    person = opened_person(request, pk, is_taken=True)
    answer = HttpResponse(
        as_json(person, kept_of(person)), content_type="application/json; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="person-{person.pk}.json"'
    return answer


@require_http_methods(["GET", "POST"])
@requires_installation("person.erase")
def person_erase(request: ScopedRequest, pk: int) -> HttpResponse:
    """Ask whether a person is to be erased, or say why they cannot be; and erase them."""
    person = person_in_view(request, pk)
    if request.method != "POST":
        context = {"person": person, "obstacle": obstacle_to_erasing(person)}
        return render(request, "communications/person_erase.html", context)
    try:
        if erase(person, cast(User, request.user), database_now()):
            messages.success(request, _("Person erased. Emails sent to them remain as a count."))
        else:
            messages.info(
                request, _("This person has already been erased. There is nothing to do.")
            )
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("stakeholders:employee-show", pk)
