"""What does not go on by itself: emails that do not leave, and returned ones that nobody reads."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.mailroom.services.mailbox import CHANNEL as MAILBOX
from communications.models import ChannelState
from onelift.dashboards.attention.queries.concern import Concern, Step
from onelift.dashboards.attention.queries.known import Halted, Known
from onelift.dashboards.attention.queries.weight import STUCK
from programmes.design import formats
from programmes.scope import Scope
from stakeholders.importing.models.importrun import AT_WORK, ImportRun

# Files of seventy thousand people take minutes.
LONGEST_IMPORT = timedelta(hours=1)


def stuck(known: Known) -> Iterator[Concern]:
    """Yield what is stuck, for the roles that see it."""
    found = known.interruption
    if found and not found.is_held and known.scope.may("dispatch.read"):
        yield Concern(
            STUCK,
            ngettext(
                "The mail server is not responding: %(n)s email waiting",
                "The mail server is not responding: %(n)s emails waiting",
                found.waiting,
            )
            % {"n": formats.number(found.waiting)},
            people=found.waiting,
            days=0,
        )
    if known.halted.unread_since:
        yield _unread(known.halted.unread_since)
    if known.halted.imports:
        yield _imports(known, known.halted.imports)


def halted_in(scope: Scope, now: datetime) -> Halted:
    """Return what stands still, for the roles that see it (two queries at most)."""
    since = imports = None
    if scope.may("channel.read"):
        down = ChannelState.objects.filter(channel=MAILBOX, failing_since__isnull=False)
        since = down.values_list("failing_since", flat=True).first()
    if scope.may("import.count"):
        runs = ImportRun.objects.within(scope).filter(state__in=AT_WORK)
        imports = runs.filter(at__lt=now - LONGEST_IMPORT).count()
    return Halted(since, imports or 0)


def _unread(since: datetime) -> Concern:
    return Concern(
        STUCK,
        _("Returned emails have not been read since %(time)s") % {"time": formats.moment(since)},
        advice=_("Bad addresses go undetected until the mailbox responds. Ask an administrator."),
    )


def _imports(known: Known, n: int) -> Concern:
    words = ngettext("%(n)d import is stuck", "%(n)d imports are stuck", n)
    return Concern(
        STUCK,
        words % {"n": n},
        advice=_("Joiners, movers and leavers are unknown until the import ends."),
        step=Step(_("Open imports"), reverse("stakeholders:report-list", args=[known.slug])),
    )
