"""Views that show what is kept of persons say so to the audit trail.

A list without a row of its own is noted on the programme; on the pages of the installation, which
have none, on the reader.
"""

from typing import cast

from django.db.models import Model

from programmes.access import ScopedRequest
from programmes.database.clock import database_now
from programmes.models import Programme
from programmes.models.trail import Kept
from programmes.services.trail import note_seen


def note_look(request: ScopedRequest, what: Kept, seen: Model | None = None) -> None:
    """Note that the reader sees a row, or a list of the programme."""
    of = _programme(request)
    note_seen(seen or of or _reader(request), request.user, database_now(), of, what)


def note_audit(request: ScopedRequest, what: Kept, seen: Model | None = None) -> None:
    """Note the same of readers whose every look is noted, and of nobody else."""
    if request.scope.may("look.noted"):
        note_look(request, what, seen)


def note_file(request: ScopedRequest, what: Kept, seen: Model | None = None) -> None:
    """Note that the reader takes a file along."""
    of, now = _programme(request), database_now()
    note_seen(seen or of or _reader(request), request.user, now, of, what, is_taken=True)


def _programme(request: ScopedRequest) -> Programme | None:
    return getattr(request, "programme", None)


def _reader(request: ScopedRequest) -> Model:
    return cast(Model, request.user)
