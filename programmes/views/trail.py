"""Views that show what is kept of persons say so to the audit trail."""

from django.db.models import Model

from programmes.access import ScopedRequest
from programmes.models.trail import Kept
from programmes.queries.clock import database_now
from programmes.services.trail import note_seen


def note_look(request: ScopedRequest, what: Kept, seen: Model | None = None) -> None:
    """Note that the reader sees a row, or a list of the programme."""
    of = request.programme
    note_seen(seen or of, request.user, database_now(), of, what)


def note_audit(request: ScopedRequest, what: Kept, seen: Model | None = None) -> None:
    """Note the same of readers whose every look is noted, and of nobody else."""
    if request.scope.may("look.noted"):
        note_look(request, what, seen)


def note_file(request: ScopedRequest, what: Kept, seen: Model | None = None) -> None:
    """Note that the reader takes a file along."""
    of = request.programme
    note_seen(seen or of, request.user, database_now(), of, what, is_taken=True)
