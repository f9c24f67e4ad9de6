"""After a saved audience has changed: which of its unsent messages follow."""

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from communications.desk.forms.following import FollowForm
from communications.desk.queries.following import followers_of, unsent_from
from communications.messages.services.message import let_follow
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design import formats
from stakeholders.models import Audience, User


@require_http_methods(["GET", "POST"])
@requires("message.write")
def audience_follow(request: ScopedRequest, pk: int) -> HttpResponse:
    """Show the unsent messages made from a saved audience, and let those that are ticked follow."""
    saved = Audience.objects.within(request.scope).saved()
    audience = get_object_or_404(saved.with_rule(), pk=pk)
    unsent = unsent_from(audience)
    form = FollowForm(request.POST or None, offered=unsent)
    if form.is_valid():
        ticked, user = list(form.cleaned_data["messages"]), cast(User, request.user)
        changed = let_follow(audience, ticked, user, database_now())
        sentence = ngettext(
            "%(number)s message updated. It needs its own approval.",
            "%(number)s messages updated. Each needs its own approval.",
            len(changed),
        )
        messages.success(request, sentence % {"number": formats.number(len(changed))})
        return redirect("communications:audience-follow", request.programme.slug, pk)
    people, followers = followers_of(audience, unsent, request.scope)
    context = {
        "form": form,
        "audience": audience,
        "people": people,
        "followers": followers,
        "behind": [one for one in followers if not one.is_same],
    }
    return render(request, "communications/audience_follow.html", context)
