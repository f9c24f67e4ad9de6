"""Web that started while the database was down compares its key once the database answers."""

import logging
from collections.abc import Callable

from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from onelift.processes.launch import comparison, refusal_of_key

log = logging.getLogger(__name__)


class KeyMiddleware:
    """Compares before each page until the key has been found right; then it steps aside.

    A start ends with another key than the database's. Here each page is refused: the right key
    needs a restart, and after ``accept_key`` the process goes on by itself. Where the start could
    compare, this is not used.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not comparison.is_owed:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.told = ""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, unless the key is not the database's."""
        if comparison.is_owed and self.is_refused():
            return HttpResponse(render_to_string("500.html"), status=503)
        return self.get_response(request)

    def is_refused(self) -> bool:
        """Return whether the key is refused, and say why once; without a database it is not."""
        try:
            refusal = refusal_of_key()
        except DatabaseError:
            return False
        if refusal and refusal != self.told:
            log.critical("No page is shown. %s", refusal)
        self.told = refusal
        comparison.is_owed = bool(refusal)
        return bool(refusal)
