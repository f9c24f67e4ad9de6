"""Views whose form is taken once, however often it is sent.

The form holds ``{% once %}``, a key that is made with the page. Sent again as it was, it leads to
the page that it led to, and nothing is done a second time.
"""

import hashlib
import json
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect

from programmes.access import View
from programmes.database.clock import database_now
from programmes.models import SentForm
from programmes.services.sent_form import keep_outcome, refuse_form, take_form
from programmes.templatetags.forms import ONCE

# It may change between two tries.
PASSING = "csrfmiddlewaretoken"


def once(view: View) -> View:
    """Let a view take the same form once; a form without a key is taken each time."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST" or not request.POST.get(ONCE):
            return view(request, *args, **kwargs)
        with transaction.atomic():
            form, is_new = take_form(_digest(request), database_now())
            if is_new:
                before = len(messages.get_messages(request))
                response = view(request, *args, **kwargs)
                _settle(request, form, response, before)
                return response
        _say_again(request, form)
        return redirect(form.url)

    return guarded


def _digest(request: HttpRequest) -> str:
    """Return what tells forms apart: whoever goes back and types on sends another one."""
    typed = {name: request.POST.getlist(name) for name in request.POST if name != PASSING}
    files = {name: [*map(_content, request.FILES.getlist(name))] for name in request.FILES}
    facts = [request.user.pk, request.get_full_path(), typed, files]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _content(file: UploadedFile) -> str:
    content = hashlib.sha256()
    for chunk in file.chunks():
        content.update(chunk)
    file.seek(0)
    return content.hexdigest()


def _settle(request: HttpRequest, form: SentForm, response: HttpResponseBase, before: int) -> None:
    """Keep where a form led; one that comes back to be corrected was not taken."""
    if isinstance(response, HttpResponseRedirect):
        keep_outcome(form, response.url, _said(request)[before:])
    else:
        refuse_form(form)


def _said(request: HttpRequest) -> list[list[int | str]]:
    """Return what waits to be said on the next page, and leave it waiting."""
    storage: Any = messages.get_messages(request)
    found = [[one.level, str(one.message), one.extra_tags or ""] for one in storage]
    storage.used = False
    return found


def _say_again(request: HttpRequest, form: SentForm) -> None:
    """Say what the lost answer said, with its offer to undo."""
    waiting = _said(request)
    for level, sentence, tags in form.said:
        if [level, sentence, tags] not in waiting:
            messages.add_message(request, level, sentence, extra_tags=tags)
