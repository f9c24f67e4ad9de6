"""The page behind the opt-out link of a mail: no sign-in, no cookie, and a GET changes nothing."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from communications.dispatches.models import Delivery
from communications.dispatches.services.optout import ONE_CLICK, delivery_behind
from communications.messages.rendering import reading_language
from programmes.database.clock import database_now
from programmes.design.page import page_in
from programmes.design.sealed import opens_nothing, sealed
from stakeholders.models import OptOut
from stakeholders.people.services.optout import opt_in, opt_out

# What the form of the page or a mail program (RFC 8058) posts, and what it means.
ACTS = {("optional", "none"): opt_out, ("optional", "all"): opt_in}
ACTS[tuple(ONE_CLICK.split("="))] = opt_out  # type: ignore[index]


# The link itself is the right, and no cookie is: a mail program that posts has none.
@csrf_exempt
@sealed
@require_http_methods(["GET", "HEAD", "POST"])
def opt_out_show(request: HttpRequest, token: str) -> HttpResponse:
    """Show whether somebody gets what may be left out, and let them change it."""
    delivery = delivery_behind(token)
    if delivery is None:
        return opens_nothing(request)
    is_done = request.method == "POST" and _is_done(request, delivery)
    page = _page(request, delivery, is_done=is_done)
    return HttpResponse(page, status=422 if request.method == "POST" and not is_done else 200)


def _is_done(request: HttpRequest, delivery: Delivery) -> bool:
    """Do what was posted; False if that says nothing."""
    acts = [act for (name, value), act in ACTS.items() if request.POST.get(name) == value]
    for act in acts[:1]:
        act(delivery.person, delivery.dispatch.message.programme, database_now())
    return bool(acts)


def _page(request: HttpRequest, delivery: Delivery, *, is_done: bool) -> str:
    programme = delivery.dispatch.message.programme
    own = OptOut.objects.filter(person=delivery.person_id, programme=programme)
    context = {
        "programme": programme,
        "languages": programme.languages,
        "is_out": own.exists(),
        "is_done": is_done,
    }
    return page_in(_language_of(request, delivery), "public/opt_out.html", context)


def _language_of(request: HttpRequest, delivery: Delivery) -> str:
    """Return the language chosen on the page, else that of the mail."""
    chosen, languages = request.GET.get("lang", ""), delivery.dispatch.message.programme.languages
    if chosen in languages:
        return chosen
    return reading_language(delivery.language, languages) or languages[0]
