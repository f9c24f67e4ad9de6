"""How accessible the portal is: what was tested, what is known to be hard, whom to write to."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from onelift.dashboards.me.queries.reader import all_languages, page_language
from onelift.dashboards.me.views.me import public
from programmes.design.page import page_in


@public
def accessibility_show(request: HttpRequest) -> HttpResponse:
    """Show the statement in the language of the address, else of the browser."""
    accepted, languages = request.headers.get("Accept-Language", ""), all_languages()
    language = page_language(request.GET.get("lang", ""), accepted, languages)
    context = {
        "languages": languages,
        "contact": settings.ACCESSIBILITY_EMAIL,
    }
    return HttpResponse(page_in(language, "public/accessibility.html", context))
