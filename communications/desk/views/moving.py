"""Moving a message by days, as it is done in the plan; copying it, deleting a draft."""

from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from communications.desk.views.message import message_in_view
from communications.dispatches.sources import source_of
from communications.messages.services.copying import copy_message, delete_draft
from communications.messages.services.message import move_message
from communications.messages.services.refusal import RefusedError
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.back import own_path
from programmes.design.undo import offer_undo
from programmes.views.once import once
from stakeholders.models import User

WEEK = 7
# Of a number of days: no plan is a thousand days long.
MOST_DIGITS = 3


@require_POST
@requires("message.write")
def message_move(request: ScopedRequest, pk: int, way: int) -> HttpResponse:
    """Move a draft to an earlier or a later day, offer to undo it, and go back to the plan.

    The address names by how many days; without them it is a week. Undo comes back to the same page.
    """
    message, slug = message_in_view(request, pk), request.programme.slug
    days = _days_in(request.GET.get("days", ""))
    page = own_path(request.POST.get("page") or request.GET.get("page", ""))
    try:
        move_message(message, way * days, cast(User, request.user), database_now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        back = "communications:message-earlier" if way > 0 else "communications:message-later"
        undo = f"{reverse(back, args=[slug, pk])}?{urlencode({'days': days, 'page': page})}"
        offer_undo(request, _said(way, days) % {"title": message.title, "n": days}, undo)
    own = reverse("communications:message-show", args=[slug, pk])
    return redirect(page or own)


def _days_in(typed: str) -> int:
    days = int(typed) if typed.isdecimal() and len(typed) <= MOST_DIGITS else 0
    return days or WEEK


def _said(way: int, days: int) -> str:
    if days == WEEK:
        later, earlier = (
            _("“%(title)s” is now sent a week later."),
            _("“%(title)s” is now sent a week earlier."),
        )
        return later if way > 0 else earlier
    if way > 0:
        return ngettext(
            "“%(title)s” is now sent %(n)d day later.",
            "“%(title)s” is now sent %(n)d days later.",
            days,
        )
    return ngettext(
        "“%(title)s” is now sent %(n)d day earlier.",
        "“%(title)s” is now sent %(n)d days earlier.",
        days,
    )


@require_POST
@requires("message.write")
@once
def message_copy(request: ScopedRequest, pk: int) -> HttpResponse:
    """Make a draft like a message, and go on to write it."""
    message = message_in_view(request, pk)
    if page := source_of(message).page(message):
        return redirect(page)
    made = copy_message(message, cast(User, request.user), database_now())
    messages.success(request, _("This is a draft copy. The original is unchanged."))
    return redirect("communications:message-edit", request.programme.slug, made.pk)


@require_POST
@requires("message.write")
def message_delete(request: ScopedRequest, pk: int) -> HttpResponse:
    """Delete a draft, and go back to the list."""
    message, slug = message_in_view(request, pk), request.programme.slug
    title = message.title
    try:
        delete_draft(message)
    except RefusedError as refusal:
        messages.error(request, str(refusal))
        return redirect("communications:message-show", slug, pk)
    messages.success(request, _("“%(title)s” has been deleted.") % {"title": title})
    return redirect("communications:message-list", slug)
