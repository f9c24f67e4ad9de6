"""The channels of a programme beside mail, and a test of each."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from communications.groups.queries.channel import channel_rows, channels_of
from communications.groups.services.channel import send_test
from communications.mailroom.channels import Outcome, Result
from communications.messages.models import Channel
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.paging import page_of
from stakeholders.models import User

SAID = {
    Outcome.SENT: (
        messages.SUCCESS,
        _("“%(name)s” accepted the test. Check there that it arrived."),
    ),
    Outcome.FAILED: (messages.ERROR, _("“%(name)s” refused the test. %(reply)s")),
    Outcome.RETRY: (messages.WARNING, _("“%(name)s” cannot be reached right now. %(reply)s")),
    Outcome.IN_DOUBT: (
        messages.WARNING,
        _("The test may or may not have reached “%(name)s”: check there. %(reply)s"),
    ),
}


@require_GET
@requires("channel.read")
def channel_list(request: ScopedRequest) -> HttpResponse:
    """Show which channels reach whom, and how they are."""
    page = page_of(request, channels_of(request.scope))
    context = {"rows": channel_rows(page, request.programme, request.scope), "page": page}
    return render(request, "communications/channel_list.html", context)


@require_POST
@requires("channel.test")
def channel_test(request: ScopedRequest, pk: int) -> HttpResponse:
    """Send a test, and say in words what became of it."""
    channels = Channel.objects.within(request.scope)
    channel = get_object_or_404(channels.select_related("programme"), pk=pk)
    try:
        result = send_test(channel, cast(User, request.user), database_now())
    except ValidationError as refusal:
        messages.error(request, refusal.message)
    else:
        say(request, channel, result)
    return redirect("communications:channel-list", request.programme.slug)


def say(request: ScopedRequest, channel: Channel, result: Result) -> None:
    """Put the result of a test into words."""
    level, words = SAID[result.outcome]
    messages.add_message(request, level, words % {"name": channel.name, "reply": result.reply})
