"""Confirming in one click what a change of wording asks about."""

from collections.abc import Sequence
from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from communications.adaptations.queries.asked import AskedText, asked_for
from communications.adaptations.services.confirming import confirm_asked
from communications.desk.views.message import message_in_view
from communications.messages.services.refusal import RefusedError
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design import formats
from programmes.services.texts import TextMissingError
from stakeholders.models import User


@require_POST
@requires("adaptation.write")
def text_confirm_all(request: ScopedRequest, pk: int) -> HttpResponse:
    """Say that all texts are still right that a change of wording asks about and the user writes.

    These are those of the message, its channels and its adaptations. What a change of meaning has
    made out of date is confirmed one by one.
    """
    message = message_in_view(request, pk)
    asked, user = asked_for(message, request.scope), cast(User, request.user)
    try:
        confirmed = confirm_asked(message, asked.own, user, database_now())
        _say(request, confirmed, asked.lacking)
    except (RefusedError, TextMissingError):
        messages.error(request, _("The text has changed since you opened it. Read it again."))
    return redirect("communications:message-show", request.programme.slug, pk)


def _say(
    request: ScopedRequest, confirmed: Sequence[AskedText], lacking: Sequence[AskedText]
) -> None:
    if confirmed:
        n = len(confirmed)
        said = ngettext("%(n)s text confirmed.", "%(n)s texts confirmed.", n)
        messages.success(request, said % {"n": formats.number(n)})
    if lacking:
        names = formats.enumeration([one.name for one in lacking])
        messages.warning(request, f"{_('Correct these first:')} {names}")
    if not confirmed and not lacking:
        messages.info(request, _("No text of yours waits for confirmation."))
