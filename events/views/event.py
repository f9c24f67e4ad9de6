"""Events of a programme: coming and past, one of them, making, changing and cancelling."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from communications.approvals.services.approval import content_of
from communications.messages.forms.frame import as_typed
from communications.messages.queries.content import reading_counts
from communications.models import Message
from events.forms.event import FIELDS, EventForm, EventTextForm, event_initial, text_initial
from events.models import Event
from events.models.event import EventQuerySet
from events.queries.event import EventLine, event_lines, invited_to, readers_of
from events.queries.mail_day import mail_days
from events.queries.seats import seats_by_day
from events.queries.text import text_in, texts_of
from events.rendering.code import code_svg
from events.services.event import cancel_event, change_event, create_event, write_texts
from events.services.poster import public_link
from events.views.event_typed import looks_of
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design import formats
from programmes.design.charts.columns import ColumnWords
from programmes.design.paging import page_of
from programmes.forms.refusal import accepts
from programmes.forms.shared_text import refuse_lost
from programmes.queries.texts import SOURCE_LANGUAGE, TextStatus, states_of, text_of
from programmes.services.texts import TextChangedError
from programmes.views.once import once
from stakeholders.register.queries.about import about_words

PER_PAGE = 25


@require_GET
@requires("event.read")
def event_list(request: ScopedRequest) -> HttpResponse:
    """Show what is coming, or what is past."""
    today, is_past = database_now().date(), request.GET.get("when") == "past"
    events = in_view(request)
    chosen = events.past(today) if is_past else events.upcoming(today)
    kind = request.GET.get("kind", "")
    if kind in Event.Kind.values:
        chosen = chosen.filter(kind=kind)
    page = page_of(request, chosen.select_related("site"), PER_PAGE)
    context = {
        "page": page,
        "lines": event_lines(list(page)),
        "is_past": is_past,
        "kind": kind,
        "kinds": Event.Kind.choices,
    }
    return render(request, "events/event_list.html", context)


@require_GET
@requires("event.read")
def event_show(request: ScopedRequest, slug: str) -> HttpResponse:
    """Show one event: how many come, what people read, how far its mails are."""
    event = event_in(request, slug)
    [line] = event_lines([event])
    readable, days = readable_of(request, event), mail_days(event)
    context = {
        "event": event,
        "line": line,
        "invite_on": days[event.invitation_id],
        "remind_on": days.get(event.reminder_id or 0),
        "invited": _invited(request, event) if event.invitation_id in readable else None,
        "reading": text_in(texts_of(event), get_language() or SOURCE_LANGUAGE),
        **languages_of(request, event),
        "is_changed": is_changed(event),
        "is_over": event.ends_at <= database_now(),
        "may_write": request.scope.may("event.write") and is_own(request, event),
        "is_deletable": not event.invitation.approvals.exists(),
        "link": public_link(event),
        "code": code_svg(public_link(event)),
        "seats": seats_by_day(event, database_now().date()),
        "seat_words": _seat_words(event, line),
        "is_public": event.invitation.approvals.once_given().exists(),
        "hosts": event.hosts.all(),
        "about": about_words(event, request.scope),
        "readable": readable,
    }
    return render(request, "events/event_show.html", context)


def languages_of(request: ScopedRequest, event: Event) -> dict[str, list[TextStatus]]:
    """Return how far the languages are: those that the invited read, and all others."""
    states = states_of(event, FIELDS, request.programme.languages).values()
    read = reading_counts(readers_of(event, request.scope), request.programme.languages)
    return {
        "languages": [one for one in states if one.language in read],
        "unread": [one for one in states if one.language not in read],
    }


def _seat_words(event: Event, line: EventLine) -> ColumnWords:
    """Return what is written on the picture of its seats."""
    last = min(database_now().date(), event.held_on)
    taken = _("%(n)s of %(seats)s") % {"n": line.going, "seats": event.capacity}
    return ColumnWords(taken, "", formats.day(last))


def _invited(request: ScopedRequest, event: Event) -> int | None:
    """Return how many are invited, for whoever may open the list of them."""
    return invited_to(event, request.scope) if request.scope.may("people.count") else None


def readable_of(request: ScopedRequest, event: Event) -> set[int]:
    """Return the ids of those messages of an event that the user may open."""
    if not request.scope.may("message.read"):
        return set()
    own = Message.objects.within(request.scope).filter(
        pk__in=[event.invitation_id, event.reminder_id]
    )
    return set(own.values_list("pk", flat=True))


@require_http_methods(["GET", "POST"])
@requires("event.write")
@once
def event_add(request: ScopedRequest) -> HttpResponse:
    """Make an event; its invitation is then approved like any message."""
    form = EventForm(request.POST or None, **_around(request), initial=_blank())
    if form.is_valid():
        made = accepts(
            form, create_event, request.programme, form.event, request.user, database_now()
        )
        if made:
            return redirect("events:event-show", request.programme.slug, made.slug)
    return _form_page(request, {"form": form, "language": SOURCE_LANGUAGE})


@require_http_methods(["GET", "POST"])
@requires("event.write")
def event_edit(request: ScopedRequest, slug: str) -> HttpResponse:
    """Change an event: all of it in English, its texts in any other language."""
    event = own_event(request, slug)
    language = request.GET.get("language", SOURCE_LANGUAGE)
    if language not in request.programme.languages:
        raise Http404
    form = _form_of(request, event, language)
    if form.is_valid() and _is_changed_by(request, event, language, form):
        return redirect("events:event-show", request.programme.slug, event.slug)
    context = {
        "form": form,
        "event": event,
        "language": language,
        **languages_of(request, event),
        "source": text_of(event, SOURCE_LANGUAGE, FIELDS),
    }
    return _form_page(request, context)


def _form_page(request: ScopedRequest, context: dict[str, Any]) -> HttpResponse:
    """Show the form, with who is invited when where all of it is written."""
    form = context["form"]
    if isinstance(form, EventForm):
        look = form if form.is_bound else EventForm(as_typed(form), **_around(request))
        context |= looks_of(request, look)
    return render(request, "events/event_form.html", context)


@require_http_methods(["GET", "POST"])
@requires("event.write")
def event_cancel(request: ScopedRequest, slug: str) -> HttpResponse:
    """Ask with the number of people, then cancel the event for good."""
    event = own_event(request, slug)
    if request.method == "POST":
        cancel_event(event, request.user, database_now())  # type: ignore[arg-type]
        messages.success(request, _("Event cancelled. Everyone registered gets an email."))
        return redirect("events:event-show", request.programme.slug, event.slug)
    [line] = event_lines([event])
    return render(request, "events/event_cancel.html", {"event": event, "line": line})


def in_view(request: ScopedRequest) -> EventQuerySet:
    """Return the events of the programme that the user may see."""
    events: EventQuerySet = Event.objects.within(request.scope)
    return events


def event_in(request: ScopedRequest, slug: str) -> Event:
    """Return an event in view, or answer 404."""
    related = ("site", "programme", "invitation", "reminder", "stream")
    return get_object_or_404(in_view(request).select_related(*related), slug=slug)


def own_event(request: ScopedRequest, slug: str) -> Event:
    """Return an event that the user may change, or answer 404."""
    own = in_view(request).written_in(request.scope)
    related = ("site", "programme", "invitation__audience", "reminder")
    return get_object_or_404(own.select_related(*related), slug=slug)


def is_own(request: ScopedRequest, event: Event) -> bool:
    """Tell whether an event is one of the user's regions or streams."""
    own: EventQuerySet = Event.objects.written_in(request.scope)
    return own.filter(pk=event.pk).exists()


def is_changed(event: Event) -> bool:
    """Tell whether the invitation is another one now than what stands or waits."""
    open_now = event.invitation.approvals.filter(state__in=["waiting", "approved"])
    fingerprints = set(open_now.values_list("fingerprint", flat=True))
    return bool(fingerprints) and content_of(event.invitation).fingerprint not in fingerprints


def _around(request: ScopedRequest) -> dict[str, Any]:
    return {"programme": request.programme, "scope": request.scope}


def _blank() -> dict[str, Any]:
    return {"from_time": "10:00", "until_time": "12:00", "remind_days": 2}


def _form_of(request: ScopedRequest, event: Event, language: str) -> EventTextForm:
    data = request.POST or None
    if language == SOURCE_LANGUAGE:
        return EventForm(data, **_around(request), initial=event_initial(event))
    return EventTextForm(data, initial=text_initial(event, language))


def _is_changed_by(
    request: ScopedRequest, event: Event, language: str, form: EventTextForm
) -> bool:
    user: Any = request.user
    now = database_now()
    try:
        if isinstance(form, EventForm):
            return bool(accepts(form, change_event, event, form.event, user, now, form.seen))
        if refuse_lost(form, text_of(event, SOURCE_LANGUAGE, FIELDS), form.text):
            return False
        write_texts(event, language, form.text, user, now, form.seen)
    except TextChangedError as changed:
        form.show_theirs(changed.text, changed.by)
        return False
    return True
