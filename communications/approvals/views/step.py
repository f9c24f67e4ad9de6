"""Taking a step on a page that may be refused."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages

from communications.messages.services.refusal import RefusedError
from programmes.access import ScopedRequest


def taken(request: ScopedRequest, verb: Callable[..., Any], *args: object) -> Any:
    """Take a step; return what it gives, or None after saying what to do instead."""
    try:
        return verb(*args)
    except RefusedError as refusal:
        messages.error(request, str(refusal))
        return None
