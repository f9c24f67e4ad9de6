"""The senders of a programme: listed, added, agreed to, declined, revoked, removed."""

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from communications.approvals.forms.sender import SenderForm
from communications.approvals.services import sender as senders
from communications.approvals.views.step import taken
from communications.messages.models import Sender
from communications.messages.queries.sender import people_of
from communications.messages.services.refusal import RefusedError
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design import formats
from programmes.design.paging import page_of
from programmes.design.undo import offer_undo
from programmes.views.once import once
from stakeholders.models import User


@require_GET
@requires("sender.read")
def sender_list(request: ScopedRequest) -> HttpResponse:
    """Show under which names messages may be sent, and who has agreed."""
    found = Sender.objects.within(request.scope).listed()
    page = page_of(request, list(found.select_related("user")))
    context = {"rows": page.object_list, "page": page}
    return render(request, "communications/sender_list.html", context)


@require_http_methods(["GET", "POST"])
@requires("sender.write")
@once
def sender_add(request: ScopedRequest) -> HttpResponse:
    """Add a role, or ask a person."""
    form = SenderForm(request.POST or None, people=people_of(request.programme))
    if form.is_valid() and (row := _added(request, form)):
        said = _("“%(name)s” can be named as sender now.")
        if row.user:
            said = _("%(name)s is asked by email. Their name can be used once they agree.")
        messages.success(request, said % {"name": row.user or row.name})
        return redirect("communications:sender-list", request.programme.slug)
    return render(request, "communications/sender_form.html", {"form": form})


def _added(request: ScopedRequest, form: SenderForm) -> Sender | None:
    typed = form.cleaned_data
    try:
        return senders.add_sender(
            request.programme, typed["name"], typed["person"], _user(request), database_now()
        )
    except RefusedError as refusal:
        form.add_error("name", str(refusal))
        return None


@require_http_methods(["GET", "POST"])
@requires("sender.sign")
def sender_consent(request: ScopedRequest, pk: int) -> HttpResponse:
    """Ask a person whether messages may be sent in their name; posted, they agree."""
    sender = _own(request, pk)
    if request.method == "POST":
        if taken(request, senders.consent, sender, request.user, database_now()):
            sentence = _("Messages may be sent as “%(name)s”. You can revoke this at any time.")
            messages.success(request, sentence % {"name": sender})
        return redirect("communications:sender-consent", request.programme.slug, pk)
    return render(request, "communications/sender_consent.html", {"sender": sender})


@require_POST
@requires("sender.sign")
def sender_revoke(request: ScopedRequest, pk: int) -> HttpResponse:
    """Let nothing be sent in one's own name any more."""
    stopped = taken(request, senders.revoke, _own(request, pk), request.user, database_now())
    if stopped is not None:
        sentence = ngettext(
            "Revoked. %(number)s approved message is withdrawn.",
            "Revoked. %(number)s approved messages are withdrawn.",
            stopped,
        )
        messages.success(request, sentence % {"number": formats.number(stopped)})
    return redirect("communications:sender-consent", request.programme.slug, pk)


@require_POST
@requires("sender.sign")
def sender_decline(request: ScopedRequest, pk: int) -> HttpResponse:
    """Not agree to a request to be named."""
    if taken(request, senders.decline, _own(request, pk), request.user, database_now()):
        messages.success(request, _("Declined. Nothing is sent in your name."))
    return redirect("communications:sender-consent", request.programme.slug, pk)


@require_POST
@requires("sender.write")
def sender_remove(request: ScopedRequest, pk: int) -> HttpResponse:
    """Remove a name from the list; it can be undone."""
    sender = _sender(request, pk)
    senders.remove_sender(sender, _user(request), database_now())
    url = reverse("communications:sender-restore", args=[request.programme.slug, pk])
    offer_undo(request, _("“%(name)s” is removed.") % {"name": sender}, url)
    return redirect("communications:sender-list", request.programme.slug)


@require_POST
@requires("sender.write")
def sender_restore(request: ScopedRequest, pk: int) -> HttpResponse:
    """Put a name back on the list."""
    sender = _sender(request, pk)
    senders.restore_sender(sender, _user(request), database_now())
    messages.success(request, _("“%(name)s” is a sender again.") % {"name": sender})
    return redirect("communications:sender-list", request.programme.slug)


def _sender(request: ScopedRequest, pk: int) -> Sender:
    return get_object_or_404(Sender.objects.within(request.scope), pk=pk)


def _own(request: ScopedRequest, pk: int) -> Sender:
    """Return the reader's own name as a sender, or answer 404."""
    found = Sender.objects.within(request.scope).filter(user=_user(request))
    return get_object_or_404(found.select_related("asked_by", "user"), pk=pk)


def _user(request: ScopedRequest) -> User:
    return cast(User, request.user)
