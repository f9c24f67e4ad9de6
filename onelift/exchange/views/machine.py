"""Asking a service for a draft."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onelift.exchange.machines import MachineError, machine_there
from onelift.exchange.services.machine import draft_by_machine
from onelift.exchange.views.text_write import written_in
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.services.texts import TextChangedError


@require_POST
@requires("text.write")
def text_machine(request: ScopedRequest, kind: str, pk: int, language: str) -> HttpResponse:
    """Fill in what is empty of a text by the configured service, as a draft."""
    one, translate = written_in(request, kind, pk, language), machine_there()
    if translate is None or not one.kind.is_machine_drafted:
        raise Http404
    try:
        count = draft_by_machine(
            one.kind, one.obj, one.english, one.text, translate, database_now()
        )
        if count:
            messages.success(request, _("A machine wrote this draft. Read it before you use it."))
        else:
            messages.info(request, _("No field is empty, so nothing was drafted."))
    except MachineError as error:
        messages.error(request, str(error))
    except TextChangedError:
        messages.error(request, _("The text has changed since you opened it. Read it again."))
    return redirect(one.kind.page(one.obj, language, request.programme.slug))
