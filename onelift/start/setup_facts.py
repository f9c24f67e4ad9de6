"""What the steps have made so far, and who holds which role."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Count, Q

from communications.approvals.services.approval import is_ready
from communications.models import Approval, Message
from programmes.models import Programme, Site, Wave
from programmes.queries.texts import SOURCE_LANGUAGE, states_of
from programmes.scope import Scope
from stakeholders.models import Person, Role, User

ADMINISTRATOR = Role.Kind.ADMINISTRATOR


@dataclass(frozen=True)
class SetupFacts:
    """What is there, in the view of a reader.

    Attributes:
        known_sites: sites of whatever programme, in the view of who chooses them.
        sites: sites of the programme.
        people: active people at the sites of its waves.
        wave: the wave that goes live first, with ``sites_count``.
        message: what was approved first, else what waits, else the first draft; None to a reader
            of no messages.
        is_ready: whether the English text of that message may be shown for approval.
        waits: whether a version of that message waits for the CIO.
        holders: names of the active users by kind of role, in the programme and the installation.

    """

    known_sites: int
    sites: int = 0
    people: int = 0
    wave: Wave | None = None
    message: Message | None = None
    is_ready: bool = False
    waits: bool = False
    holders: Mapping[str, list[str]] = field(default_factory=dict)


def facts_of(programme: Programme | None, scope: Scope, whole: Scope) -> SetupFacts:
    """Return what is there, in nine queries at most; ``whole`` is the reader's installation."""
    known = Site.objects.within(whole).count()
    if programme is None:
        return SetupFacts(known, holders=_holders(None))
    approval = _approval(programme, scope) if scope.may("message.read") else None
    message = approval.message if approval else _first_draft(programme, scope)
    return SetupFacts(
        known_sites=known,
        sites=Site.objects.within(scope).filter(programmes=programme).count(),
        people=Person.objects.within(scope).of(programme.pk).active().count(),
        wave=_first_wave(programme, scope),
        message=message,
        is_ready=message is not None and _is_ready(message),
        waits=bool(approval and approval.state == Approval.State.WAITING),
        holders=_holders(programme),
    )


def _first_wave(programme: Programme, scope: Scope) -> Wave | None:
    waves = Wave.objects.within(scope).filter(programme=programme)
    counted = waves.annotate(sites_count=Count("wave_sites"))
    return counted.order_by("-sites_count", "go_live_on", "pk").first()


def _approval(programme: Programme, scope: Scope) -> Approval | None:
    """Return what was approved first, or else the oldest version that waits."""
    here = Approval.objects.within(scope).filter(message__programme=programme)
    here = here.select_related("message").order_by("pk")
    return here.once_given().first() or here.waiting().first()


def _first_draft(programme: Programme, scope: Scope) -> Message | None:
    if not scope.may("message.read"):
        return None
    messages = Message.objects.within(scope).filter(programme=programme)
    first: Message | None = messages.order_by("pk").first()
    return first


def _is_ready(message: Message) -> bool:
    return is_ready(states_of(message, languages=[SOURCE_LANGUAGE])[SOURCE_LANGUAGE])


def _holders(programme: Programme | None) -> dict[str, list[str]]:
    """Return who is active in the programme and the installation, superusers as administrators."""
    found: dict[str, list[str]] = defaultdict(list)
    here = Q(programme=programme) | Q(programme=None) if programme else Q(programme=None)
    roles = Role.objects.filter(here, user__is_active=True).select_related("user").order_by("pk")
    for role in roles:
        found[role.kind].append(str(role.user))
    for user in User.objects.filter(is_superuser=True, is_active=True).order_by("pk"):
        if str(user) not in found[ADMINISTRATOR]:
            found[ADMINISTRATOR].append(str(user))
    return found
