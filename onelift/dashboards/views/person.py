"""One person, and what a programme manager may settle about them."""

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from communications.channels.verdict import words_of
from onelift.dashboards.queries.person import person_page
from programmes.access import ScopedRequest, requires
from programmes.models.trail import Kept
from programmes.queries.clock import database_now
from programmes.rendering.formats import language_name
from programmes.views.trail import note_look
from programmes.views.undo import offer_undo
from stakeholders.forms.person import LanguageChoiceForm, StopContactForm
from stakeholders.models import Person, User
from stakeholders.services.person import (
    address_works,
    choose_language,
    contact_again,
    stop_contact,
)


@require_GET
@requires("people.read")
def person_show(request: ScopedRequest, pk: int) -> HttpResponse:
    """Show who somebody is, what they were told, and what is planned for them."""
    person = _person(request, pk)
    note_look(request, Kept.PERSON, person)
    return _page(request, person)


@require_POST
@requires("people.write")
def person_language(request: ScopedRequest, pk: int) -> HttpResponse:
    """Let somebody read another language; the query of the address holds what is taken back."""
    person = _person(request, pk)
    before = {"language": person.language, "by_files": "" if person.language_chosen_at else "on"}
    if request.GET.get("expected", person.language) != person.language:
        messages.error(request, _("Somebody has changed the language since. It stays as it is."))
        return _back(request, pk)
    form = LanguageChoiceForm(request.GET or request.POST, person=person)
    if not form.is_valid():
        return _page(request, person, language_form=form)
    if choose_language(person, user=_user(request), now=database_now(), **form.cleaned_data):
        name = {"person": person, "language": language_name(person.language)}
        undo = urlencode({**before, "expected": person.language})
        url = f"{_url(request, 'person-language', pk)}?{undo}"
        offer_undo(request, _("%(person)s reads %(language)s.") % name, url)
    return _back(request, pk)


@require_POST
@requires("people.write")
def person_stop(request: ScopedRequest, pk: int) -> HttpResponse:
    """Send somebody nothing any more, with a reason; ``again`` is for the reason of last time."""
    person = _person(request, pk)
    kept = person.do_not_contact_reason if "again" in request.GET else ""
    form = StopContactForm({"reason": kept} if kept else request.POST)
    if not form.is_valid():
        return _page(request, person, stop_form=form)
    if stop_contact(person, form.cleaned_data["reason"], _user(request), database_now()):
        sentence = _("%(person)s gets nothing from now on.") % {"person": person}
        offer_undo(request, sentence, _url(request, "person-again", pk))
    return _back(request, pk)


@require_POST
@requires("people.write")
def person_again(request: ScopedRequest, pk: int) -> HttpResponse:
    """Send to somebody again."""
    person = _person(request, pk)
    if contact_again(person, _user(request), database_now()):
        sentence = _("%(person)s gets what comes next. What was skipped is not sent again.")
        url = f"{_url(request, 'person-stop', pk)}?again=1"
        offer_undo(request, sentence % {"person": person}, url)
    return _back(request, pk)


@require_POST
@requires("people.write")
def person_address(request: ScopedRequest, pk: int) -> HttpResponse:
    """Send to somebody's address again, though mails came back."""
    person = _person(request, pk)
    if address_works(person, _user(request), database_now()):
        sentence = _("Mails go to %(address)s again. What was skipped is not sent again.")
        messages.success(request, sentence % {"address": person.email})
    return _back(request, pk)


def _person(request: ScopedRequest, pk: int) -> Person:
    people = Person.objects.within(request.scope)
    related = ("site__region", "business_line", "do_not_contact_by")
    return get_object_or_404(people.select_related(*related), pk=pk)


def _page(
    request: ScopedRequest,
    person: Person,
    *,
    language_form: LanguageChoiceForm | None = None,
    stop_form: StopContactForm | None = None,
) -> HttpResponse:
    """Show the page, with what was typed and refused where something was."""
    is_refused = bool(language_form or stop_form)
    context: dict[str, Any] = {
        "page": person_page(request.programme, person, request.scope, database_now()),
        "language_form": language_form or LanguageChoiceForm(person=person),
        "stop_form": stop_form or StopContactForm(),
        "address_words": words_of(person.address_refused_reason),
        "is_stop_refused": stop_form is not None,
    }
    return render(request, "dashboards/person.html", context, status=422 if is_refused else 200)


def _user(request: ScopedRequest) -> User:
    return cast(User, request.user)


def _url(request: ScopedRequest, name: str, pk: int) -> str:
    return reverse(f"dashboards:{name}", args=[request.programme.slug, pk])


def _back(request: ScopedRequest, pk: int) -> HttpResponse:
    return redirect("dashboards:person-show", request.programme.slug, pk)
