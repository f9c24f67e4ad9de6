"""The product, and beside it under ``/bench/`` what a page of the same server costs at least.

Those views have no session and no template. But for ``/bench/behind/``, which stands behind all
middleware of the product, they have no middleware either: Django's handler and nothing else.
"""

import os
import uuid
from collections.abc import Callable, Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onelift.settings")

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import ResolverMatch, path

from onelift.wsgi import application as product

Environ = dict[str, Any]


class BareHandler(WSGIHandler):
    """Django's handler with the addresses below."""

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        request.urlconf = __name__
        return super().resolve_request(request)


def bare(request: HttpRequest) -> HttpResponse:
    """Answer with a word."""
    return _text("hello")


def insert_by_orm(request: HttpRequest, segment: int) -> HttpResponse:
    """Store an answer as the ORM does it, and nothing else: a peer of the survey's POST."""
    from feedback.models import HeldAnswer  # only once Django is set up

    HeldAnswer.objects.create(segment_id=segment, csat=int(request.POST["csat"]))
    return _text("stored")


def insert_by_statement(request: HttpRequest, segment: int) -> HttpResponse:
    """Store an answer in one statement written by hand: a peer of the survey's POST."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO feedback_heldanswer (id, segment_id, csat, comment) "
            "VALUES (%s, %s, %s, '')",
            [_key(), segment, int(request.POST["csat"])],
        )
    return _text("stored")


def _key() -> str:
    key = uuid.uuid4()
    return str(key) if connection.features.has_native_uuid_field else key.hex


def _text(word: str) -> HttpResponse:
    return HttpResponse(word, content_type="text/plain", headers={"Content-Length": len(word)})


urlpatterns = [
    path("bench/bare/", bare),
    path("bench/behind/", bare),
    path("bench/orm/<int:segment>/", insert_by_orm),
    path("bench/statement/<int:segment>/", insert_by_statement),
]
_behind = BareHandler()
with override_settings(MIDDLEWARE=[]):
    _bare = BareHandler()


def application(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer as the product does, but for the addresses under ``/bench/``."""
    path = environ["PATH_INFO"]
    side = _behind if path == "/bench/behind/" else _bare if path.startswith("/bench/") else product
    return side(environ, start_response)
