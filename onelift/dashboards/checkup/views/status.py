"""The page of status: what waits, what is stuck, what to do, and tests of each connection."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from communications.models import AlarmReader, Channel
from communications.operation.services.alarm_post import choose, chosen, offered
from communications.operation.services.alarm_reader import tell
from onelift.dashboards.checkup.queries.connections import Test
from onelift.dashboards.checkup.queries.counts import lines_of, ordered
from onelift.dashboards.checkup.queries.finding import Level
from onelift.dashboards.checkup.queries.piles import PILES
from onelift.dashboards.checkup.queries.status import status_of
from onelift.dashboards.checkup.queries.support import support_lines
from onelift.dashboards.checkup.services.trying import TRIES, Tried, may_try, try_channel
from programmes.access import ScopedRequest, requires_installation
from programmes.database.clock import database_now
from programmes.design import formats
from programmes.design.paging import page_of
from stakeholders.models import User

SAID = {
    Level.OK: messages.SUCCESS,
    Level.WARNING: messages.WARNING,
    Level.TROUBLE: messages.ERROR,
}


@require_GET
@requires_installation("status.read")
def status_show(request: ScopedRequest) -> HttpResponse:
    """Show how the installation is."""
    is_told = AlarmReader.objects.filter(user=_reader(request)).exists()
    context = {
        "status": status_of(database_now()),
        "is_told": is_told,
        "channels": offered(),
        "channel_told": chosen(),
    }
    return render(request, "dashboards/status.html", context)


@require_GET
@requires_installation("status.read")
def status_support(request: ScopedRequest) -> HttpResponse:
    """Show versions and states, to be copied for whoever supports the installation."""
    lines = support_lines(database_now())
    return render(request, "dashboards/status_support.html", {"lines": lines})


@require_GET
@requires_installation("status.read")
def status_support_file(request: ScopedRequest) -> HttpResponse:
    """Send the same as a file."""
    content = "\n".join(support_lines(database_now())) + "\n"
    headers = {"Content-Disposition": 'attachment; filename="onelift-status.txt"'}
    return HttpResponse(content, content_type="text/plain; charset=utf-8", headers=headers)


@require_POST
@requires_installation("status.read")
def status_alarm(request: ScopedRequest) -> HttpResponse:
    """Let whoever asks be emailed about what is stuck, or no longer."""
    is_wanted = "is_wanted" in request.POST
    tell(_reader(request), is_wanted=is_wanted)
    if is_wanted:
        messages.success(
            request, _("We will email you when something has been stuck for ten minutes.")
        )
    else:
        messages.success(request, _("We will no longer email you when something is stuck."))
    return redirect("dashboards:status-show")


@require_POST
@requires_installation("status.read")
def alarm_channel(request: ScopedRequest) -> HttpResponse:
    """Let one channel be told of what is stuck, or none."""
    wanted = request.POST.get("channel", "")
    known = {str(channel.pk): channel for channel in offered()}
    if wanted and wanted not in known:
        raise Http404
    choose(known.get(wanted), _reader(request), database_now())
    if wanted:
        text = _("We will post to “%(name)s” when something has been stuck for ten minutes.")
        messages.success(request, text % {"name": known[wanted].name})
    else:
        messages.success(request, _("We will no longer post to a channel when something is stuck."))
    return redirect("dashboards:status-show")


@require_GET
@requires_installation("status.read")
def status_list(request: ScopedRequest, key: str) -> HttpResponse:
    """Show the rows of one pile, the oldest first."""
    if key not in PILES:
        raise Http404
    pile = PILES[key]
    page = page_of(request, ordered(pile, database_now()))
    context = {
        "pile": pile,
        "page": page,
        "lines": lines_of(pile, list(page), _reader(request)),
    }
    return render(request, "dashboards/status_list.html", context)


@require_POST
@requires_installation("status.test")
def status_test(request: ScopedRequest, kind: str) -> HttpResponse:
    """Try one connection, or look at everything, and say what came of it."""
    if kind not in list(Test):
        raise Http404
    if not may_try(_reader(request)):
        messages.error(
            request, _("You have reached the limit of 20 tests in 10 minutes. Try again later.")
        )
    else:
        for tried in TRIES[Test(kind)](_reader(request)):
            say(request, tried)
    return redirect("dashboards:status-show")


@require_POST
@requires_installation("status.test")
def channel_test(request: ScopedRequest, pk: int) -> HttpResponse:
    """Post a test to a channel."""
    channel = get_object_or_404(Channel.objects.select_related("programme"), pk=pk)
    try:
        say(request, try_channel(channel, _reader(request)))
    except ValidationError as refusal:
        messages.error(request, refusal.message)
    return redirect("dashboards:status-show")


def say(request: ScopedRequest, tried: Tried) -> None:
    """Put what came of a test, and when, into a message."""
    time = formats.clock(database_now())
    messages.add_message(
        request,
        SAID[tried.level],
        _("%(time)s: %(result)s") % {"time": time, "result": tried.sentence},
    )


def _reader(request: ScopedRequest) -> User:
    """Return who is signed in; nobody else comes this far."""
    return cast(User, request.user)
