"""The page on which anybody says what is missing: no sign-in, no cookie, no script needed."""

import re
from collections.abc import Callable
from functools import wraps
from math import ceil

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from communications.messages.rendering import reading_language
from feedback.needs.forms.need import PublicForm, new_nonce
from feedback.needs.queries.one import sites_to_report
from feedback.needs.services.reporting import TooManyError, report_unknown
from programmes.database.clock import database_now
from programmes.design.page import page_in
from programmes.design.sealed import opens_nothing
from programmes.forms.refusal import accepts
from programmes.models import Programme, Site
from programmes.scope import EVERYTHING

View = Callable[..., HttpResponse]
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
KEY = re.compile(r"[0-9]{1,18}", re.ASCII)


def unkept(view: View) -> View:
    """Keep the page out of caches and search engines: each holds a form of its own."""

    @wraps(view)
    def wrapped(request: HttpRequest, slug: str) -> HttpResponse:
        response = view(request, slug)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return wrapped


# Nobody signs in here, so no cookie gives a right that another site could use.
@csrf_exempt
@unkept
@require_http_methods(["GET", "HEAD", "POST"])
def need_tell(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the three fields in the reader's language, or take what was typed."""
    programme = Programme.objects.filter(slug=slug).first()
    sites = sites_to_report(programme, EVERYTHING) if programme else []
    if programme is None or not sites:
        return opens_nothing(request)
    if request.method == "POST":
        return _take(request, programme, sites)
    if "sent" in request.GET:
        return _page(request, programme, None)
    chosen = request.GET.get("site", "")
    site = int(chosen) if KEY.fullmatch(chosen) else None
    return _page(request, programme, PublicForm(None, sites=sites, site=site))


def _take(request: HttpRequest, programme: Programme, sites: list[Site]) -> HttpResponse:
    """Take a report; what is wrong or too much at once comes back with all that was typed."""
    form, language = PublicForm(request.POST, sites=sites), _language_of(request)
    if not form.is_valid():
        return _page(request, programme, form, status=422)
    data, nonce = form.data_in(language), form.cleaned_data["nonce"]
    try:
        accepts(form, report_unknown, programme, data, nonce, database_now())
    except TooManyError as error:
        page = _page(request, programme, form, ceil(error.seconds / 60), status=429)
        page["Retry-After"] = str(error.seconds)
        return page
    if form.errors:
        return _page(request, programme, form, status=422)
    address = reverse("feedback:need-tell", args=[programme.slug])
    response = HttpResponseRedirect(f"{address}?lang={language}&sent=1")
    response.status_code = 303
    return response


def _page(
    request: HttpRequest,
    programme: Programme,
    form: PublicForm | None,
    minutes: int = 0,
    status: int = 200,
) -> HttpResponse:
    """Return the page with a form; without one, that it was sent."""
    context = {
        "programme": programme,
        "languages": LANGUAGES,
        "form": form,
        "nonce": new_nonce(),
        "minutes": minutes,
        "address": reverse("feedback:need-tell", args=[programme.slug]),
        "query": "sent=1" if form is None else "",
    }
    return HttpResponse(page_in(_language_of(request), "public/need.html", context), status=status)


def _language_of(request: HttpRequest) -> str:
    """Return the language chosen on the page, else the browser's, of all that are shipped."""
    chosen = request.GET.get("lang", "")
    if chosen in LANGUAGES:
        return chosen
    wished = translation.get_language_from_request(request)
    return reading_language(wished, LANGUAGES) or LANGUAGES[0]
