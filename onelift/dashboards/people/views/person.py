"""One person, and what a programme manager may settle about them."""

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from communications.mailroom.channels.verdict import words_of
from onelift.dashboards.impacts.queries.home import hits_on
from onelift.dashboards.people.queries.person import person_page
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.formats import language_name
from programmes.design.undo import offer_undo
from stakeholders.models import Informed, Person, User
from stakeholders.people.forms.person import LanguageChoiceForm
from stakeholders.people.services.person import address_works, choose_language
from stakeholders.people.views.person import opened_person, person_in_view


@require_GET
@requires("people.read")
def person_show(request: ScopedRequest, pk: int) -> HttpResponse:
    """Show who somebody is, what they were told, and what is planned for them."""
    return _page(request, opened_person(request, pk))


@require_POST
@requires("people.write")
def person_language(request: ScopedRequest, pk: int) -> HttpResponse:
    """Let somebody read another language; the query of the address holds what is taken back."""
    person = person_in_view(request, pk)
    before = {"language": person.language, "by_files": "" if person.language_chosen_at else "on"}
    if request.GET.get("expected", person.language) != person.language:
        messages.error(
            request,
            _("Someone else has changed the language in the meantime. Your change was not saved."),
        )
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
def person_address(request: ScopedRequest, pk: int) -> HttpResponse:
    """Send to somebody's address again, though mails came back."""
    person = person_in_view(request, pk)
    if address_works(person, _user(request), database_now()):
        sentence = _("Emails are sent to %(address)s again. Skipped emails are not resent.")
        messages.success(request, sentence % {"address": person.email})
    return _back(request, pk)


def _page(
    request: ScopedRequest,
    person: Person,
    *,
    language_form: LanguageChoiceForm | None = None,
) -> HttpResponse:
    """Show the page, with what was typed and refused where something was."""
    now = database_now()
    page = person_page(request.programme, person, request.scope, now)
    context: dict[str, Any] = {
        "page": page,
        "hits": hits_on(person, page.place, request.programme, request.scope, now.date()),
        "language_form": language_form or LanguageChoiceForm(person=person),
        "address_words": words_of(person.address_refused_reason),
        "informed": Informed.objects.of(request.programme).filter(person=person).first(),
    }
    return render(request, "dashboards/person.html", context, status=422 if language_form else 200)


def _user(request: ScopedRequest) -> User:
    return cast(User, request.user)


def _url(request: ScopedRequest, name: str, pk: int) -> str:
    return reverse(f"dashboards:{name}", args=[request.programme.slug, pk])


def _back(request: ScopedRequest, pk: int) -> HttpResponse:
    return redirect("dashboards:person-show", request.programme.slug, pk)
