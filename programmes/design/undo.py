"""What was done can be undone: how a view offers it."""

from django.contrib import messages
from django.http import HttpRequest


def offer_undo(request: HttpRequest, sentence: str, url: str) -> None:
    """Say on the next page what was done, with a button that POSTs to ``url`` to undo it."""
    messages.success(request, sentence, extra_tags=f"undo {url}")
