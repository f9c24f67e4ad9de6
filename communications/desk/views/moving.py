"""Moving a message by a week, as the arrow keys do in the plan."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communications.desk.views.message import message_in_view
from communications.messages.services.message import move_message
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.back import own_path
from programmes.design.undo import offer_undo


@require_POST
@requires("message.write")
def message_move(request: ScopedRequest, pk: int, weeks: int) -> HttpResponse:
    """Move a draft a week earlier or later, offer to undo it, and go back to the plan."""
    message, slug = message_in_view(request, pk), request.programme.slug
    try:
        move_message(message, weeks, database_now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        said = _("“%(title)s” goes out a week later.")
        if weeks < 0:
            said = _("“%(title)s” goes out a week earlier.")
        back = "communications:message-earlier" if weeks > 0 else "communications:message-later"
        offer_undo(request, said % {"title": message.title}, reverse(back, args=[slug, pk]))
    own = reverse("communications:message-show", args=[slug, pk])
    return redirect(own_path(request.POST.get("page", "")) or own)
