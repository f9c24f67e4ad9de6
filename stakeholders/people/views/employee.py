"""Any employee, for those who answer for everybody: finding them, and whether they are contacted.

Each look is noted, in the trail of every programme that the person belongs to.
"""

from typing import cast

from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from programmes.access import ScopedRequest, requires_installation
from programmes.database.clock import database_now
from programmes.design.undo import offer_undo
from programmes.models.trail import Kept
from programmes.views.trail import note_look
from stakeholders.people.forms.person import StopContactForm
from stakeholders.people.models import Person
from stakeholders.people.models.names import words_of
from stakeholders.people.queries.employee import MOST_SHOWN, employee_page, find_people
from stakeholders.people.services.person import contact_again, stop_contact
from stakeholders.people.views.person import opened_person, person_in_view

LONGEST = 200


@require_GET
@requires_installation("people.all")
def employee_list(request: ScopedRequest) -> HttpResponse:
    """Find employees by number, address or name; nothing sought, nobody shown."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    search = find_people(text, words_of(text), request.scope)
    if search.people:
        note_look(request, Kept.PEOPLE)
    context = {"search": search, "most": MOST_SHOWN}
    return render(request, "stakeholders/employee_list.html", context)


@require_GET
@requires_installation("people.all")
def employee_show(request: ScopedRequest, pk: int) -> HttpResponse:
    """Show who somebody is, their programmes, and whether they are contacted."""
    return _page(request, opened_person(request, pk))


@require_POST
@requires_installation("contact.stop")
def employee_stop(request: ScopedRequest, pk: int) -> HttpResponse:
    """Send somebody nothing any more, with a reason; ``again`` is for the reason of last time."""
    person = person_in_view(request, pk)
    kept = person.do_not_contact_reason if "again" in request.GET else ""
    form = StopContactForm({"reason": kept} if kept else request.POST)
    if not form.is_valid():
        return _page(request, person, form)
    if stop_contact(person, form.cleaned_data["reason"], _user(request), database_now()):
        sentence = _("%(person)s gets no more messages.") % {"person": person}
        offer_undo(request, sentence, reverse("stakeholders:employee-again", args=[pk]))
    return redirect("stakeholders:employee-show", pk)


@require_POST
@requires_installation("contact.stop")
def employee_again(request: ScopedRequest, pk: int) -> HttpResponse:
    """Send to somebody again."""
    person = person_in_view(request, pk)
    if contact_again(person, _user(request), database_now()):
        text = _("%(person)s gets messages again. Skipped messages are not resent.")
        url = f"{reverse('stakeholders:employee-stop', args=[pk])}?again=1"
        offer_undo(request, text % {"person": person}, url)
    return redirect("stakeholders:employee-show", pk)


def _page(
    request: ScopedRequest, person: Person, refused: StopContactForm | None = None
) -> HttpResponse:
    """Show the page, with the reason that was typed and refused, if one was."""
    context = {
        "page": employee_page(person, request.scope),
        "stop_form": refused or StopContactForm(),
        "is_stop_refused": refused is not None,
    }
    status = 422 if refused else 200
    return render(request, "stakeholders/employee.html", context, status=status)


def _user(request: ScopedRequest) -> AbstractBaseUser:
    return cast(AbstractBaseUser, request.user)
