"""How far a programme is on the way to its first approved message, asked of the database."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from communications.models import Approval
from programmes.models import Programme, Site, WaveSite
from programmes.scope import Scope
from stakeholders.models import Person, Role

# In the order in which they are taken.
STEPS = ("programme", "sites", "wave", "people", "roles", "message")


@dataclass(frozen=True)
class Progress:
    """Which steps of a programme are done; without a programme none is."""

    programme: Programme | None = None
    done: frozenset[str] = frozenset()

    @property
    def is_complete(self) -> bool:
        return self.left == 0

    @property
    def total(self) -> int:
        """Return how many steps there are."""
        return len(STEPS)

    @property
    def left(self) -> int:
        """Return how many steps are left."""
        return len(STEPS) - len(self.done)

    @property
    def next(self) -> str:
        """Return the first step that is not done, or nothing."""
        return next((step for step in STEPS if step not in self.done), "")


def progress_of(programme: Programme, scope: Scope) -> Progress:
    """Return how far a programme is, in one query."""
    found = _with_steps(scope).filter(pk=programme.pk).first()
    return _progress(found) if found else Progress()


def unfinished(programme: Programme, scope: Scope) -> Progress | None:
    """Return how far a programme is, to who sets it up while something is left; else no query."""
    progress = progress_of(programme, scope) if scope.may("setup.write") else None
    return None if progress is None or progress.is_complete else progress


def furthest(scope: Scope) -> Progress:
    """Return how far the furthest programme in view is, the oldest of several; one query."""
    found = [_progress(programme) for programme in _with_steps(scope).order_by("pk")]
    return min(found, key=lambda progress: progress.left, default=Progress())


def _progress(programme: Programme) -> Progress:
    done = {step for step in STEPS[1:] if getattr(programme, f"has_{step}")}
    return Progress(programme, frozenset({STEPS[0], *done}))


def _with_steps(scope: Scope) -> QuerySet[Programme]:
    """Add to the programmes in view whether each step is done, as ``has_<step>``."""
    here = OuterRef("pk")
    people = Person.objects.within(scope).active()
    roles = Role.objects.filter(programme=here, user__is_active=True)
    approvals = Approval.objects.within(scope).once_given()
    programmes: QuerySet[Programme] = Programme.objects.within(scope)
    return programmes.annotate(
        has_sites=Exists(Site.objects.within(scope).filter(programmes=here)),
        has_wave=Exists(WaveSite.objects.within(scope).filter(wave__programme=here)),
        has_people=Exists(people.filter(site__wave_sites__wave__programme=here)),
        has_roles=Q(Exists(roles.filter(kind=Role.Kind.PROGRAMME_MANAGER)))
        & Q(Exists(roles.filter(kind=Role.Kind.CIO))),
        has_message=Exists(approvals.filter(message__programme=here)),
    )
