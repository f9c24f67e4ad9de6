"""The saved versions of a message: the list, two of them side by side, and one taken up again."""

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from communications.desk.views.message import message_in_view
from communications.messages.models import MessageVersion
from communications.messages.queries.history import comparison_of, versions_of
from communications.messages.services.refusal import RefusedError
from communications.messages.services.version import restore_version
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.views.once import once
from stakeholders.models import User


@require_GET
@requires("decision.read")
def message_history(request: ScopedRequest, pk: int) -> HttpResponse:
    """Show the saved versions, newest first, and what differs between two of them."""
    message = message_in_view(request, pk)
    versions = versions_of(MessageVersion.objects.within(request.scope).filter(message=message))
    query = request.GET
    context = {
        "message": message,
        "title": message.title or message.purpose,
        "versions": versions,
        "comparison": comparison_of(versions, query.get("old", ""), query.get("new", "")),
        "may_restore": request.scope.may("message.write") and message.source == "message",
    }
    return render(request, "communications/message_history.html", context)


@require_POST
@requires("message.write")
@once
def message_restore(request: ScopedRequest, pk: int) -> HttpResponse:
    """Save the texts of an earlier version again, as a new one."""
    message = message_in_view(request, pk)
    typed = request.POST.get("number", "")
    number = int(typed) if typed.isdecimal() and len(typed) <= len(str(2**30)) else 0
    found = MessageVersion.objects.within(request.scope).filter(message=message)
    if version := found.filter(number=number).first():
        _restore(request, version)
    else:
        messages.error(request, _("There is no such version. Choose one from the list."))
    return redirect("communications:message-history", request.programme.slug, pk)


def _restore(request: ScopedRequest, version: MessageVersion) -> None:
    try:
        made = restore_version(version, cast(User, request.user), database_now())
    except RefusedError as refusal:
        messages.error(request, str(refusal))
        return
    said = _("Version %(old)s is restored, as version %(new)s.")
    same = _("These are the present texts.")
    numbers = {"old": version.number, "new": made.number if made else 0}
    messages.success(request, said % numbers if made else same)
