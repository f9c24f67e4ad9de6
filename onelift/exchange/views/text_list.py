"""The list of everything that is written in several languages."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onelift.exchange.desk import Desk
from onelift.exchange.queries.text_list import TextFilter, chosen, filters_of, text_rows
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.paging import page_of
from programmes.queries.texts import SOURCE_LANGUAGE


def languages_of(request: ScopedRequest) -> list[str]:
    """Return the languages of the programme that the user translates into."""
    codes = (code for code in request.programme.languages if code != SOURCE_LANGUAGE)
    return request.scope.writable(codes)


@require_GET
@requires("text.write")
def text_list(request: ScopedRequest) -> HttpResponse:
    """Show the texts in the user's languages, what is to write first, the oldest due first."""
    languages = languages_of(request)
    rows = text_rows(Desk(request.programme, request.scope, database_now()), languages)
    wish = TextFilter.read(request.GET)
    found = chosen(rows, wish)
    context = {
        "all": rows,
        "found": found,
        "to_write": [row for row in found if row.is_to_write],
        "page": page_of(request, found),
        "groups": filters_of(rows, request.programme.languages, wish),
        "is_filtered": wish.is_any,
    }
    return render(request, "exchange/text_list.html", context)
