"""Asking somebody to read a text of an adaptation."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from communications.adaptations.queries.forms import key_of, statuses_of
from communications.adaptations.views.adaptation_page import adaptation_to_write
from communications.approvals.views.review import ask_page, texts_in
from programmes.access import ScopedRequest, requires
from programmes.views.once import once


@require_http_methods(["GET", "POST"])
@requires("adaptation.write")
@once
def adaptation_review(request: ScopedRequest, pk: int) -> HttpResponse:
    """Ask somebody to read one text of an adaptation."""
    _core, adaptation = adaptation_to_write(request, pk)
    statuses = {key_of(form): found for form, found in statuses_of(adaptation).items()}
    texts = texts_in(statuses, is_adapted=True)
    return ask_page(request, adaptation.message, texts, adaptation)
