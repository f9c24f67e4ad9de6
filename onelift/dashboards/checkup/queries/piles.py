"""What waits and what is stuck: each pile a query, counted by the page and listed by its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communications.dispatches.models import Dispatch
from communications.mailroom.models.ledger import OPEN
from communications.mailroom.services.ledger import is_rested
from communications.models import Approval, Delivery, KitFile, Notice, Post, State
from events.models import EventMail
from feedback.models import NeedMail
from programmes.services.sealing import unsealed
from stakeholders.importing.models.importrun import AT_WORK, WITH_SOMEBODY
from stakeholders.models import ImportRun

Rows = Callable[[datetime], QuerySet[Any]]
# A worker that has not written for so long after its lease is gone.
GONE = timedelta(minutes=2)
SOON, SLOW, LONG = timedelta(minutes=10), timedelta(minutes=15), timedelta(days=2)
RECENT = timedelta(days=7)
START_WORKER = _("Start a worker. It picks them up automatically.")


@dataclass(frozen=True)
class Pile:
    """Rows that wait for the same.

    Attributes:
        key: in the address of its list.
        title: what they are.
        rows: the rows at an instant (UTC).
        since: the column since when a row waits.
        path: where its words are: what a row is, then what it is about and who waits for it.
        advice: what to do about it.
        next_try: the column that says when a row is tried next; empty if nothing tries it.
        late_after: what waits longer is stuck; None if nothing says so.
        late: what else makes a row late, at an instant.
        late_title: what the late ones are called.

    """

    key: str
    title: str | Promise
    rows: Rows
    since: str
    path: tuple[str, ...]
    advice: str | Promise = ""
    next_try: str = ""
    late_after: timedelta | None = None
    late: Callable[[datetime], Q] = lambda _now: Q()
    late_title: str | Promise = ""

    def late_rows(self, now: datetime) -> QuerySet[Any]:
        """Return the rows that wait longer than they should."""
        waits = Q((f"{self.since}__lt", now - (self.late_after or timedelta())))
        return self.rows(now).filter(waits & self.late(now))

    def stuck(self) -> "Pile":
        """Return the pile of those that wait longer than they should."""
        title = self.late_title or self.title
        return replace(self, key=f"late-{self.key}", title=title, rows=self.late_rows)


def rows_of(model: type[Any], **states: Any) -> Rows:
    """Return a query of the postings of a kind."""
    return lambda _now: model._default_manager.filter(**states)


def untried(now: datetime) -> Q:
    """Return the condition that no later try is agreed on."""
    return Q(state=State.PLANNED) & is_rested(now - SOON)


def running(now: datetime) -> Q:
    """Return the same of emails and posts of messages that nobody has paused."""
    return untried(now) & Q(dispatch__in=Dispatch.objects.running())


def left(model: type[Any]) -> Rows:
    """Return a query of the postings that a worker took and did not end."""
    taken = (State.CLAIMED, State.SENDING)
    return lambda now: model._default_manager.filter(state__in=taken, lease_until__lt=now - GONE)


OF_MESSAGE = ("dispatch.message", "dispatch.message.programme")
CHECK_SENDING = _("Test the mail server and wake a worker below. Nothing is lost in the meantime.")
EMAILS = Pile(
    "emails",
    _("Emails"),
    rows_of(Delivery, state__in=OPEN),
    "due_at",
    OF_MESSAGE,
    CHECK_SENDING,
    "next_try_at",
    SOON,
    running,
    _("Overdue emails"),
)
WAITS = [
    EMAILS,
    replace(
        EMAILS,
        key="notices",
        title=_("Emails to colleagues"),
        rows=rows_of(Notice, state__in=OPEN),
        path=("get_kind_display", "programme"),
        late=untried,
        late_title=_("Overdue emails to colleagues"),
    ),
    replace(
        EMAILS,
        key="event-emails",
        title=_("Emails about registrations"),
        rows=rows_of(EventMail, state__in=OPEN),
        path=("registration.event", "registration.event.programme"),
        late=untried,
        late_title=_("Overdue emails about registrations"),
    ),
    replace(
        EMAILS,
        key="need-emails",
        title=_("Emails about needs"),
        rows=rows_of(NeedMail, state__in=OPEN),
        path=("need", "need.programme"),
        late=untried,
        late_title=_("Overdue emails about needs"),
    ),
    replace(
        EMAILS,
        key="posts",
        title=_("Posts"),
        rows=lambda _now: Post.objects.to_be_sent().filter(state__in=OPEN),
        path=("channel", "dispatch.message"),
        advice=_("Test the channel below. If it fails, enter its address again or post by hand."),
        late_title=_("Overdue posts"),
    ),
    Pile(
        "posts-by-hand",
        _("Manual posts"),
        lambda _now: Post.objects.by_hand().filter(state__in=OPEN),
        "due_at",
        ("channel", "dispatch.message"),
        _("Ask those who run the channel to post them and mark them as posted."),
        late_after=LONG,
        late_title=_("Overdue manual posts"),
    ),
    Pile(
        "kit-files",
        _("Kit files in progress"),
        lambda _now: KitFile.objects.wanted().filter(state__in=KitFile.OPEN),
        "asked_at",
        ("message", "place.site"),
        _("Start a worker for the “documents” queue. It creates them one by one."),
        late_after=SLOW,
        late_title=_("Overdue kit files"),
    ),
    Pile(
        "imports",
        _("Imports in progress"),
        lambda _now: ImportRun.objects.filter(state__in=AT_WORK),
        "at",
        ("file_name", "by"),
        START_WORKER,
        late_after=SLOW,
        late=lambda now: Q(lease_until=None) | Q(lease_until__lt=now - GONE),
        late_title=_("Stalled imports"),
    ),
    Pile(
        "imports-to-confirm",
        _("Imports to confirm"),
        lambda _now: ImportRun.objects.filter(state__in=WITH_SOMEBODY),
        "at",
        ("file_name", "by"),
        _("Ask the people who uploaded them to apply or discard them."),
        late_after=LONG,
        late_title=_("Overdue imports to confirm"),
    ),
    Pile(
        "approvals",
        _("Approvals"),
        lambda _now: Approval.objects.waiting(),
        "asked_at",
        ("message", "message.programme", "asked_by"),
        _("Remind the programme’s CIO. The messages cannot be sent until they are approved."),
        late_after=LONG,
        late_title=_("Overdue approvals"),
    ),
    Pile(
        "audit-entries",
        _("Audit entries to seal"),
        lambda _now: unsealed(),
        "timestamp",
        ("content_type", "actor"),
        START_WORKER,
        late_after=SOON,
        late_title=_("Overdue audit entries to seal"),
    ),
]

DECIDE: Promise = _(
    "Look them up in the mail server’s log, then mark them as delivered or send them again."
)
ASK_GROUP: Promise = _(
    "Check in the channel whether they arrived, then mark them as delivered or post them again."
)
OF_KIND: list[tuple[str, type[Any], Promise]] = [
    ("emails", Delivery, DECIDE),
    ("notices", Notice, DECIDE),
    ("event-emails", EventMail, DECIDE),
    ("need-emails", NeedMail, DECIDE),
    ("posts", Post, ASK_GROUP),
]
LEFT = {
    "emails": _("Emails left by a stopped worker"),
    "notices": _("Emails to colleagues left by a stopped worker"),
    "event-emails": _("Emails about registrations left by a stopped worker"),
    "need-emails": _("Emails about needs left by a stopped worker"),
    "posts": _("Posts left by a stopped worker"),
}
DOUBT = {
    "emails": _("Emails that may or may not have been sent"),
    "notices": _("Emails to colleagues that may or may not have been sent"),
    "event-emails": _("Emails about registrations that may or may not have been sent"),
    "need-emails": _("Emails about needs that may or may not have been sent"),
    "posts": _("Posts that may or may not have been sent"),
}
REFUSED = [
    Pile(
        "doubted-dispatches",
        _("Messages paused because many addresses do not exist"),
        lambda _now: Dispatch.objects.filter(paused_at=F("doubted_at"), cancelled_at=None),
        "doubted_at",
        ("message", "message.programme"),
        _("Check the personnel file, then resume or cancel the rest on the page of the message."),
    ),
    Pile(
        "refused-posts",
        _("Posts that a channel refused"),
        lambda now: Post.objects.filter(state=State.FAILED, ended_at__gt=now - RECENT),
        "ended_at",
        ("channel", "dispatch.message"),
        _("Test the channel below. Enter its address again, or post by hand."),
    ),
    Pile(
        "refused-kit-files",
        _("Kit files that cannot be created"),
        lambda _now: KitFile.objects.wanted().filter(state=KitFile.State.REFUSED),
        "asked_at",
        ("message", "place.site"),
        _("Ask the communication team to correct the text named in the kit."),
    ),
]


def stuck_piles() -> Iterator[Pile]:
    """Yield what should not be there at all."""
    waits = {pile.key: pile.path for pile in WAITS}
    for key, model, advice in OF_KIND:
        path, taken = waits[key], left(model)
        yield Pile(f"left-{key}", LEFT[key], taken, "lease_until", path, START_WORKER)
        in_doubt = rows_of(model, state=State.IN_DOUBT)
        yield Pile(f"doubt-{key}", DOUBT[key], in_doubt, "ended_at", path, advice)
    yield from (pile.stuck() for pile in WAITS if pile.late_after)
    yield from REFUSED


STUCK = list(stuck_piles())
PILES = {pile.key: pile for pile in [*WAITS, *STUCK]}
