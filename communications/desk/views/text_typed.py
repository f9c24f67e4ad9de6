"""What the page of one language says while somebody types: its checks, its rows, its email."""

from csp.decorators import csp
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from communications.desk.forms.text import TextForm
from communications.desk.views.text import PREVIEW_POLICY, logo_source
from communications.desk.views.text_page import looks_of, message_to_write, typed_preview
from communications.messages.rendering import preview_html
from programmes.access import ScopedRequest, requires


@require_POST
@requires("text.write")
def text_look(request: ScopedRequest, pk: int, language: str) -> HttpResponse:
    """Answer with the checks of what is typed, and with its rows if asked; nothing is kept."""
    message = message_to_write(request, pk, language)
    looks = looks_of(request, message, language, TextForm(request.POST))
    context = {
        **looks,
        "message": message,
        "language": language,
        "is_look": True,
        "wants_rows": "rows" in request.GET,
    }
    return render(request, "communications/_text_look.html", context)


@csp(PREVIEW_POLICY)
@require_POST
@requires("text.write")
def text_draft(request: ScopedRequest, pk: int, language: str) -> HttpResponse:
    """Answer with the email that the typed text makes, for a frame; nothing is kept."""
    message = message_to_write(request, pk, language)
    shown = typed_preview(request, message, language, TextForm(request.POST))
    return HttpResponse(preview_html(shown.mail, logo_source(request)) if shown else "")
